/**
 * Writes the files of a sample: streams of any length in flat memory, with the same dates on every run.
 * Blocking calls, for a hundred thousand small files take a tenth of the time; the event loop gets its turn in between.
 */
import { chmodSync, closeSync, mkdirSync, openSync, symlinkSync, utimesSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { MoverError } from '../../transfer/errors.ts';
import { LAST_DAY_MS } from './moments.ts';

const PIECE_BYTES = 256 * 1024;
const TURN_MS = 20;

interface FileOptions {
  readonly mtimeMs?: number;
  readonly executable?: boolean;
}

export class SampleWriter {
  readonly #root: string;
  readonly #signal: AbortSignal | undefined;
  #lastFolder: string | undefined;
  #turnEnds = performance.now() + TURN_MS;

  constructor(root: string, signal: AbortSignal | undefined) {
    this.#root = root;
    this.#signal = signal;
  }

  /** Writes a new file from its pieces. */
  async file(
    path: readonly string[],
    content: Iterable<string | Uint8Array>,
    { mtimeMs = LAST_DAY_MS, executable = false }: FileOptions = {},
  ): Promise<void> {
    const place = this.#place(path);
    const file = openSync(place, 'wx');
    try {
      for (const bytes of collected(content)) {
        for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
        await this.#turn();
      }
    } finally {
      closeSync(file);
    }
    if (executable) chmodSync(place, 0o755);
    utimesSync(place, mtimeMs / 1000, mtimeMs / 1000);
    await this.#turn();
  }

  folder(path: readonly string[]): void {
    mkdirSync(join(this.#root, ...path), { recursive: true });
  }

  /** Left out where the system lets nobody make links (Windows without developer mode). */
  link(path: readonly string[], target: string): void {
    try {
      symlinkSync(target, this.#place(path));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) throw error;
    }
  }

  #place(path: readonly string[]): string {
    const place = join(this.#root, ...path);
    const folder = dirname(place);
    if (folder !== this.#lastFolder) mkdirSync(folder, { recursive: true });
    this.#lastFolder = folder;
    return place;
  }

  async #turn(): Promise<void> {
    this.#signal?.throwIfAborted();
    if (performance.now() < this.#turnEnds) return;
    await setImmediate();
    this.#turnEnds = performance.now() + TURN_MS;
  }
}

/** Small pieces put together: a write for each line of a message would take most of the time. */
function* collected(content: Iterable<string | Uint8Array>): Generator<Uint8Array> {
  let text: string[] = [];
  let length = 0;
  for (const piece of content) {
    if (typeof piece !== 'string') {
      yield piece;
      continue;
    }
    text.push(piece);
    length += piece.length;
    if (length < PIECE_BYTES) continue;
    yield Buffer.from(text.join(''));
    text = [];
    length = 0;
  }
  if (text.length > 0) yield Buffer.from(text.join(''));
}

/** The failure of a file system, as the error a person is told. */
export function writeFailure(error: unknown): MoverError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new MoverError('NO_SPACE', { cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new MoverError('DESTINATION_UNWRITABLE', { cause: error });
  }
  if (code === 'ENOTDIR' || code === 'ENOENT') return new MoverError('DESTINATION_MISSING', { cause: error });
  return MoverError.from(error);
}
