/** A file being written from start to end in large blocks, complete on disk once it is closed. */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { writeAll } from '../../disk/write-all.ts';

const BLOCK_BYTES = 256 * 1024;

export class OutputFile {
  readonly path: string;
  #fd: number;
  #blocks: Buffer[] = [];
  #pending = 0;
  #last = -1;
  #open = true;

  /** Makes the file; fails when there is one. */
  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, 'wx', 0o600);
  }

  write(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#blocks.push(bytes);
    this.#pending += bytes.length;
    this.#last = bytes[bytes.length - 1] ?? -1;
    if (this.#pending >= BLOCK_BYTES) this.#flush();
  }

  /** Ends the last line when it is not ended, so that what comes next begins on a line of its own. */
  endLine(lineEnd: string): void {
    if (this.#last >= 0 && this.#last !== 10 && this.#last !== 13) this.write(Buffer.from(lineEnd, 'latin1'));
  }

  /** Writes what is held and syncs it. */
  finish(): void {
    this.#flush();
    fsyncSync(this.#fd);
    this.close();
  }

  /** Writes what is held. Whoever relies on it after a power cut syncs the file. */
  end(): void {
    this.#flush();
    this.close();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#fd);
  }

  #flush(): void {
    if (this.#pending === 0) return;
    writeAll(this.#fd, Buffer.concat(this.#blocks, this.#pending));
    this.#blocks = [];
    this.#pending = 0;
  }
}
