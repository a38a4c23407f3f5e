/**
 * Reads an entry's bytes on the sending side, with blocking calls: in a lane's own worker they are ten times faster
 * than `fs.promises`. A file that is not what the manifest says any more is reported, never sent as something else.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readSkipReason } from '../disk/errno.ts';
import type { SkipReason } from '../kinds/kind.ts';
import { toPath } from '../paths/raw-path.ts';
import { READ_ONLY } from '../disk/read-only.ts';
import { type ContentDigest, digestPrefix } from '../disk/digest.ts';
import { travelTime } from '../paths/file-time.ts';

/** A link in the place of the file that was scanned is a change. */
function skipReasonOf(error: unknown): SkipReason {
  const reason = readSkipReason(error);
  return reason === 'link' ? 'changed' : reason;
}

/** What the manifest says of the file. */
export interface Expected {
  readonly size: number;
  readonly mtimeMs: number | undefined;
}

/** What a lane reads an entry's bytes from. */
export interface ContentReader {
  /** Whether it is, or at its end was, what the manifest describes. */
  unchanged(): boolean | Promise<boolean>;
  /** Reads as much of `target` as there is from `position` on. */
  read(target: Buffer, position: number): number | SkipReason | Promise<number | SkipReason>;
  /** Takes the first `length` bytes into `digest`. @returns how many there were. */
  digestPrefix(length: number, digest: ContentDigest, signal: AbortSignal): Promise<number>;
  close(): void;
}

export class OpenFile implements ContentReader {
  readonly #fd: number;
  readonly #expected: Expected;

  private constructor(fd: number, expected: Expected) {
    this.#fd = fd;
    this.#expected = expected;
  }

  static open(path: string, expected: Expected): OpenFile | SkipReason {
    try {
      return new OpenFile(openSync(toPath(path), READ_ONLY), expected);
    } catch (error) {
      return skipReasonOf(error);
    }
  }

  /** Whether it still is the regular file the manifest describes. */
  unchanged(): boolean {
    const now = fstatSync(this.#fd);
    const { size, mtimeMs } = this.#expected;
    return (
      now.isFile() && now.size === size && (mtimeMs === undefined || travelTime(now.mtimeMs) === mtimeMs)
    );
  }

  /** Reads as much of `target` as there is from `position` on. */
  read(target: Buffer, position: number): number | SkipReason {
    let read = 0;
    try {
      while (read < target.length) {
        const got = readSync(this.#fd, target, read, target.length - read, position + read);
        if (got === 0) break;
        read += got;
      }
    } catch (error) {
      return skipReasonOf(error);
    }
    return read;
  }

  digestPrefix(length: number, digest: ContentDigest, signal: AbortSignal): Promise<number> {
    return digestPrefix(this.#fd, length, digest, signal);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** A small file in one go, into `target`, which is as long as the file should be. Undefined when it was. */
export function readInto(target: Buffer, path: string, mtimeMs: number | undefined): SkipReason | undefined {
  const file = OpenFile.open(path, { size: target.length, mtimeMs });
  if (typeof file === 'string') return file;
  try {
    const read = file.read(target, 0);
    if (typeof read === 'string') return read;
    return read === target.length && file.unchanged() ? undefined : 'changed';
  } finally {
    file.close();
  }
}
