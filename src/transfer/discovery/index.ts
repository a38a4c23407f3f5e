/**
 * Finding the other device, as the session and the command line need it.
 */
import { MoverError } from '../errors.ts';
import { bonjour } from './bonjour.ts';
import { isNamed } from './known.ts';
import type { Discovery, Found } from './port.ts';

export { bonjour } from './bonjour.ts';
export { randomName } from './names.ts';
export type { Found } from './port.ts';

/** A receiver that starts at the same moment probes, announces and is asked again within this. */
const DEFAULT_SECONDS = 3;

/** How long `discover` looks, and where. */
export interface DiscoverOptions {
  /** How long to look; 3 when absent, until the signal aborts when `Infinity`. */
  readonly seconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The network by default. */
  readonly discovery?: Discovery;
}

/**
 * Receivers on this network, each once, as they are found. Ends after `seconds`, when the caller stops iterating, or,
 * without an error, when the signal aborts.
 */
export async function* discover(options: DiscoverOptions = {}): AsyncGenerator<Found, void, void> {
  const { seconds = DEFAULT_SECONDS, signal, discovery = bonjour } = options;
  if (signal?.aborted === true) return;
  const end = new AbortController();
  const finish = (): void => end.abort();
  const ended = endedBy(signal, end.signal);
  const timer = Number.isFinite(seconds) ? setTimeout(finish, Math.max(0, seconds) * 1000) : undefined;

  const queue: Found[] = [];
  const seen = new Set<string>();
  let wake: () => void = () => undefined;
  const searching = discovery
    .browse({
      signal: ended,
      accept: (name) => !seen.has(name.toLowerCase()),
      onFound: (found) => {
        seen.add(found.name.toLowerCase());
        queue.push(found);
        wake();
      },
    })
    .finally(() => {
      finish();
      wake();
    });
  try {
    for (;;) {
      const found = queue.shift();
      if (found !== undefined) yield found;
      else if (ended.aborted) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    clearTimeout(timer);
    finish();
    await searching;
  }
}

const endedBy = (caller: AbortSignal | undefined, own: AbortSignal): AbortSignal =>
  caller === undefined ? own : AbortSignal.any([caller, own]);

/**
 * The receiver a person named; case, and hyphens for spaces, do not matter.
 * @throws MoverError `NOT_FOUND` when none answers within `timeoutMs` (10 s when absent); the signal's reason.
 */
export async function findByName(
  name: string,
  options: { timeoutMs?: number; signal?: AbortSignal | undefined; discovery?: Discovery } = {},
): Promise<Found> {
  const { timeoutMs = 10_000, signal, discovery = bonjour } = options;
  signal?.throwIfAborted();
  const end = new AbortController();
  const finish = (): void => end.abort();
  const timer = setTimeout(finish, timeoutMs);
  let match: Found | undefined;
  try {
    await discovery.browse({
      signal: endedBy(signal, end.signal),
      accept: (candidate) => isNamed(candidate, name),
      onFound: (found) => {
        match ??= found;
        finish();
      },
    });
  } finally {
    clearTimeout(timer);
  }
  signal?.throwIfAborted();
  if (match === undefined) throw new MoverError('NOT_FOUND', { detail: name });
  return match;
}
