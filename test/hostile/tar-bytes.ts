/** The bytes of a lane as a peer could make them: tar headers that say anything, chunks that say anything. */
import { blake3 } from '@napi-rs/blake-hash';

const BLOCK = 512;

export interface TarHeader {
  readonly name: string;
  readonly size: number;
  /** Type flag of POSIX ustar; `0`, a regular file, by default. */
  readonly type?: string;
  readonly linkName?: string;
}

/** One header of POSIX ustar (IEEE 1003.1, "ustar Interchange Format"), with a checksum that holds. */
export function tarHeader({ name, size, type = '0', linkName = '' }: TarHeader): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100);
  header.write('0000600\0', 100, 'latin1');
  header.write('0000000\0', 108, 'latin1');
  header.write('0000000\0', 116, 'latin1');
  header.write(size.toString(8).padStart(11, '0'), 124, 'latin1');
  header.write('00000000000\0', 136, 'latin1');
  header.write('        ', 148, 'latin1');
  header.write(type, 156, 'latin1');
  header.write(linkName, 157, 100);
  header.write('ustar\u000000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** Content of a tar entry, filled up to whole blocks. */
export function tarContent(bytes: Uint8Array): Buffer {
  const padding = (BLOCK - (bytes.length % BLOCK)) % BLOCK;
  return Buffer.concat([bytes, Buffer.alloc(padding)]);
}

/** A plain entry. */
export function tarEntry(name: string, bytes: Uint8Array): Buffer {
  return Buffer.concat([tarHeader({ name, size: bytes.length }), tarContent(bytes)]);
}

/** A POSIX extended header (`type` x or g) of one record, or a GNU long name (`type` L or K). */
export function extendedHeader(type: 'x' | 'g' | 'L' | 'K', key: string, value: string): Buffer {
  const record = ` ${key}=${value}\n`;
  const content = type === 'x' || type === 'g' ? `${String(record.length + 2)}${record}` : `${value}\0`;
  const bytes = Buffer.from(content);
  return Buffer.concat([tarHeader({ name: 'PaxHeader', size: bytes.length, type }), tarContent(bytes)]);
}

export interface ChunkClaims {
  readonly lane?: number;
  readonly seq?: number;
  readonly length?: number;
  readonly digest?: Buffer;
}

/** A chunk whose header may lie about its payload. */
export function chunk(payload: Buffer, claims: ChunkClaims = {}): Buffer {
  const header = Buffer.alloc(10);
  header.writeUInt16BE(claims.lane ?? 0, 0);
  header.writeUInt32BE(claims.seq ?? 0, 2);
  header.writeUInt32BE(claims.length ?? payload.length, 6);
  return Buffer.concat([header, claims.digest ?? blake3(payload), payload]);
}
