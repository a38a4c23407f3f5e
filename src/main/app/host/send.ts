/** This computer is the old device: connects to the new one, asks what to move of the plan, moves it. */
import {
  Ephemeral,
  findByName,
  MoverError,
  openFolderSource,
  parseQr,
  send,
  type Address,
  type AppFacts,
  type Discovery,
  type SendOptions,
} from '../../../transfer/index.ts';
import { parseTarget } from '../../terminal/address.ts';
import type { SendTarget, TaskOf } from './host-messages.ts';
import type { HostContext } from './context.ts';
import { sourceSpec } from './source-spec.ts';
import { toUpdate } from './to-update.ts';
import { sealTypedCode } from './typed-code.ts';

/** A phone's network may sleep; it answers within this or is not there. */
const LOOK_MS = 10_000;

type Proof = Pick<SendOptions, 'code' | 'secretKind' | 'certificateDigest'>;

interface Meeting {
  readonly addresses: readonly Address[];
  /** Makes what `send` wipes: each address tried takes one of its own. */
  readonly prove: () => Proof;
  readonly wipe: () => void;
}

export async function sendMove(task: TaskOf<'send'>, context: HostContext): Promise<void> {
  const { post, question, limit, retry, discovery, signal } = context;
  limit.set(task.limit);
  let offered: readonly AppFacts[] = [];
  const meeting = await meet(task.to, discovery, signal);
  try {
    const source = await openFolderSource(sourceSpec(task.sources));
    try {
      await firstReachable(meeting.addresses, (to) =>
        send({
          source,
          to,
          ...meeting.prove(),
          limit,
          retry,
          onEvent: (event) => {
            if (event.type === 'offer') offered = event.offer.apps;
            const update = toUpdate(event, { role: 'sender', offered });
            if (update !== undefined) post({ type: 'update', update });
          },
          onPlan: async () => {
            const answer = await question.ask();
            return answer.accept ? { kinds: answer.kinds, apps: answer.apps } : undefined;
          },
          signal,
        }),
      );
    } finally {
      await source.close();
    }
  } finally {
    meeting.wipe();
  }
}

async function meet(target: SendTarget, discovery: Discovery, signal: AbortSignal): Promise<Meeting> {
  if (target.type === 'qr') return meetByQr(target.text);
  const code = sealTypedCode(target.code);
  const addresses =
    target.type === 'address'
      ? [typedAddress(target.address)]
      : target.addresses.length > 0
        ? target.addresses
        : (await findByName(target.name, { timeoutMs: LOOK_MS, signal, discovery })).addresses;
  return {
    addresses,
    prove: () => ({ code: code.use((digits) => new Ephemeral(digits)) }),
    wipe: () => {
      code.wipe();
    },
  };
}

/** @throws MoverError `CODE_INVALID`, `PEER_VERSION`, or `UNREACHABLE` for a code that names no address. */
function meetByQr(text: string): Meeting {
  const { secret, certificateDigest, addresses } = parseQr(text.trim());
  const wipe = (): void => {
    secret.wipe();
  };
  if (addresses.length === 0) {
    wipe();
    throw new MoverError('UNREACHABLE');
  }
  return {
    addresses,
    prove: () => ({
      code: secret.use((bytes) => new Ephemeral(Buffer.from(bytes))),
      secretKind: 'qr',
      certificateDigest,
    }),
    wipe,
  };
}

/** @throws MoverError `UNREACHABLE` for what is no address: the person reads the same, and does the same about it. */
function typedAddress(text: string): Address {
  try {
    const target = parseTarget(text);
    if (target.type === 'address') return target.address;
  } catch {
    // Said below.
  }
  throw new MoverError('UNREACHABLE');
}

/**
 * A device may say several addresses, of which a network lets us reach only some. A try that found nobody has not used
 * the code up.
 */
async function firstReachable(
  addresses: readonly Address[],
  attempt: (to: Address) => Promise<unknown>,
): Promise<void> {
  let unreachable = new MoverError('UNREACHABLE');
  for (const address of addresses) {
    try {
      await attempt(address);
      return;
    } catch (error) {
      if (!(error instanceof MoverError) || error.code !== 'UNREACHABLE') throw error;
      unreachable = error;
    }
  }
  throw unreachable;
}
