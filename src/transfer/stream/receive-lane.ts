/**
 * One connection of a receiving lane: checks chunks, unpacks the tar stream (tar-stream) and stages entries. The
 * manifest is the authority: whatever in the stream disagrees with it ends the session.
 */
import { extract, type Extract, type ExtractEvents, type Header } from 'tar-stream';
import type { Duplex } from 'node:stream';
import { MoverError } from '../errors.ts';
import type { Entry } from '../kinds/entry.ts';
import { checkDigest, FrameDecoder } from '../wire/frame.ts';
import { ContentCounter } from './content-counter.ts';
import type { FromReceiveLane, StagedEntry } from './lane-messages.ts';
import type { StagedFile, StagedFiles } from './staged-file.ts';

type TarSource = ExtractEvents['entry'][1];
type Next = (error?: Error | null) => void;

/** What the lane asks of the thread it runs in. */
export interface ReceiveLaneOptions {
  readonly socket: Duplex;
  readonly lane: number;
  readonly files: StagedFiles;
  /** The entry of that number with the prefix offered as held, if the manifest has it and it is wanted. */
  readonly lookUp: (entry: number) => { entry: Entry; path: string; held: number | undefined } | undefined;
  readonly report: (message: FromReceiveLane) => void;
  readonly signal: AbortSignal;
}

/** Staged entries gathered before they are reported: one message for many. */
const REPORT_ENTRIES = 128;
/** And how long for: the sender waits for its answer. */
const REPORT_MS = 10;
const ENTRY_NAME = /^(?:0|[1-9][0-9]{0,8})$/;

export class ReceiveLane {
  readonly #options: ReceiveLaneOptions;
  readonly #decoder: FrameDecoder;
  readonly #extract: Extract = extract();
  /** Payloads checked and not yet unpacked; an empty one is the end of the lane. */
  readonly #payloads: Buffer[] = [];
  readonly #counter = new ContentCounter();
  #staged: StagedEntry[] = [];
  #current: StagedFile | undefined;
  #failure: unknown;
  #flushing: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;
  /** Since the last report. */
  #wireBytes = 0;

  constructor(options: ReceiveLaneOptions) {
    this.#options = options;
    this.#decoder = new FrameDecoder({ lane: options.lane });
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
        } else if (!this.#extract.write(payload)) {
          await this.#drained();
        }
      }
    } finally {
      this.#flush();
      this.#current?.close();
      this.#current = undefined;
      this.#extract.destroy();
      this.#options.socket.destroy();
    }
  }

  #take(bytes: Buffer): void {
    this.#wireBytes += bytes.length;
    try {
      for (const chunk of this.#decoder.push(bytes)) {
        checkDigest(chunk);
        this.#payloads.push(chunk.payload);
      }
    } catch (error) {
      this.#fail(error);
    }
    if (this.#payloads.length > 0) {
      this.#options.socket.pause();
      this.#wake?.();
    }
  }

  async #ended(): Promise<'ended'> {
    if (this.#payloads.length > 0)
      throw new MoverError('PEER_VIOLATION', { detail: 'chunks after the end of a lane' });
    const finished = new Promise<void>((resolve, reject) => {
      this.#extract.once('finish', resolve);
      this.#extract.once('error', reject);
    });
    this.#extract.end(null);
    await finished;
    this.#flush();
    return 'ended';
  }

  #unpack(header: Header, stream: TarSource, next: Next): void {
    // Ending the tar ends its entry with the same error, which is handled once, at the tar.
    stream.on('error', () => undefined);
    try {
      const { number, entry, path, from } = this.#check(header);
      if (from === entry.size && entry.size > 0) {
        this.#confirm(number, entry, stream, next);
        return;
      }
      const file = this.#options.files.open(path, entry, from);
      this.#current = file;
      this.#counter.add(entry.kind, from);
      stream.on('data', (bytes: unknown) => {
        try {
          const block = bytes as Buffer;
          file.write(block);
          this.#counter.add(entry.kind, block.length);
        } catch (error) {
          this.#extract.destroy(error as Error);
        }
      });
      stream.on('end', () => {
        this.#finish(number, file, next);
      });
    } catch (error) {
      next(error as Error);
    }
  }

  #check(header: Header): { number: number; entry: Entry; path: string; from: number } {
    const { name, size, type, linkname, pax } = header;
    if (type !== 'file' || linkname || pax || !ENTRY_NAME.test(name)) {
      throw new MoverError('PEER_VIOLATION', { detail: 'a tar entry that is no plain entry number' });
    }
    const number = Number(name);
    const found = this.#options.lookUp(number);
    if (found === undefined)
      throw new MoverError('PEER_VIOLATION', { detail: 'a tar entry that was not asked for' });
    const from = found.entry.size - size;
    if (from !== 0 && from !== found.held) {
      throw new MoverError('PEER_VIOLATION', {
        detail: 'a tar entry of another size than its manifest entry',
      });
    }
    return { number, entry: found.entry, path: found.path, from };
  }

  /** The sender found the held bytes to be the whole entry: nothing to write. */
  #confirm(number: number, entry: Entry, stream: TarSource, next: Next): void {
    stream.on('end', () => {
      this.#counter.add(entry.kind, entry.size);
      this.#report({ entry: number });
      next();
    });
    stream.resume();
  }

  #finish(number: number, file: StagedFile, next: Next): void {
    const done = (digest: string): void => {
      this.#current = undefined;
      this.#report({ entry: number, digest });
      next();
    };
    try {
      const digest = file.finish(this.#options.signal);
      if (typeof digest === 'string') done(digest);
      else digest.then(done, next);
    } catch (error) {
      next(error as Error);
    }
  }

  #report(staged: StagedEntry): void {
    this.#staged.push(staged);
    if (this.#staged.length >= REPORT_ENTRIES) this.#flush();
    else
      this.#flushing ??= setTimeout(() => {
        this.#flush();
      }, REPORT_MS);
  }

  #flush(): void {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    this.#flushBytes();
    if (this.#staged.length === 0) return;
    this.#options.report({ type: 'staged', staged: this.#staged });
    this.#staged = [];
  }

  #flushBytes(): void {
    if (!this.#counter.any) return;
    this.#options.report({ type: 'bytes', content: this.#counter.take(), wire: this.#wireBytes });
    this.#wireBytes = 0;
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
    this.#flushBytes();
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
