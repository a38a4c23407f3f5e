/**
 * Files written to a phone and read back there. Small ones go many at a time by the file service, and one command digests
 * them all; a large one is appended by a shell, so that what was written stays when the cable is pulled.
 */
import { createHash, type Hash } from 'node:crypto';
import { posix } from 'node:path';
import { MoverError } from '../../../errors.ts';
import { ContentDigest, digestOf } from '../../../disk/digest.ts';
import { PhoneFailure, type PhoneLink } from '../link.ts';
import type { Puller } from '../pull.ts';
import { commandText, inCommands, quoted } from '../shell.ts';
import { SHARED_STORAGE } from '../storage.ts';
import { SyncService } from '../sync.ts';
import { feedCommand } from '../write/feed.ts';

/** Up to here a file is sent whole, from memory, and sent anew when the cable was pulled. */
export const SMALL_BYTES = 1024 * 1024;
const BATCH_FILES = 128;
const BATCH_BYTES = 4 * 1024 * 1024;
/** Batches on their way at once: while one is written another is read back. */
const AT_ONCE = 4;
/** How often a file that reads back as another is written anew. */
const TRIES = 3;
const NO_SPACE = /No space left|ENOSPC|Disk quota/i;

export interface Pushed {
  /** SHA-256 of what is there, hex: the phone's own digest is held against it. */
  readonly sha256: string;
  /** Of the engine's own kind. */
  readonly digest: string;
}

interface Small {
  readonly path: string;
  readonly bytes: Buffer;
  readonly mtimeMs: number;
  readonly sha256: string;
  readonly signal: AbortSignal;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  tries: number;
}

export class Pusher {
  readonly #link: PhoneLink;
  readonly #puller: Puller;
  #waiting: Small[] = [];
  #running = 0;
  /** In the turn of the event loop: what many lanes give at once goes together. */
  #starting: NodeJS.Immediate | undefined;

  constructor(link: PhoneLink, puller: Puller) {
    this.#link = link;
    this.#puller = puller;
  }

