/**
 * One connection of a sending lane: takes jobs, packs a tar stream (tar-stream), and reports each entry's digest, made
 * while streaming. An entry's name in the tar is its number in the manifest; its size is what is still to come.
 */
import { pack, type Pack } from 'tar-stream';
import type { Duplex } from 'node:stream';
import type { Kind, SkipReason } from '../kinds/kind.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { ContentCounter } from './content-counter.ts';
import { ContentDigest, digestOf, type Digest } from '../disk/digest.ts';
import type { FromSendLane, SendJob } from './lane-messages.ts';
import { BufferPool } from './buffer-pool.ts';
import { LeakyBucket } from './leaky-bucket.ts';
import { type ContentReader, OpenFile, readInto } from './read-content.ts';
import { StreamedContent } from './streamed-content.ts';
import { entryName, RUN_BYTES, RUN_ENTRIES } from './entry-name.ts';

type TarSink = ReturnType<Pack['entry']>;

/** Files up to here are read and hashed in one piece, and neighbours are packed as one run. */
const SMALL_BYTES = 64 * 1024;
const BLOCK_BYTES = 256 * 1024;
/** Entries and runs handed to the packer before waiting for it, and their bytes, which bounds memory. */
const PACKING_AHEAD = 16;
const PACKING_BYTES = PACKING_AHEAD * BLOCK_BYTES;
/** Entries gathered before they are reported: one message for many. */
const REPORT_ENTRIES = 512;
/** And how long for: the receiver waits for the digests. */
const REPORT_MS = 10;

/** A changed rate limit takes effect within this. */
const PACE_MS = 100;

const TAR_BLOCK_BYTES = 512;

/** A fixed time: what the receiver sets comes from the manifest, not from here. */
const EPOCH = new Date(0);

export interface SendLaneOptions {
  readonly socket: Duplex;
  readonly lane: number;
  /** No limit by default. */
  readonly bucket?: LeakyBucket;
  readonly report: (message: FromSendLane) => void;
  readonly signal: AbortSignal;
}

export class SendLane {
  readonly #socket: Duplex;
  readonly #bucket: LeakyBucket;
  readonly #report: (message: FromSendLane) => void;
  readonly #signal: AbortSignal;
  readonly #writer: ChunkWriter;
  readonly #pack: Pack = pack();
  readonly #queue: SendJob[] = [];
  readonly #counter = new ContentCounter();
  /** Memory of what is being packed. */
  readonly #memory = new BufferPool(BLOCK_BYTES);
  /** Where the tar stream will be once all that was handed to the packer has come out. */
  #packedTo = 0;
  /** How much of it has come out. */
  #cameOut = 0;
  #sent = noneSent();
  #skipped: [number, SkipReason][] = [];
  #finishing = false;
  #flushing: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;
  #packing = 0;
  /** The entry that is being read. */
  #reading: ContentReader | undefined;

