/**
 * Writes a ZIP file the way APKs are written: in memory, no ZIP64, stored entries aligned where asked.
 * Source: APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12, 4.3.16; alignment by zipalign's padding of the extra field.
 */
import { deflateRawSync } from 'node:zlib';
import { crc32 } from './crc32.ts';

export interface ZipInput {
  readonly name: string;
  readonly bytes: Buffer;
  /** Stored, its data at a multiple of this many bytes; deflated when absent. */
  readonly storedAt?: number;
}

/** A ZIP in its three parts, between which an APK Signing Block fits. */
export interface ZipParts {
  readonly entries: Buffer;
  readonly directory: Buffer;
  /** The end record, with the directory right behind `entries`. */
  readonly end: Buffer;
}

/** 1981-01-01 00:00:00, what the Android build tools write for every entry. */
const DOS_TIME = 0;
const DOS_DATE = (1 << 9) | (1 << 5) | 1;
const UTF8_NAME = 0x0800;

export function writeZip(files: readonly ZipInput[]): ZipParts {
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const file of files) {
    const name = Buffer.from(file.name);
    const stored = file.storedAt !== undefined;
    const data = stored ? file.bytes : deflateRawSync(file.bytes, { level: 9 });
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(UTF8_NAME, 2);
    shared.writeUInt16LE(stored ? 0 : 8, 4);
    shared.writeUInt16LE(DOS_TIME, 6);
    shared.writeUInt16LE(DOS_DATE, 8);
    shared.writeUInt32LE(crc32(file.bytes), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(file.bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const central = Buffer.alloc(14);
    central.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), shared, central, name);
    const padding = Buffer.alloc(stored ? -(at + 30 + name.length) & ((file.storedAt ?? 1) - 1) : 0);
    const local = Buffer.from(shared);
    local.writeUInt16LE(padding.length, 24);
    const entry = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), local, name, padding, data]);
    entries.push(entry);
    at += entry.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(at, 16);
  return { entries: Buffer.concat(entries), directory: directoryBytes, end };
}
