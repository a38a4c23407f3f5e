/**
 * Which new device is meant: an address as it is, a name by looking on the network, nothing by taking the only one
 * there is or by asking.
 */
import { MoverError } from '../../transfer/errors.ts';
import { printable } from '../../transfer/privacy/escape.ts';
import type { Address } from '../../transfer/session/events.ts';
import { nameKey, parseTarget } from './address.ts';
import type { Context } from './context.ts';
import type { Found } from './engine.ts';
import { askWhich, canAsk } from './prompt.ts';

/** How long to look for a name, or for anything at all. mDNS answers within a second; phones asleep take longer. */
const LOOK_SECONDS = 5;
/** Once one is found, how much longer to look for others before it counts as the only one. */
const SETTLE_MS = 1_500;

export interface FindOptions {
  /** The value of `--to`. */
  readonly to: string | undefined;
  /** Called when looking begins. */
  readonly onLooking: () => void;
}

/** The device meant. */
export interface Receiver {
  /** Likeliest first. */
  readonly addresses: readonly Address[];
  /** The two words it shows; unknown where only an address was given. */
  readonly name: string | undefined;
}

/**
 * Finds the device meant.
 * @throws MoverError `NOT_FOUND`, `AMBIGUOUS` (several, and nobody to ask), `USAGE`.
 */
export async function findReceiver(context: Context, options: FindOptions): Promise<Receiver> {
  const target = options.to === undefined ? undefined : parseTarget(options.to);
  if (target?.type === 'address') return { addresses: [target.address], name: undefined };
  options.onLooking();
  if (target !== undefined) {
    for await (const found of look(context)) {
      if (nameKey(found.name) === nameKey(target.name)) return found;
    }
    throw context.signal.aborted ? cancelled(context.signal) : new MoverError('NOT_FOUND');
  }
  return choose(context, await lookAround(context));
}

async function choose(context: Context, found: readonly Found[]): Promise<Receiver> {
  const [first] = found;
  if (first === undefined) throw noneFound();
  if (found.length === 1) return first;
  const names = found.map(({ name }) => printable(name));
  if (!canAsk(context.io)) throw new MoverError('AMBIGUOUS', { detail: names.join(', ') });
  const index = await askWhich(context.io, 'Which is your new device?', names, context.signal);
  return found[index] ?? first;
}

/** Everything found until a little after the first; each name once, with what was said of it last. */
async function lookAround(context: Context): Promise<readonly Found[]> {
  const settled = new AbortController();
  const signal = AbortSignal.any([context.signal, settled.signal]);
  let timer: NodeJS.Timeout | undefined;
  const all = new Map<string, Found>();
  try {
    for await (const found of look({ ...context, signal })) {
      all.set(nameKey(found.name), found);
      timer ??= setTimeout(() => {
        settled.abort();
      }, SETTLE_MS);
    }
  } finally {
    clearTimeout(timer);
  }
  if (context.signal.aborted) throw cancelled(context.signal);
  return [...all.values()];
}

function look({ engine, signal }: Pick<Context, 'engine' | 'signal'>): AsyncIterable<Found> {
  return engine.discover({ seconds: LOOK_SECONDS, signal });
}

const cancelled = (signal: AbortSignal): MoverError => MoverError.from(signal.reason, 'CANCELLED');

/** Nobody was looked for by name. */
export function noneFound(): MoverError {
  return new MoverError('NOT_FOUND', {
    sentence:
      'No new device was found. Start "mover receive" there first, on the same Wi-Fi, or use --to HOST:PORT. mover doctor says what may be in the way.',
  });
}
