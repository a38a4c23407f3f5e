/**
 * The ZIP that "SMS Import / Export" (sms-ie, format v2) writes: `messages.ndjson`, a message a line, and `data/` with the
 * attachments, named by the last part of the path they had on the phone. Attachments follow the messages in the file, so
 * it is read by its directory and not as a stream.
 *
 * Source: README and ImportExportMessages.kt of https://github.com/tmo1/sms-ie
 */
import { closeSync, openSync } from 'node:fs';
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import { LIMITS } from '../../../limits.ts';
import { READ_ONLY } from '../../../disk/read-only.ts';

const MESSAGES = 'messages.ndjson';
const DATA = 'data/';
/** An attachment is a file of its own; a phone with more than this many has years of them. The directory is in memory. */
const MAX_ENTRIES = 1_000_000;

const LINE_FEED = 10;

export class SmsIeArchive {
  readonly #zip: ZipFile;
  readonly #messages: Entry;
  readonly #data: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, messages: Entry, data: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#messages = messages;
    this.#data = data;
  }

  /** @throws errors of the file system; Error when it is no such ZIP. */
  static async open(path: string): Promise<SmsIeArchive> {
    const fd = openSync(path, READ_ONLY);
    let zip: ZipFile;
    try {
      zip = await fromFdPromise(fd, { autoClose: false, lazyEntries: true });
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    try {
      if (zip.entryCount > MAX_ENTRIES) throw new Error('too many files in it');
      let messages: Entry | undefined;
      const data = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) {
        if (entry.fileName === MESSAGES) messages ??= entry;
        else if (entry.fileName.startsWith(DATA)) data.set(entry.fileName.slice(DATA.length), entry);
      }
      if (messages === undefined) throw new Error(`no ${MESSAGES} in it`);
      return new SmsIeArchive(zip, messages, data);
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  /** Every line of the messages; undefined for one that is longer than a record may be. Can be called again. */
  async *lines(signal: AbortSignal): AsyncGenerator<Buffer | undefined> {
    let rest: Buffer[] = [];
    let bytes = 0;
    const line = (): Buffer | undefined => (bytes > LIMITS.recordBytes ? undefined : Buffer.concat(rest));
    const take = (part: Buffer): void => {
      bytes += part.length;
      if (bytes > LIMITS.recordBytes) rest = [];
      else rest.push(part);
    };
    for await (const block of await this.#zip.openReadStreamPromise(this.#messages)) {
      signal.throwIfAborted();
      let start = 0;
      const chunk = block as Buffer;
      for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
        take(chunk.subarray(start, end));
        start = end + 1;
        yield line();
        rest = [];
        bytes = 0;
      }
      take(chunk.subarray(start));
    }
    if (bytes > 0) yield line();
  }

  /** Bytes of an attachment; undefined when it was not exported with the messages. */
  sizeOf(name: string): number | undefined {
    return this.#data.get(name)?.uncompressedSize;
  }

  /** @throws Error when the ZIP is damaged there. */
  async attachment(name: string, signal: AbortSignal): Promise<Buffer | undefined> {
    const entry = this.#data.get(name);
    if (entry === undefined) return undefined;
    const blocks: Buffer[] = [];
    // The stream fails at the first byte beyond the size in the directory.
    for await (const block of await this.#zip.openReadStreamPromise(entry)) {
      signal.throwIfAborted();
      blocks.push(block as Buffer);
    }
    return Buffer.concat(blocks);
  }

  close(): void {
    this.#zip.close();
  }
}
