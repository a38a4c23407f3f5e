/**
 * One connection of a receiving lane: checks chunks, unpacks the tar stream (tar-stream) and stages entries. The
 * manifest is the authority: whatever in the stream disagrees with it ends the session.
 */
import { extract, type Extract, type ExtractEvents, type Header } from 'tar-stream';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { MoverError } from '../errors.ts';
import type { Entry } from '../kinds/entry.ts';
import { checkDigest, FrameDecoder } from '../wire/frame.ts';
import { ContentCounter } from './content-counter.ts';
import type { Digest } from '../disk/digest.ts';
import { LeakyBucket } from './leaky-bucket.ts';
import { parseEntryName, RUN_BYTES } from './entry-name.ts';
import type { FromReceiveLane } from './lane-messages.ts';
import { BufferPool } from './buffer-pool.ts';
import type { EntryStore, EntryWriter } from './entry-store.ts';
import { isOfOneEntry } from '../disk/errno.ts';

type TarSource = ExtractEvents['entry'][1];
type Next = (error?: Error | null) => void;

/** An entry of the manifest that is wanted, and the length of the prefix offered as held. */
interface Known {
  readonly entry: Entry;
  readonly held: number | undefined;
}

/** An entry that is written and not yet read back, while the ones after it are written. */
interface Unfinished {
  readonly file: EntryWriter;
  readonly done: Promise<void>;
}

/** What the lane asks of the thread it runs in. */
export interface ReceiveLaneOptions {
  readonly socket: Duplex;
  readonly lane: number;
  readonly files: EntryStore;
  /** No limit by default. */
  readonly bucket?: LeakyBucket;
  /**
   * The entry of that number with the prefix offered as held, if the manifest has it and it is wanted. `fresh`: as it is
   * known to the session by now, which may be more than this thread has heard of.
   */
  readonly lookUp: (entry: number, fresh?: boolean) => Known | undefined;
  /** Whether this lane may write the entry's file: see `EntryClaims`. */
  readonly claim: (entry: number) => boolean;
  readonly report: (message: FromReceiveLane) => void;
  readonly signal: AbortSignal;
}

const TAR_BLOCK_BYTES = 512;
/** A changed rate limit takes effect within this. */
const PACE_MS = 100;
/** What our own senders put into a chunk, at most. */
const PAYLOAD_BYTES = 260 * 1024;
/** Staged entries gathered before they are reported: one message for many. */
const REPORT_ENTRIES = 512;
/** And how long for: the sender waits for its answer. */
const REPORT_MS = 20;

export class ReceiveLane {
  readonly #options: ReceiveLaneOptions;
  readonly #decoder: FrameDecoder;
  readonly #bucket: LeakyBucket;
  readonly #extract: Extract = extract();
  /** Payloads checked and not yet unpacked; an empty one is the end of the lane. */
  readonly #payloads: Buffer[] = [];
  readonly #counter = new ContentCounter();
  /** Memory of the payloads, used again once what came in them is on disk. */
  readonly #memory = new BufferPool(PAYLOAD_BYTES);
  /** Bytes of the tar stream handed to the unpacker. */
  #handed = 0;
  /** A run that came in several payloads, put together. */
  #run: Buffer | undefined;
  #staged = noneStaged();
  #current: EntryWriter | undefined;
  readonly #unfinished = new Map<number, Unfinished>();
  #failure: unknown;
  #flushing: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;
  /** Since the last report. */
  #wireBytes = 0;
  /** Where in the tar stream the next header must stand. */
  #nextOffset = 0;

