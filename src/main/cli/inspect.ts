/** `mover inspect`: what a device holds, per kind. */
import type { DeviceFacts } from '../../transfer/compat/facts.ts';
import type { Source } from '../../transfer/devices/port.ts';
import { printable } from '../../transfer/privacy/escape.ts';
import type { Context } from '../terminal/context.ts';
import { kindsTable } from './views/decide-offer.ts';
import type { Inspection } from '../terminal/engine.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { LeftBehindReport } from './views/left-behind.ts';
import { type DeviceOptions, withSource } from '../terminal/with-source.ts';
import { linkedFolders, PLAIN_FOLDER } from '../terminal/format.ts';

export interface InspectOptions extends DeviceOptions {
  readonly leftBehind?: string;
}

export function runInspect(device: string, options: InspectOptions, context: Context): Promise<number> {
  return withSource({ from: device }, options, context, (source) => showContents(source, options, context));
}

async function showContents(
  source: Source,
  options: InspectOptions,
  { io, engine, signal }: Context,
): Promise<number> {
  const left = new LeftBehindReport(options.leftBehind);
  try {
    const inspection = await engine.inspectDevice(source, { signal, onLeftBehind: left.add });
    io.output.write(
      options.json === true ? asJson(source.device, inspection) : asText(source.device, inspection),
    );
    if (source.plain === true && options.json !== true) io.output.write(`${PLAIN_FOLDER}\n`);
    if (options.json !== true) for (const text of linkedFolders(source)) io.output.write(`${text}\n`);
    const note = (text: string): void => {
      if (options.json !== true) io.output.write(`${text}\n`);
    };
    await left.finish(io, { note }, options.json !== true, signal);
    return 0;
  } finally {
    left.close();
  }
}

function asJson(device: DeviceFacts, { kinds }: Inspection): string {
  return jsonLine({
    event: 'inspection',
    device,
    kinds: Object.fromEntries(
      kinds.map(({ kind, items, entries, bytes, left }) => [kind, { items, entries, bytes, skipped: left }]),
    ),
  });
}

function asText(device: DeviceFacts, { kinds }: Inspection): string {
  const { name, platform, android } = device;
  const title = name === undefined ? 'A device' : printable(name);
  const system = android === undefined ? platform : `Android, SDK ${String(android.sdk)}`;
  return `${title} (${system})\n${kindsTable(kinds)}\n`;
}
