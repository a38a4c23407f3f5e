/** `mover send`: this is the old device. */
import type { Source } from '../../transfer/devices/port.ts';
import { MoverError } from '../../transfer/errors.ts';
import { LIMITS } from '../../transfer/limits.ts';
import { Ephemeral } from '../../transfer/privacy/ephemeral.ts';
import { printable } from '../../transfer/privacy/escape.ts';
import type { Address, Offer } from '../../transfer/session/events.ts';
import type { Receipt } from '../../transfer/wire/messages.ts';
import { choosePlan } from './views/choose-plan.ts';
import type { Context } from '../terminal/context.ts';
import { terminalDeviceIo } from '../terminal/device-io.ts';
import { exitCodeOf } from '../terminal/exit-code.ts';
import { findReceiver } from '../terminal/find-receiver.ts';
import { LeftBehindReport } from './views/left-behind.ts';
import { optionalKinds, optionalMinutes, optionalNumber, optionalRate, usage } from '../terminal/options.ts';
import { ask, canAsk } from '../terminal/prompt.ts';
import { NO_SECRETS, parseCode, StdinSecrets, wipeSecrets } from '../terminal/secrets.ts';
import { type SourceOptions, sourceSpec } from '../terminal/source-spec.ts';
import { openView } from './views/open-view.ts';
import { tellWhy } from './views/tell-why.ts';
import { ReceiptFile } from './saved-receipt/receipt-file.ts';
import { RetryKey } from '../terminal/retry-key.ts';
import { linkedFolders, PLAIN_FOLDER } from '../terminal/format.ts';

export interface SendOptions extends SourceOptions {
  readonly to?: string;
  readonly only?: string;
  readonly lanes?: string;
  readonly wait?: string;
  readonly limit?: string;
  readonly yes?: boolean;
  readonly allApps?: boolean;
  readonly leftBehind?: string;
  readonly receipt?: string;
  readonly reference?: string;
  readonly json?: boolean;
  readonly secretsStdin?: boolean;
}

/** @returns the exit code. @throws MoverError */
export async function runSend(options: SendOptions, context: Context): Promise<number> {
  const spec = sourceSpec(options);
  const kinds = optionalKinds('--only', options.only);
  const lanes = optionalNumber('--lanes', options.lanes, 1, LIMITS.lanes);
  const waitMs = optionalMinutes('--wait', options.wait);
  const limit = optionalRate('--limit', options.limit);
  const { io, engine, signal, version } = context;
  const receiptFile = new ReceiptFile(options.receipt, { version, reference: options.reference });
  if (options.secretsStdin !== true && !canAsk(io)) throw codeNeeded();
  const view = await openView(io, 'sender', options.json);
  let left: LeftBehindReport | undefined;
  let source: Source | undefined;
  const retryKey = new RetryKey(io, new engine.Retry());
  const given = new StdinSecrets(options.secretsStdin, io.input, signal);
  let secrets = NO_SECRETS;
  let offer: Offer | undefined;
  try {
    source = await engine.openSource(
      spec,
      terminalDeviceIo({
        ...{ io, secrets: given, mayAsk: options.secretsStdin !== true, signal },
        tell: (message) => {
          view.device(message);
        },
      }),
    );
    const from = source;
    left = new LeftBehindReport(options.leftBehind);
    const onLeftBehind = left.add;
    for (const path of options.include ?? []) {
      view.note(`Moves because you named it, whatever it holds: ${printable(path)}`);
    }
    if (from.plain === true) view.note(PLAIN_FOLDER);
    for (const note of linkedFolders(from)) view.note(note);
    secrets = await given.get();
    if (secrets.code === undefined && !canAsk(io)) throw codeNeeded();
    const { addresses, name } = await findReceiver(context, {
      to: options.to,
      onLooking: () => {
        view.note('Looking for your new device…');
      },
    }).catch(async (error: unknown) => {
      await tellWhy(error, context, view);
      throw error;
    });
    if (name !== undefined) view.note(`Found "${printable(name)}".`);
    const code = secrets.code ?? (await askCode(context, name));
    secrets = { ...secrets, code };
    const receipt = await firstReachable(addresses, (to) =>
      engine.send({
        source: from,
        to,
        // The engine wipes what it is given when its move ends, a move that found nobody included.
        code: copy(code),
        ...(secrets.androidId === undefined ? {} : { androidId: copy(secrets.androidId) }),
        ...(kinds === undefined ? {} : { kinds }),
        ...(lanes === undefined ? {} : { lanes }),
        onLeftBehind,
        ...(waitMs === undefined ? {} : { waitMs }),
        ...(limit === undefined ? {} : { limit: new engine.RateLimit(limit) }),
        retry: retryKey.retry,
        onEvent: (event) => {
          if (event.type === 'offer') ({ offer } = event);
          if (event.type === 'receipt') receiptFile.take(event.receipt);
          retryKey.event(event);
          view.event(event);
        },
        onPlan: async (plan) => {
          const link = await engine.linkTo(to.host);
          return choosePlan(plan, {
            link,
            io,
            view,
            yes: options.yes === true,
            name,
            offer,
            allApps: options.allApps === true,
            signal,
          });
        },
        signal,
      }),
    );
    await left.finish(io, view, options.json !== true && options.yes !== true, signal);
    return exitCodeOf(receipt);
  } finally {
    left?.close();
    retryKey.close();
    wipeSecrets(secrets);
    await given.wipe();
    view.close();
    await source?.close();
    receiptFile.save();
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

async function askCode({ io, signal }: Context, name: string | undefined): Promise<Ephemeral<string>> {
  const device = name === undefined ? 'your new device' : `"${printable(name)}"`;
  for (;;) {
    const answer = await ask(io, `The six digits ${device} shows: `, signal);
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