  constructor(options: SendLaneOptions) {
    this.#socket = options.socket;
    this.#bucket = options.bucket ?? new LeakyBucket();
    this.#report = options.report;
    this.#signal = options.signal;
    this.#writer = new ChunkWriter(options.socket, options.lane);
    this.#pack.on('data', (bytes) => {
      this.#writer.write(bytes as Buffer);
      this.#cameOut += (bytes as Buffer).length;
      this.#bucket.take((bytes as Buffer).length, performance.now());
      this.#memory.advanceTo(this.#cameOut);
      if (this.#writer.congested) this.#pack.pause();
      // An entry counts as packed before its last bytes come out here: a resting lane must wake to send them.
      this.#wake?.();
    });
    this.#pack.on('error', () => {
      this.#socket.destroy();
    });
    this.#socket.on('drain', () => {
      this.#pack.resume();
      this.#wake?.();
    });
    const wake = (): void => this.#wake?.();
    const stop = (): void => {
      if (this.#reading instanceof StreamedContent) this.#reading.close();
      wake();
    };
    this.#socket.on('close', stop);
    this.#signal.addEventListener('abort', stop, { once: true });
  }

  push(jobs: readonly SendJob[]): void {
    this.#queue.push(...jobs);
    this.#wake?.();
  }

  finish(): void {
    this.#finishing = true;
    this.#wake?.();
  }

  /**
   * Streams jobs until `finish`. Rejects when the connection is lost or the signal is aborted; what was not reported as
   * sent by then has to be asked about.
   */
  async run(): Promise<void> {
    try {
      await this.#streamJobs();
      await this.#end();
    } finally {
      clearTimeout(this.#flushing);
      dropContent(this.#queue);
    }
  }

  async #streamJobs(): Promise<void> {
    for (;;) {
      this.#assertOpen();
      const job = this.#queue.shift();
      if (job !== undefined) {
        await this.#stream(job);
        await this.#throttled();
        if (this.#sent.entries.length + this.#skipped.length >= REPORT_ENTRIES) this.#flushReports();
      } else if (this.#packing > 0) {
        await this.#woken();
      } else {
        this.#writer.flush();
        if (this.#finishing) return;
        this.#flushing ??= setTimeout(() => {
          this.#flushReports();
        }, REPORT_MS);
        await this.#woken();
      }
    }
  }

  async #end(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#pack.once('end', resolve));
    this.#pack.finalize();
    await ended;
    this.#writer.end();
    this.#socket.end();
    this.#flushReports();
  }

  async #stream(job: SendJob): Promise<void> {
    if (this.#full) await this.#waitWhile(() => this.#full);
    const { content } = job;
    if (content.type === 'bytes') {
      await this.#streamBytes(
        job,
        Buffer.from(content.bytes.buffer, content.bytes.byteOffset, content.bytes.byteLength),
      );
    } else if (isSmall(job)) {
      this.#streamRun(this.#takeRun(job));
    } else {
      const file = this.#open(job);
      if (typeof file === 'string') this.#skipped.push([job.entry, file]);
      else await this.#streamFile(job, file);
    }
  }

  #open({ content, size, mtimeMs }: SendJob): ContentReader | SkipReason {
    switch (content.type) {
      case 'path':
        return OpenFile.open(content.path, { size, mtimeMs });
      case 'stream':
        return new StreamedContent(content.port, () => {
          this.#flushBytes();
        });
      case 'bytes':
        throw new TypeError('bytes are not opened');
    }
  }

  /** The job and those of the queue that can travel with it: small, whole, and next to it in the manifest. */
  #takeRun(first: SendJob): SendJob[] {
    const run = [first];
    let bytes = first.size;
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      bytes += next.size;
      if (
        !isSmall(next) ||
        next.entry !== first.entry + run.length ||
        bytes > RUN_BYTES ||
        run.length >= RUN_ENTRIES
      )
        break;
      run.push(next);
      this.#queue.shift();
    }
    return run;
  }

  /**
   * Packs small neighbours as one tar entry: an entry each costs more than reading and hashing them. One that is not
   * as it was ends the run before it.
   */
  #streamRun(run: readonly SendJob[]): void {
    const block = this.#memory.take(run.reduce((sum, { size }) => sum + size, 0));
    let first = 0;
    let start = 0;
    let end = 0;
    const pack = (until: number): void => {
      const [from, to] = [run[first], run[until - 1]];
      if (from !== undefined && to !== undefined && first < until) {
        const name = entryName(from.entry, to.entry);
        this.#expectOut(end - start);
        this.#pack.entry(tarHeader(name, end - start), block.subarray(start, end), this.#packed());
      }
      first = until + 1;
      start = end;
    };
    for (const [index, { entry, kind, size, mtimeMs, content }] of run.entries()) {
      if (content.type !== 'path') throw new TypeError('a run is of files');
      const bytes = block.subarray(end, end + size);
      const skipped = readInto(bytes, content.path, mtimeMs);
      if (skipped === undefined) {
        this.#noteSent(entry, digestOf(bytes), 0);
        this.#counter.add(kind, size);
        end += size;
      } else {
        this.#skipped.push([entry, skipped]);
        pack(index);
      }
    }
    pack(run.length);
    this.#memory.lease(block, this.#packedTo);
  }

  /** A header, content of that many bytes and the padding behind it are about to be packed. */
  #expectOut(contentBytes: number): void {
    this.#packedTo += TAR_BLOCK_BYTES * (1 + Math.ceil(contentBytes / TAR_BLOCK_BYTES));
  }

  async #streamBytes(job: SendJob, bytes: Buffer): Promise<void> {
    if (bytes.length !== job.size) {
      this.#skipped.push([job.entry, 'changed']);
      return;
    }
    const digest = digestOf(bytes);
    const from = job.prefixes[0]?.from ?? 0;
    const prefix = from === bytes.length || from === 0 ? digest : digestOf(bytes.subarray(0, from));
    const resumed = job.prefixes.some((known) => known.from === from && known.digest === prefix) ? from : 0;
    const header = tarHeader(entryName(job.entry, job.entry), bytes.length - resumed);
    this.#expectOut(bytes.length - resumed);
    this.#memory.detachAfter(bytes, this.#packedTo);
    this.#counter.add(job.kind, resumed);
    const sink = this.#pack.entry(header, this.#packed());
    for (let position = resumed; position < bytes.length; position += BLOCK_BYTES) {
      await this.#write(job.kind, bytes.subarray(position, position + BLOCK_BYTES), sink);
    }
    sink.end(null);
    this.#noteSent(job.entry, digest, resumed);
  }

  async #streamFile(job: SendJob, file: ContentReader): Promise<void> {
    this.#reading = file;
    try {
      if (!(await file.unchanged())) {
        this.#skipped.push([job.entry, 'changed']);
        return;
      }
      const { resumed, digest } = await this.#comparePrefix(job, file);
      const header = tarHeader(entryName(job.entry, job.entry), job.size - resumed);
      const contentAt = this.#packedTo + TAR_BLOCK_BYTES;
      this.#expectOut(job.size - resumed);
      const sink = this.#pack.entry(header, this.#packed());
      this.#counter.add(job.kind, resumed);
      const whole = await this.#copy(job, file, { resumed, contentAt }, digest, sink);
      sink.end(null);
      if (whole === true && (await file.unchanged())) {
        this.#noteSent(job.entry, digest.digest(), resumed);
      } else {
        this.#skipped.push([job.entry, whole === true ? 'changed' : whole]);
      }
    } finally {
      this.#reading = undefined;
      file.close();
    }
  }

  /** Looks whether the prefix the receiver holds is the beginning of this file. */
  async #comparePrefix(
    job: SendJob,
    file: ContentReader,
  ): Promise<{ resumed: number; digest: ContentDigest }> {
    const from = job.prefixes[0]?.from ?? 0;
    if (from > 0) {
      const digest = new ContentDigest();
      const read = await file.digestPrefix(from, digest, this.#signal);
      const prefix = digest.digest();
      if (read === from && job.prefixes.some((known) => known.from === from && known.digest === prefix)) {
        return { resumed: from, digest };
      }
    }
    return { resumed: 0, digest: new ContentDigest() };
  }

  /**
   * @returns true, or why the bytes are not the file's: a file that shrinks or fails while being read is filled up with
   * zeros, since its header has promised a size, and the receiver is told to drop it.
   */
  async #copy(
    job: SendJob,
    file: ContentReader,
    from: { readonly resumed: number; readonly contentAt: number },
    digest: ContentDigest,
    sink: TarSink,
  ): Promise<true | SkipReason> {
    let outcome: true | SkipReason = true;
    for (let position = from.resumed; position < job.size;) {
      const block = this.#memory.take(Math.min(BLOCK_BYTES, job.size - position));
      if (outcome === true) {
        const read = await file.read(block, position);
        this.#assertOpen();
        if (read !== block.length) {
          outcome = typeof read === 'string' ? read : 'changed';
          block.fill(0);
        }
      } else {
        block.fill(0);
      }
      digest.update(block);
      position += block.length;
      this.#memory.lease(block, from.contentAt + position - from.resumed);
      await this.#write(job.kind, block, sink);
    }
    return outcome;
  }

  /** Packs a block of an entry, and waits until the next fits. */
  async #write(kind: Kind, block: Buffer, sink: TarSink): Promise<void> {
    if (!sink.write(block)) await this.#drained(sink);
    this.#counter.add(kind, block.length);
    if (this.#counter.due) this.#flushBytes();
    if (this.#writer.congested) await this.#waitWhile(() => this.#writer.congested);
    await this.#throttled();
  }

  #noteSent(entry: number, digest: Digest, resumed: number): void {
    this.#sent.entries.push(entry);
    this.#sent.digests.push(digest);
    if (resumed > 0) this.#sent.resumed.push([entry, resumed]);
  }

  /** Enough waits in the packer or in the socket. */
  get #full(): boolean {
    const waiting = this.#packedTo - this.#cameOut;
    return this.#packing >= PACKING_AHEAD || waiting > PACKING_BYTES || this.#writer.congested;
  }

  /** Counts an entry as being packed until tar-stream has passed all of it on. */
  #packed(): () => void {
    this.#packing += 1;
    return () => {
      this.#packing -= 1;
      this.#wake?.();
    };
  }

  async #drained(sink: TarSink): Promise<void> {
    let drained = false;
    sink.once('drain', () => {
      drained = true;
      this.#wake?.();
    });
    while (!drained) {
      await this.#woken();
      this.#assertOpen();
    }
  }

  async #waitWhile(full: () => boolean): Promise<void> {
    if (this.#counter.due) this.#flushBytes();
    while (full()) {
      await this.#woken();
      this.#assertOpen();
    }
  }

  /** Waits until the limit lets more pass; it may change meanwhile. */
  async #throttled(): Promise<void> {
    for (
      let wait = this.#bucket.wait(performance.now());
      wait > 0;
      wait = this.#bucket.wait(performance.now())
    ) {
      this.#writer.flush();
      this.#flushBytes();
      const timer = setTimeout(() => this.#wake?.(), Math.min(wait, PACE_MS));
      await this.#woken();
      clearTimeout(timer);
      this.#assertOpen();
    }
  }

  #woken(): Promise<void> {
    if (this.#socket.destroyed || this.#signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #assertOpen(): void {
    this.#signal.throwIfAborted();
    if (this.#socket.destroyed) throw new Error('the lane was lost');
  }

  #flushBytes(): void {
    if (!this.#counter.any) return;
    this.#report({ type: 'bytes', content: this.#counter.take(), wire: this.#writer.takeWireBytes() });
  }

  #flushReports(): void {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    this.#flushBytes();
    if (this.#sent.entries.length + this.#skipped.length === 0) return;
    this.#report({ type: 'sent', sent: this.#sent, skipped: this.#skipped });
    this.#sent = noneSent();
    this.#skipped = [];
  }
}

function noneSent(): { entries: number[]; digests: Digest[]; resumed: [number, number][] } {
  return { entries: [], digests: [], resumed: [] };
}

/** Small enough to travel in a run, and nothing of it is held by the receiver. */
/** Lets go of the streams of jobs that will not be sent on this connection. */
export function dropContent(jobs: readonly SendJob[]): void {
  for (const { content } of jobs) if (content.type === 'stream') content.port.close();
}

function isSmall({ size, prefixes, content }: SendJob): boolean {
  return size <= SMALL_BYTES && prefixes.length === 0 && content.type === 'path';
}

function tarHeader(
  name: string,
  size: number,
): { name: string; size: number; mode: number; mtime: Date; type: 'file' } {
  return { name, size, mode: 0o600, mtime: EPOCH, type: 'file' };
}