  constructor(options: ReceiveLaneOptions) {
    this.#options = options;
    this.#bucket = options.bucket ?? new LeakyBucket();
    this.#decoder = new FrameDecoder({
      lane: options.lane,
      allocate: (bytes) => this.#memory.take(bytes),
    });
    const { socket } = options;
    socket.on('data', (bytes: Buffer) => {
      this.#take(bytes);
    });
    socket.on('error', () => socket.destroy());
    const wake = (): void => this.#wake?.();
    socket.on('close', wake);
    this.#extract.on('drain', wake);
    this.#extract.on('error', (error: unknown) => {
      this.#fail(error instanceof MoverError ? error : new MoverError('PEER_VIOLATION', { cause: error }));
    });
    this.#extract.on('entry', (header, stream, next) => {
      this.#unpack(header, stream, next);
    });
  }

  /**
   * Receives until the mark that ends the lane.
   * @returns `ended`, or `lost` when the connection broke: what was staged stays.
   * @throws MoverError `PEER_VIOLATION`, `NO_SPACE`, `DESTINATION_FAILED`.
   */
  async run(): Promise<'ended' | 'lost'> {
    try {
      for (;;) {
        if (this.#failure !== undefined) throw this.#failure;
        const payload = this.#payloads.shift();
        if (payload === undefined) {
          if (this.#options.socket.destroyed) return 'lost';
          this.#options.socket.resume();
          await this.#woken();
        } else if (payload.length === 0) {
          return await this.#ended();
        } else {
          this.#handed += payload.length;
          this.#memory.lease(payload, this.#handed);
          if (!this.#extract.write(payload)) await this.#drained();
          await this.#throttled(payload.length);
        }
      }
    } finally {
      this.#current?.close();
      this.#current = undefined;
      await this.#giveUpUnfinished();
      this.#flush();
      this.#extract.destroy();
      this.#options.socket.destroy();
    }
  }

  #take(bytes: Buffer): void {
    this.#wireBytes += bytes.length;
    let isCopied = true;
    try {
      for (const chunk of this.#decoder.push(bytes)) {
        checkDigest(chunk);
        this.#payloads.push(chunk.payload);
        if (chunk.payload.buffer === bytes.buffer) isCopied = false;
      }
      if (isCopied) this.#letGo(bytes);
    } catch (error) {
      this.#fail(error);
    }
    if (this.#payloads.length > 0) {
      this.#options.socket.pause();
      this.#wake?.();
    }
  }

  /**
   * Frees what TLS read: it takes new memory for every record of 16 KiB, and V8 lets 32 MiB of that gather before it looks.
   * Of another stream it may be somebody's.
   */
  #letGo({ buffer, byteLength }: Buffer): void {
    const { socket } = this.#options;
    if (socket instanceof TLSSocket && buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) {
      buffer.transfer(0);
    }
  }

  async #ended(): Promise<'ended'> {
    if (this.#payloads.length > 0)
      throw new MoverError('PEER_VIOLATION', { detail: 'chunks after the end of a lane' });
    const finished = new Promise<void>((resolve, reject) => {
      this.#extract.once('finish', resolve);
      this.#extract.once('error', () => {
        reject(violation('a lane that ends within an entry'));
      });
    });
    this.#extract.end(null);
    await finished;
    await Promise.all([...this.#unfinished.values()].map(({ done }) => done));
    if (this.#failure !== undefined) throw this.#failure;
    this.#flush();
    return 'ended';
  }

  /** What is not read back by now is looked at again, and must not be reported after that. */
  async #giveUpUnfinished(): Promise<void> {
    const unfinished = [...this.#unfinished.values()];
    for (const { file } of unfinished) file.close();
    await this.#options.files.idle?.();
    await Promise.all(unfinished.map(({ done }) => done));
  }

  #unpack(header: Header, stream: TarSource, next: Next): void {
    // Ending the tar ends its entry with the same error, which is handled once, at the tar.
    stream.on('error', () => undefined);
    try {
      this.#checkPlace(header, stream);
      const { first, last } = checkedNumbers(header);
      if (first === last) this.#unpackOne(first, header.size, stream, next);
      else this.#unpackRun(first, last, header.size, stream, next);
    } catch (error) {
      next(error as Error);
    }
  }

  /** Entries follow each other: tar-stream hides extended headers and empty blocks, which could change what follows. */
  #checkPlace({ size }: Header, { offset }: TarSource): void {
    if (offset !== this.#nextOffset) throw violation('a tar with more in it than its entries');
    this.#nextOffset = offset + TAR_BLOCK_BYTES * (1 + Math.ceil(size / TAR_BLOCK_BYTES));
  }

  #lookUp(number: number, fresh = false): Known {
    const found = this.#options.lookUp(number, fresh);
    if (found === undefined) throw violation('a tar entry that was not asked for');
    return found;
  }

  #claim(number: number): void {
    if (!this.#options.claim(number)) throw violation('an entry sent again without need');
  }

  #unpackOne(number: number, size: number, stream: TarSource, next: Next): void {
    const { entry, held } = this.#lookUp(number);
    const from = entry.size - size;
    // After a lane broke, what was found to be held is told to this thread and to the sender at the same time.
    if (from !== 0 && from !== held && from !== this.#lookUp(number, true).held) {
      throw violation('a tar entry of another size than its manifest entry');
    }
    this.#claim(number);
    if (from === entry.size && entry.size > 0) {
      this.#confirm(number, entry, stream, next);
      return;
    }
    let refused = false;
    const refuse = (error: unknown): void => {
      if (!isOfOneEntry(error)) throw error;
      refused = true;
      this.#refuse(number, entry);
    };
    let file: EntryWriter | undefined;
    try {
      file = this.#options.files.open(entry, from);
      this.#current = file;
    } catch (error) {
      refuse(error);
    }
    this.#counter.add(entry.kind, from);
    let position = stream.offset + TAR_BLOCK_BYTES;
    this.#onData(stream, (bytes) => {
      let written: void | Promise<void> = undefined;
      try {
        if (!refused) written = file?.write(bytes);
      } catch (error) {
        refuse(error);
      }
      this.#counter.add(entry.kind, bytes.length);
      position += bytes.length;
      this.#memory.advanceTo(position);
      return written;
    });
    stream.on('end', () => {
      if (file !== undefined && !refused) this.#finish(number, file, next);
      else {
        this.#memory.advanceTo(this.#nextOffset);
        next();
      }
    });
  }

  /** What else comes of the entry is read and dropped. */
  #refuse(number: number, entry: Entry): void {
    this.#current?.close();
    this.#current = undefined;
    this.#options.files.discard(entry);
    this.#options.report({ type: 'refused', entry: number });
  }

  /** Small neighbours one after the other; the manifest says where one ends. */
  #unpackRun(first: number, last: number, size: number, stream: TarSource, next: Next): void {
    const run = Array.from({ length: last - first + 1 }, (_, index) => this.#lookUp(first + index));
    if (size > RUN_BYTES || run.reduce((sum, { entry }) => sum + entry.size, 0) !== size) {
      throw violation('a run of another size than its manifest entries');
    }
    let whole: Buffer | undefined;
    let filled = 0;
    this.#onData(stream, (bytes) => {
      if (bytes.length === size) {
        whole = bytes;
        return;
      }
      this.#run ??= Buffer.allocUnsafeSlow(RUN_BYTES);
      filled += bytes.copy(this.#run, filled);
      whole = this.#run.subarray(0, filled);
      this.#memory.advanceTo(stream.offset + TAR_BLOCK_BYTES + filled);
    });
    stream.on('end', () => {
      try {
        this.#stageRun(first, run, whole ?? Buffer.alloc(0));
        this.#memory.advanceTo(this.#nextOffset);
        this.#goOn(next);
      } catch (error) {
        next(error as Error);
      }
    });
  }

  #stageRun(first: number, run: readonly Known[], bytes: Buffer): void {
    let start = 0;
    for (const [index, { entry }] of run.entries()) {
      const end = start + entry.size;
      this.#claim(first + index);
      this.#counter.add(entry.kind, entry.size);
      try {
        const file = this.#options.files.open(entry, 0);
        this.#current = file;
        // So few bytes are taken at once by every store.
        void file.write(bytes.subarray(start, end));
        const digest = file.finish(this.#options.signal);
        this.#current = undefined;
        if (typeof digest === 'string') this.#report(first + index, digest);
        else this.#reportLater(first + index, file, digest);
      } catch (error) {
        if (!isOfOneEntry(error)) throw error;
        this.#refuse(first + index, entry);
      }
      start = end;
    }
  }

  /** @param take gives a promise when it wants no more for now. */
  #onData(stream: TarSource, take: (bytes: Buffer) => void | Promise<void>): void {
    const fail = (error: unknown): void => {
      this.#extract.destroy(error as Error);
    };
    stream.on('data', (bytes: unknown) => {
      try {
        const taken = take(bytes as Buffer);
        if (taken === undefined) return;
        stream.pause();
        taken.then(() => stream.resume(), fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** To the next entry, once the store takes it. */
  #goOn(next: Next): void {
    const ready = this.#options.files.ready?.();
    if (ready === undefined) next();
    else
      ready.then(() => {
        next();
      }, next);
  }

  /** The sender found the held bytes to be the whole entry: nothing to write. */
  #confirm(number: number, entry: Entry, stream: TarSource, next: Next): void {
    stream.on('end', () => {
      this.#counter.add(entry.kind, entry.size);
      this.#report(number, '');
      next();
    });
    stream.resume();
  }

  #finish(number: number, file: EntryWriter, next: Next): void {
    const done = (digest: string): void => {
      this.#current = undefined;
      this.#memory.advanceTo(this.#nextOffset);
      this.#report(number, digest);
      next();
    };
    try {
      const digest = file.finish(this.#options.signal);
      if (typeof digest === 'string') done(digest);
      else if (this.#options.files.ready === undefined) digest.then(done, next);
      else {
        this.#current = undefined;
        this.#memory.advanceTo(this.#nextOffset);
        this.#reportLater(number, file, digest);
        this.#goOn(next);
      }
    } catch (error) {
      next(error as Error);
    }
  }

  /** Of a store that reads back while the next entries are written. */
  #reportLater(number: number, file: EntryWriter, digest: Promise<Digest>): void {
    const done = digest.then(
      (read) => {
        this.#unfinished.delete(number);
        this.#report(number, read);
      },
      (error: unknown) => {
        this.#unfinished.delete(number);
        this.#fail(error);
      },
    );
    this.#unfinished.set(number, { file, done });
  }

  #report(entry: number, digest: Digest): void {
    this.#staged.entries.push(entry);
    this.#staged.digests.push(digest);
    if (this.#staged.entries.length >= REPORT_ENTRIES) this.#flush();
    else
      this.#flushing ??= setTimeout(() => {
        this.#flush();
      }, REPORT_MS);
  }

  #flush(): void {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    this.#flushBytes();
    if (this.#staged.entries.length === 0) return;
    this.#options.report({ type: 'staged', staged: this.#staged });
    this.#staged = noneStaged();
  }

  #flushBytes(): void {
    if (!this.#counter.any) return;
    this.#options.report({ type: 'bytes', content: this.#counter.take(), wire: this.#wireBytes });
    this.#wireBytes = 0;
  }

  /** Reads no further while the limit is reached: the sender feels it through the network. */
  async #throttled(bytes: number): Promise<void> {
    const bucket = this.#bucket;
    const { signal } = this.#options;
    bucket.take(bytes, performance.now());
    for (let wait = bucket.wait(performance.now()); wait > 0; wait = bucket.wait(performance.now())) {
      if (this.#failure !== undefined || this.#options.socket.destroyed) return;
      if (signal.aborted) throw new MoverError('CANCELLED');
      if (this.#counter.due) this.#flushBytes();
      const timer = setTimeout(() => this.#wake?.(), Math.min(wait, PACE_MS));
      await this.#woken();
      clearTimeout(timer);
    }
  }

  async #drained(): Promise<void> {
    let drained = false;
    this.#extract.once('drain', () => {
      drained = true;
      this.#wake?.();
    });
    while (!drained) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#options.signal.aborted) throw new MoverError('CANCELLED');
      await this.#woken();
    }
    if (this.#counter.due) this.#flushBytes();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

function noneStaged(): { entries: number[]; digests: Digest[] } {
  return { entries: [], digests: [] };
}

function violation(detail: string): MoverError {
  return new MoverError('PEER_VIOLATION', { detail });
}

function checkedNumbers({ name, type, linkname, pax }: Header): { first: number; last: number } {
  const numbers = parseEntryName(name);
  if (type !== 'file' || linkname || pax || numbers === undefined) {
    throw violation('a tar entry that is no plain entry number');
  }
  return numbers;
}
