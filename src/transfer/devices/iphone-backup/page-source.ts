/** Bytes at any place of a file, decrypted as they are read where they are encrypted. */
import { createDecipheriv } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { READ_ONLY } from '../../disk/read-only.ts';

export interface PageSource {
  /** Bytes, decrypted. */
  readonly size: number;
  /** Fills `target` from `position` on. @returns how many bytes there were. */
  read(target: Uint8Array, position: number): number;
  close(): void;
}

const BLOCK = 16;

function readFully(fd: number, target: Uint8Array, position: number): number {
  let done = 0;
  while (done < target.length) {
    const read = readSync(fd, target, done, target.length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

export function openPlain(path: string): PageSource {
  const fd = openSync(path, READ_ONLY);
  const { size } = fstatSync(fd);
  return {
    size,
    read: (target, position) => readFully(fd, target, position),
    close: () => {
      closeSync(fd);
    },
  };
}

/**
 * A file under AES-256-CBC with a zero IV: any block can be decrypted with the one before it.
 * @param size bytes without the padding; what the file itself has when it is unknown.
 */
export function openEncrypted(path: string, key: Buffer, size?: number): PageSource {
  const fd = openSync(path, READ_ONLY);
  const held = fstatSync(fd).size;
  const whole = held - (held % BLOCK);
  return {
    size: Math.min(size ?? whole, whole),
    read(target, position) {
      const wanted = Math.min(target.length, this.size - position);
      if (wanted <= 0) return 0;
      const start = position - (position % BLOCK);
      const end = Math.min(Math.ceil((position + wanted) / BLOCK) * BLOCK, whole);
      const sealed = Buffer.alloc(end - start + BLOCK);
      if (start === 0) readFully(fd, sealed.subarray(BLOCK), 0);
      else readFully(fd, sealed, start - BLOCK);
      const decipher = createDecipheriv('aes-256-cbc', key, sealed.subarray(0, BLOCK)).setAutoPadding(false);
      const plain = decipher.update(sealed.subarray(BLOCK));
      target.set(plain.subarray(position - start, position - start + wanted));
      plain.fill(0);
      return wanted;
    },
    close: () => {
      closeSync(fd);
    },
  };
}

/** What SQLite is shown where a write-ahead log is not there. */
export const NO_PAGES: PageSource = { size: 0, read: () => 0, close: () => undefined };
