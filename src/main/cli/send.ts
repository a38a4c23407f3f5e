/** `mover send`: this is the old device. */
import type { AppFacts } from '../../transfer/compat/facts.ts';
import { MoverError } from '../../transfer/errors.ts';
import { LIMITS } from '../../transfer/limits.ts';
import { Ephemeral } from '../../transfer/privacy/ephemeral.ts';
import type { Address } from '../../transfer/session/events.ts';
import type { Receipt } from '../../transfer/wire/messages.ts';
import { choosePlan } from './choose-plan.ts';
import type { Context } from './context.ts';
import { exitCodeOf } from './exit-code.ts';
import { findReceiver } from './find-receiver.ts';
import { optionalKinds, optionalNumber, usage } from './options.ts';
import { ask, canAsk } from './prompt.ts';
import { NO_SECRETS, parseCode, readSecrets, wipeSecrets } from './secrets.ts';
import { type SourceOptions, sourceSpec } from './source-spec.ts';
import { openView } from './open-view.ts';

export interface SendOptions extends SourceOptions {
  readonly to?: string;
  readonly only?: string;
  readonly lanes?: string;
  readonly yes?: boolean;
  readonly allApps?: boolean;
  readonly json?: boolean;
  readonly secretsStdin?: boolean;
}

/** @returns the exit code. @throws MoverError */
export async function runSend(options: SendOptions, context: Context): Promise<number> {
  const spec = sourceSpec(options);
  const kinds = optionalKinds('--only', options.only);
  const lanes = optionalNumber('--lanes', options.lanes, 1, LIMITS.lanes);
  const { io, engine, signal } = context;
  if (options.secretsStdin !== true && !canAsk(io)) throw codeNeeded();
  const view = await openView(io, 'sender', options.json);
  const source = await engine.openFolderSource(spec);
  let secrets = NO_SECRETS;
  let apps: readonly AppFacts[] = [];
  try {
    if (options.secretsStdin === true) secrets = await readSecrets(io.input, signal);
    if (secrets.code === undefined && !canAsk(io)) throw codeNeeded();
    const addresses = await findReceiver(context, {
      to: options.to,
      onLooking: () => {
        view.note('Looking for your new device…');
      },
    });
    const code = secrets.code ?? (await askCode(context));
    secrets = { ...secrets, code };
    const receipt = await firstReachable(addresses, (to) =>
      engine.send({
        source,
        to,
        // The engine wipes what it is given when its move ends, a move that found nobody included.
        code: copy(code),
        ...(secrets.androidId === undefined ? {} : { androidId: copy(secrets.androidId) }),
        ...(kinds === undefined ? {} : { kinds }),
        ...(lanes === undefined ? {} : { lanes }),
        onEvent: (event) => {
          if (event.type === 'offer') ({ apps } = event.offer);
          view.event(event);
        },
        onPlan: (plan) =>
          choosePlan(plan, {
            io,
            view,
            yes: options.yes === true,
            apps,
            allApps: options.allApps === true,
            signal,
          }),
        signal,
      }),
    );
    return exitCodeOf(receipt);
  } finally {
    wipeSecrets(secrets);
    view.close();
    await source.close();
  }
}

function copy(secret: Ephemeral<string>): Ephemeral<string> {
  return secret.use((value) => new Ephemeral(value));
}

/**
 * A device found by name may say several addresses, of which a network lets us reach only some. A try that found
 * nobody has not used the code up.
 */
async function firstReachable(
  addresses: readonly Address[],
  attempt: (to: Address) => Promise<Receipt>,
): Promise<Receipt> {
  let unreachable = new MoverError('UNREACHABLE');
  for (const address of addresses) {
    try {
      return await attempt(address);
    } catch (error) {
      if (!(error instanceof MoverError) || error.code !== 'UNREACHABLE') throw error;
      unreachable = error;
    }
  }
  throw unreachable;
}

async function askCode({ io, signal }: Context): Promise<Ephemeral<string>> {
  for (;;) {
    const answer = await ask(io, 'The six digits your new device shows: ', signal);
    try {
      return parseCode(answer);
    } catch {
      io.errors.write('A code has six digits. Read it again on the new device.\n');
    }
  }
}

function codeNeeded(): MoverError {
  return usage(
    'the code is needed and there is no terminal to type it on: add --secrets-stdin and write {"code":"123456"} to standard input',
  );
}
