/** The copy of an account's data that privacy.apple.com gives, as a source: any set of its zips and folders. */
import { existsSync } from 'node:fs';
import { MoverError } from '../../errors.ts';
import type { DeviceIo } from '../device-io.ts';
import type { DeviceReader } from '../spooled-source.ts';
import { ExportReader } from './reader.ts';

/** @param list paths with colons between them. @throws MoverError as `ExportReader.open`; `USAGE` without a path. */
export function openAppleExport(list: string | undefined, io: DeviceIo): Promise<DeviceReader> {
  if (list === undefined) {
    throw new MoverError('USAGE', {
      detail: 'say where the export is: apple-export:PATH, several with colons between them',
    });
  }
  return ExportReader.open(pathsOf(list), io);
}

/** A path may have a colon of its own: on Windows after the drive, elsewhere where a file of that name is. */
export function pathsOf(list: string): readonly string[] {
  const paths: string[] = [];
  const parts = list.split(':');
  for (let at = 0; at < parts.length;) {
    let length = 1;
    for (let longer = parts.length - at; longer > 1; longer -= 1) {
      if (!existsSync(parts.slice(at, at + longer).join(':'))) continue;
      length = longer;
      break;
    }
    if (length === 1 && /^[A-Za-z]$/.test(parts[at] ?? '') && /^[\\/]/.test(parts[at + 1] ?? '')) length = 2;
    const path = parts.slice(at, at + length).join(':');
    if (path !== '') paths.push(path);
    at += length;
  }
  return paths;
}
