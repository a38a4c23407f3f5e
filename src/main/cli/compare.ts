/** `mover compare`: whether all of the old device is on the new one, before the old one is erased. */
import { type Kind, type SkipReason, SKIP_REASONS } from '../../transfer/kinds/kind.ts';
import { printable } from '../../transfer/privacy/escape.ts';
import type { Context } from '../terminal/context.ts';
import type { Comparison } from '../terminal/engine.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { optionalKinds } from '../terminal/options.ts';
import { withExisting } from '../terminal/with-destination.ts';
import { type DeviceOptions, withSource } from '../terminal/with-source.ts';
import { count, KIND_LABELS, plural } from '../terminal/format.ts';

export interface CompareOptions extends DeviceOptions {
  readonly from: string;
  readonly into: string;
  readonly only?: string;
}

/** Names shown to a person; a program gets all of them. */
const SHOWN = 500;

/** @returns 0 when all that can move is there, 6 when something is not. @throws MoverError */
export async function runCompare(options: CompareOptions, context: Context): Promise<number> {
  const { io, engine, signal } = context;
  const kinds = optionalKinds('--only', options.only);
  return withExisting(options.into, options, context, (destination) =>
    withSource({ from: options.from }, options, context, async (source) => {
      let shown = 0;
      const comparison = await engine.compareDevices({
        ...{ source, destination, signal },
        ...(kinds === undefined ? {} : { kinds }),
        onMissing: (kind, path, reason, times = 1) => {
          if (options.json === true) {
            const why = reason === undefined ? {} : { reason };
            io.output.write(jsonLine({ event: 'missing', kind, path, ...why, count: times }));
            return;
          }
          shown += 1;
          if (shown <= SHOWN) io.output.write(lineOf(kind, path, reason, times));
        },
      });
      if (options.json === true) io.output.write(asJson(comparison));
      else {
        if (shown > SHOWN) io.output.write(`  and ${count(shown - SHOWN)} more, all of them with --json\n`);
        io.output.write(asText(comparison));
      }
      return comparison.complete ? 0 : 6;
    }),
  );
}

function lineOf(kind: Kind, path: readonly string[], reason: SkipReason | undefined, times: number): string {
  const name = path.length === 0 ? `${count(times)} of them` : printable(path.join('/'));
  const why = reason === undefined ? 'is not on the new device' : SKIP_REASONS[reason].text;
  return `  ${KIND_LABELS[kind]}: ${name}: ${path.length === 0 && reason === undefined ? 'not on the new device, or not whole' : why}\n`;
}

function asJson({ complete, kinds }: Comparison): string {
  return jsonLine({
    event: 'comparison',
    complete,
    kinds: Object.fromEntries(kinds.map(({ kind, ...counts }) => [kind, counts])),
  });
}

function asText({ complete, kinds }: Comparison): string {
  const sum = (of: 'there' | 'missing' | 'onPurpose'): number =>
    kinds.reduce((total, each) => total + each[of], 0);
  const rows = kinds
    .filter(({ there, missing }) => there + missing > 0)
    .map(({ kind, there, missing }) => {
      const lacks = missing === 0 ? '' : `  ${count(missing)} only on the old one`;
      return `  ${KIND_LABELS[kind].padEnd(12)} ${count(there).padStart(9)} on both${lacks}\n`;
    });
  return `${rows.join('')}${verdict(complete, sum('there'), sum('missing'), sum('onPurpose'))}\n`;
}

function verdict(complete: boolean, there: number, missing: number, onPurpose: number): string {
  if (there + missing === 0) return 'The old device holds nothing that could be compared.';
  if (missing === 0) return 'Everything on the old device is also on the new one.';
  const left = `${plural(onPurpose, 'thing', 'things')} that never ${onPurpose === 1 ? 'moves' : 'move'} (listed above)`;
  if (complete) return `Everything that can move is on the new device. Only on the old one: ${left}.`;
  return `Do not erase the old device yet: ${plural(missing, 'thing is', 'things are')} only there.`;
}
