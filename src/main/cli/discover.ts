/** `mover discover`: which new devices wait on this network. */
import { MoverError } from '../../transfer/errors.ts';
import { printable } from '../../transfer/privacy/escape.ts';
import { formatAddress } from '../terminal/address.ts';
import type { Context } from '../terminal/context.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { noneFound } from '../terminal/find-receiver.ts';
import { optionalNumber } from '../terminal/options.ts';

export interface DiscoverOptions {
  readonly seconds?: string;
  readonly json?: boolean;
}

const DEFAULT_SECONDS = 3;
const MOST_SECONDS = 3_600;

/** Shows each device once, when it is found. @throws MoverError `NOT_FOUND` when there is none. */
export async function runDiscover(
  options: DiscoverOptions,
  { io, engine, signal }: Context,
): Promise<number> {
  const seconds = optionalNumber('--seconds', options.seconds, 1, MOST_SECONDS) ?? DEFAULT_SECONDS;
  const shown = new Set<string>();
  for await (const { name, addresses } of engine.discover({ seconds, signal })) {
    const line =
      options.json === true
        ? jsonLine({ event: 'found', name, addresses: addresses.map(formatAddress) })
        : `${printable(name)}  ${addresses.map(formatAddress).map(printable).join(' or ')}\n`;
    if (shown.has(line)) continue;
    shown.add(line);
    io.output.write(line);
  }
  if (signal.aborted) throw MoverError.from(signal.reason, 'CANCELLED');
  if (shown.size === 0) throw noneFound();
  return 0;
}
