/** The new version of a backup file while it is written: the old bytes verbatim, the new records before its end tag. */
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { XmlEncoding } from './decode.ts';

const BLOCK_BYTES = 64 * 1024;
const COPY_BYTES = 256 * 1024;

const UTF_8 = new TextEncoder();

/**
 * Writes as much of the text as fits into `target`, in an encoding we can add to; UTF-16BE is made by swapping.
 * @returns UTF-16 units that were taken, and bytes that they made.
 */
function encodeXml(text: string, encoding: XmlEncoding, target: Buffer): { read: number; written: number } {
  if (encoding !== 'utf-16le' && encoding !== 'utf-16be') return UTF_8.encodeInto(text, target);
  const read = Math.min(text.length, target.length >> 1);
  const written = target.write(text.slice(0, read), 'utf16le');
  if (encoding === 'utf-16be') target.subarray(0, written).swap16();
  return { read, written };
}

/** A file written once from beginning to end, save for one patch. Made by `create`; ended by `finish` or `discard`. */
export class OutputFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #encoding: XmlEncoding;
  /**
   * Bytes, not strings: an element put together of forty pieces takes ten times its length in V8's heap until it is
   * written, long enough to count as old there.
   */
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #used = 0;
  /** Text that did not fit into the block and is written after it. */
  #beyond = '';
  #written = 0;

  private constructor(path: string, handle: FileHandle, encoding: XmlEncoding) {
    this.path = path;
    this.#handle = handle;
    this.#encoding = encoding;
  }

  static async create(path: string, encoding: XmlEncoding): Promise<OutputFile> {
    return new OutputFile(path, await open(path, 'wx', 0o600), encoding);
  }

  /** Takes text; when `isFull`, the caller must `flush` before it goes on. */
  append(text: string): void {
    // A UTF-16 unit makes at most three bytes of UTF-8.
    const fits = this.#beyond === '' && text.length * 3 <= BLOCK_BYTES - this.#used;
    if (fits) this.#encode(text);
    else this.#beyond += text;
  }

  get isFull(): boolean {
    return this.#beyond !== '' || this.#used > BLOCK_BYTES / 2;
  }

  /** Bytes of the file so far. */
  async position(): Promise<number> {
    await this.flush();
    return this.#written;
  }

  async flush(): Promise<void> {
    const beyond = this.#beyond;
    this.#beyond = '';
    for (let at = this.#encode(beyond); this.#used > 0; at += this.#encode(beyond.slice(at))) {
      await this.#write(this.#block.subarray(0, this.#used));
      this.#used = 0;
    }
  }

  /** Bytes `from` to `to` of another file, as they are. */
  async copy(source: FileHandle, from: number, to: number, signal: AbortSignal): Promise<void> {
    await this.flush();
    const buffer = Buffer.allocUnsafe(Math.min(COPY_BYTES, Math.max(to - from, 0)));
    for (let at = from; at < to;) {
      signal.throwIfAborted();
      const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, to - at), at);
      if (bytesRead === 0) throw new Error('a file became shorter while it was copied');
      await this.#write(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  }

  /** Overwrites bytes written before. */
  async patch(position: number, text: string): Promise<void> {
    await this.flush();
    this.#encode(text);
    await this.#writeAt(position, this.#block.subarray(0, this.#used));
    this.#used = 0;
  }

  /** On disk for good: a power cut after the rename must not leave an empty file where the old one was. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#handle.sync();
    await this.#handle.close();
  }

  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }

  /** Fills the block as far as it goes, and returns how much of the text that took. */
  #encode(text: string): number {
    const { read, written } = encodeXml(text, this.#encoding, this.#block.subarray(this.#used));
    this.#used += written;
    return read;
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#writeAt(this.#written, bytes);
    this.#written += bytes.length;
  }

  async #writeAt(position: number, bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }
}