  /** @throws MoverError `NO_SPACE`, `DESTINATION_FAILED`; the signal's reason. */
  async small(path: string, bytes: Buffer, mtimeMs: number, signal: AbortSignal): Promise<Pushed> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ path, bytes, mtimeMs, sha256, signal, resolve, reject, tries: 1 });
      this.#start();
    });
    return { sha256, digest: digestOf(bytes) };
  }

  #start(): void {
    this.#starting ??= setImmediate(() => {
      this.#starting = undefined;
      while (this.#running < AT_ONCE && this.#waiting.length > 0) {
        this.#running += 1;
        void this.#push(this.#takeBatch()).finally(() => {
          this.#running -= 1;
          if (this.#waiting.length > 0) this.#start();
        });
      }
    });
  }

  #takeBatch(): Small[] {
    let [files, bytes] = [0, 0];
    for (const one of this.#waiting) {
      if (files === BATCH_FILES || (files > 0 && bytes + one.bytes.length > BATCH_BYTES)) break;
      files += 1;
      bytes += one.bytes.length;
    }
    return this.#waiting.splice(0, files);
  }

  async #push(batch: readonly Small[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    // The lanes that wait for these end together, with the move.
    const { signal } = first;
    try {
      const files = batch.map(({ path, bytes, mtimeMs }) => ({
        ...{ path, bytes },
        mtimeSeconds: wireSeconds(mtimeMs),
      }));
      const failures = await SyncService.ask(this.#link, signal, (service) => service.send(files));
      const digests = await this.#digests(
        batch.filter((_, index) => failures[index] === undefined),
        signal,
      );
      for (const [index, one] of batch.entries()) {
        const failure = failures[index];
        if (failure !== undefined) one.reject(failureOf(failure));
        else if (digests.get(one.path) === one.sha256) one.resolve();
        else if (one.tries < TRIES) this.#again(one);
        else
          one.reject(
            new MoverError('DESTINATION_FAILED', { detail: 'what was written reads back otherwise' }),
          );
      }
    } catch (error) {
      for (const one of batch) one.reject(signal.aborted ? error : asMoverError(error));
    }
  }

  #again(one: Small): void {
    one.tries += 1;
    this.#waiting.push(one);
  }

  /** By path; the phone's own tool, or the bytes themselves where it has none. */
  async #digests(files: readonly Pick<Small, 'path'>[], signal: AbortSignal): Promise<Map<string, string>> {
    const digests = await sha256OnPhone(
      this.#link,
      files.map(({ path }) => path),
      signal,
    );
    for (const { path } of files) {
      if (digests.has(path)) continue;
      const hash = createHash('sha256');
      for await (const bytes of this.#puller.pull(path, 0, signal)) hash.update(bytes);
      digests.set(path, hash.digest('hex'));
    }
    return digests;
  }

  /**
   * Appends to a part of a file, or begins it where `from` is 0; it is `whole` once it has been read back. Not tried again when
   * the phone goes away: what was written is looked at then.
   * @throws MoverError `CANCELLED` when the phone went away.
   */
  async large(
    { part, whole }: { readonly part: string; readonly whole: string },
    from: number,
    { bytes, mtimeMs }: { readonly bytes: AsyncIterable<Uint8Array>; readonly mtimeMs: number },
    signal: AbortSignal,
  ): Promise<Pushed> {
    const hashes = new Hashes();
    try {
      if (from > 0) await this.#hashPrefix(part, from, hashes, signal);
      const passing = hashes.passing(bytes);
      if (await this.#link.has('shell_v2')) await this.#append(part, from, passing, signal);
      else await this.#sendWhole(part, from, { bytes: passing, mtimeMs }, signal);
    } catch (error) {
      signal.throwIfAborted();
      // Anything but an answer: the phone is not there, and the lane looks again when it is.
      if (error instanceof MoverError) throw error;
      if (error instanceof PhoneFailure) throw asMoverError(error);
      throw new MoverError('CANCELLED', { cause: error });
    }
    await setTime(this.#link, part, mtimeMs, signal);
    const pushed = hashes.end();
    const read = (await this.#digests([{ path: part }], signal)).get(part);
    if (read !== pushed.sha256) {
      throw new MoverError('DESTINATION_FAILED', { detail: 'what was written reads back otherwise' });
    }
    const folder = quoted(posix.dirname(whole));
    await commandText(this.#link, `mkdir -p ${folder}; mv ${quoted(part)} ${quoted(whole)}`, { signal });
    return pushed;
  }

  async #hashPrefix(path: string, length: number, hashes: Hashes, signal: AbortSignal): Promise<void> {
    let read = 0;
    for await (const bytes of this.#puller.pull(path, 0, signal)) {
      const part = bytes.subarray(0, length - read);
      hashes.update(part);
      read += part.length;
      if (read === length) return;
    }
    throw new PhoneFailure('less is there than was');
  }

  async #append(
    path: string,
    from: number,
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<void> {
    const name = quoted(path);
    const command =
      from === 0
        ? `mkdir -p ${quoted(posix.dirname(path))} && cat > ${name}`
        : `truncate -s ${String(from)} ${name} && cat >> ${name}`;
    const running = feedCommand(this.#link, command, bytes, signal);
    for (;;) {
      const next = await running.next();
      if (next.done !== true) continue;
      if (next.value.exitCode !== 0) throw failureOf(next.value.errors);
      return;
    }
  }

  /** A phone without the shell protocol cannot be told where a command's input ends: the file service takes all or nothing. */
  async #sendWhole(
    path: string,
    from: number,
    { bytes, mtimeMs }: { readonly bytes: AsyncIterable<Uint8Array>; readonly mtimeMs: number },
    signal: AbortSignal,
  ): Promise<void> {
    if (from > 0) throw new PhoneFailure('this phone cannot go on with a file');
    const sync = await SyncService.open(this.#link, signal);
    try {
      const failure = await sync.sendStream(path, bytes, wireSeconds(mtimeMs));
      if (failure !== undefined) throw failureOf(failure);
    } finally {
      await sync.close();
    }
  }
}

class Hashes {
  readonly #sha256: Hash = createHash('sha256');
  readonly #content = new ContentDigest();

  update(bytes: Uint8Array): void {
    this.#sha256.update(bytes);
    this.#content.update(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  async *passing(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const piece of bytes) {
      this.update(piece);
      yield piece;
    }
  }

  end(): Pushed {
    return { sha256: this.#sha256.digest('hex'), digest: this.#content.digest() };
  }
}

/** What the file service's times hold: whole seconds of 32 bits without a sign. */
const wireSeconds = (mtimeMs: number): number =>
  Math.min(Math.max(Math.floor(mtimeMs / 1000), 0), 0xffffffff);

/** Digests of files on shared storage, by path, of those the phone could read. */
export async function sha256OnPhone(
  link: PhoneLink,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  // Beginning with a dot, since a name may begin with a dash.
  for (const names of inCommands(paths.map((path) => quoted(`.${path.slice(SHARED_STORAGE.length)}`)))) {
    const command = `cd ${SHARED_STORAGE} && sha256sum ${names.join(' ')} 2>/dev/null`;
    const { output } = await commandText(link, command, { signal });
    for (const line of output.split('\n')) {
      // A name with a backslash or a line feed in it is escaped, and the line begins with a backslash (coreutils).
      const [, sha256, path] = /^([0-9a-f]{64}) [ *](.+?)\r?$/.exec(line) ?? [];
      if (sha256 !== undefined && path !== undefined) digests.set(SHARED_STORAGE + path.slice(1), sha256);
    }
  }
  return digests;
}

/** The modification time of a file that a shell wrote. Content counts: no failure. */
async function setTime(link: PhoneLink, path: string, mtimeMs: number, signal: AbortSignal): Promise<void> {
  const time = new Date(Math.floor(mtimeMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  await commandText(link, `touch -c -m -d ${time} ${quoted(path)} 2>/dev/null`, { signal });
}

const failureOf = (reason: string): MoverError =>
  new MoverError(NO_SPACE.test(reason) ? 'NO_SPACE' : 'DESTINATION_FAILED', {
    detail: 'the phone did not take a file',
  });

const asMoverError = (error: unknown): MoverError => MoverError.from(error, 'DESTINATION_FAILED');
