/** `mover sample`: its flags, checked, and what to say afterwards. */
import { printable } from '../../transfer/privacy/escape.ts';
import type { Context } from '../terminal/context.ts';
import { DEVICES, type DeviceName, makeSample } from '../sample/index.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { listed, usage, wholeNumber } from '../terminal/options.ts';

const COUNTS = ['contacts', 'messages', 'calls', 'events', 'apps', 'files'] as const;
const MOST = 100_000_000;
const MOST_BYTES = 1e14;

export interface SampleFlags extends Partial<Record<(typeof COUNTS)[number], string>> {
  readonly into: string;
  readonly bytes?: string;
  readonly seed?: string;
  readonly device?: string;
  readonly json?: boolean;
}

export async function runSample(flags: SampleFlags, { io, signal }: Context): Promise<number> {
  const counts = Object.fromEntries(
    COUNTS.flatMap((name) => {
      const text = flags[name];
      return text === undefined ? [] : [[name, wholeNumber(`--${name}`, text, 0, MOST)]];
    }),
  );
  const device = parseDevice(flags.device);
  await makeSample({
    into: flags.into,
    ...counts,
    ...(flags.bytes === undefined ? {} : { fileBytes: wholeNumber('--bytes', flags.bytes, 0, MOST_BYTES) }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(device === undefined ? {} : { device }),
    signal,
  });
  io.output.write(
    flags.json === true
      ? jsonLine({ event: 'sample', into: flags.into })
      : `A made-up device is in ${printable(flags.into)}\n`,
  );
  return 0;
}

function parseDevice(text: string | undefined): DeviceName | undefined {
  if (text === undefined) return undefined;
  const names = Object.keys(DEVICES) as DeviceName[];
  const device = names.find((name) => name === text);
  if (device === undefined) throw usage(`--device takes one of ${listed(names)}`);
  return device;
}
