/** `mover inspect`: what a device folder holds, per kind. */
import type { DeviceFacts } from '../../transfer/compat/facts.ts';
import { printable } from '../../transfer/privacy/escape.ts';
import type { Context } from './context.ts';
import { kindsTable } from './decide-offer.ts';
import type { Inspection } from './engine.ts';
import { jsonLine } from './json-line.ts';
import { LeftBehindReport } from './left-behind.ts';
import { PLAIN_FOLDER } from './words.ts';

export interface InspectOptions {
  readonly leftBehind?: string;
  readonly json?: boolean;
}

export async function runInspect(
  folder: string,
  options: InspectOptions,
  { io, engine, signal }: Context,
): Promise<number> {
  const left = new LeftBehindReport(options.leftBehind);
  const source = await engine.openFolderSource({ from: folder });
  try {
    const inspection = await engine.inspectDevice(source, { signal, onLeftBehind: left.add });
    io.output.write(
      options.json === true ? asJson(source.device, inspection) : asText(source.device, inspection),
    );
    if (source.plain === true && options.json !== true) io.output.write(`${PLAIN_FOLDER}\n`);
    const note = (text: string): void => {
      if (options.json !== true) io.output.write(`${text}\n`);
    };
    await left.finish(io, { note }, options.json !== true, signal);
    return 0;
  } finally {
    left.close();
    await source.close();
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
