/** `mover staging`: what interrupted moves have left in a folder, and how to be rid of it. */
import { stat } from 'node:fs/promises';
import type { DeviceDestination } from '../../transfer/devices/port.ts';
import { deviceNamed } from '../../transfer/index.ts';
import { KINDS } from '../../transfer/kinds/kind.ts';
import type { Context } from '../terminal/context.ts';
import type { StagingReport } from '../terminal/engine.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { noFolder } from '../terminal/options.ts';
import { withExisting } from '../terminal/with-destination.ts';
import { asArgument, bytes as size, commandName, count, KIND_LABELS } from '../terminal/format.ts';

export interface StagingOptions {
  readonly discard?: boolean;
  readonly json?: boolean;
}

/** @returns 0. @throws MoverError `DESTINATION_MISSING`, `DESTINATION_BUSY`, `DESTINATION_FAILED`. */
export async function runStaging(
  folder: string,
  { discard = false, json = false }: StagingOptions,
  context: Context,
): Promise<number> {
  if (deviceNamed(folder) !== undefined) {
    return withExisting(folder, { json }, context, (destination) =>
      show(folder, destination.type === 'device' ? destination : folder, { discard, json }, context),
    );
  }
  const there = await stat(folder).catch(() => undefined);
  if (there?.isDirectory() !== true) throw noFolder(folder);
  return show(folder, folder, { discard, json }, context);
}

async function show(
  named: string,
  place: string | DeviceDestination,
  { discard, json }: Required<StagingOptions>,
  { io, engine }: Context,
): Promise<number> {
  const report = await engine.inspectStaging(place);
  if (discard) await engine.dropStaging(place);
  const { attempts, bytes, verified, lastUsed } = report;
  io.output.write(
    json
      ? jsonLine({
          event: 'staging',
          attempts,
          bytes,
          verified,
          ...(lastUsed === undefined ? {} : { lastUsed: lastUsed.toISOString() }),
          discarded: discard,
        })
      : asText(named, report, discard),
  );
  return 0;
}

function asText(folder: string, report: StagingReport, discarded: boolean): string {
  if (report.attempts === 0) return 'No interrupted move has left anything there.\n';
  // What a phone has is known by its bytes alone.
  const whole = deviceNamed(folder) === undefined ? `, ${wholeText(report)}` : '';
  const what = `${size(report.bytes)}${whole}`;
  if (discarded) return `Removed what interrupted moves had left there: ${what}. What is in place stays.\n`;
  return `Interrupted moves left ${what}.\n${stagingHint(folder)}\n`;
}

function wholeText({ verified }: StagingReport): string {
  const items = KINDS.flatMap((kind) => {
    const items = verified[kind] ?? 0;
    return items > 0 ? [`${KIND_LABELS[kind]}: ${count(items)}`] : [];
  });
  return items.length > 0 ? `arrived and verified: ${items.join(', ')}` : 'nothing of it whole';
}

/** What can be done about staging that is left. */
export function stagingHint(folder: string): string {
  const place = asArgument(folder);
  return [
    'To go on:              start the move again on both devices',
    ...(deviceNamed(folder) === undefined
      ? [`To keep what arrived:  ${commandName()} receive --into ${place} --keep-verified`]
      : []),
    `To remove it:          ${commandName()} staging ${place} --discard`,
  ].join('\n');
}
