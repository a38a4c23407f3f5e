/** A destination of one record kind in a temporary folder, merged into as the session would do it. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, parse } from 'node:path';
import type { MergeResult, RecordFormat, SkipReason } from '../../../src/transfer/kinds/kind.ts';

async function* chunksOf(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < bytes.length; at += Math.max(1, size))
    yield bytes.subarray(at, at + Math.max(1, size));
}

async function* linesOf(lines: Iterable<string>): AsyncGenerator<string> {
  await Promise.resolve();
  yield* lines;
}

export interface ReadResult {
  readonly lines: string[];
  readonly skips: SkipReason[];
}

export async function readAll(
  format: RecordFormat,
  bytes: Uint8Array | string,
  options: { collection?: string; chunk?: number } = {},
): Promise<ReadResult> {
  const skips: SkipReason[] = [];
  const lines: string[] = [];
  const input = chunksOf(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, options.chunk);
  const reading = format.read(input, {
    collection: options.collection,
    skip: (reason, count = 1) => skips.push(...Array.from({ length: count }, () => reason)),
    signal: new AbortController().signal,
  });
  for await (const line of reading) lines.push(line);
  return { lines, skips };
}

export class RecordFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'openmover-records-'));
  readonly #format: RecordFormat;

  constructor(format: RecordFormat) {
    this.#format = format;
  }

  /** Path of the file a collection belongs into. */
  file(collection?: string): string {
    const name = this.#format.fileName;
    return collection === undefined ? join(this.path, name) : join(this.path, `${collection}-${name}`);
  }

  put(bytes: Uint8Array | string, collection?: string): void {
    writeFileSync(this.file(collection), bytes);
  }

  /** What the file holds; empty when there is none. */
  bytes(collection?: string): Buffer {
    return existsSync(this.file(collection)) ? readFileSync(this.file(collection)) : Buffer.alloc(0);
  }

  text(collection?: string): string {
    return this.bytes(collection).toString('latin1');
  }

  read(collection?: string): Promise<ReadResult> {
    return readAll(this.#format, this.bytes(collection), collection === undefined ? {} : { collection });
  }

  /** Merges lines and renames what came of it, as the session does. `collections`: files there besides the main one. */
  async merge(
    lines: readonly string[],
    options: { collections?: readonly string[]; existing?: readonly string[]; signal?: AbortSignal } = {},
  ): Promise<MergeResult> {
    const workFolder = join(this.path, 'work');
    rmSync(workFolder, { recursive: true, force: true });
    mkdirSync(workFolder);
    const result = await this.#format.merge({
      existing: options.existing?.map((path) => ({ path, collection: undefined })) ?? [
        ...[undefined, ...(options.collections ?? [])]
          .filter((collection) => existsSync(this.file(collection)))
          .map((collection) => ({ path: this.file(collection), collection })),
        ...this.#besides().map((path) => ({ path, collection: undefined })),
      ],
      incoming: () => linesOf(lines),
      target: (collection) => this.file(collection),
      workFolder,
      signal: options.signal ?? new AbortController().signal,
    });
    for (const { from, to } of result.replacements) renameSync(from, to);
    return result;
  }

  /** Files that a merge put beside the main one: `contacts (2).vcf`. */
  #besides(): string[] {
    const { name, ext } = parse(this.#format.fileName);
    const isBeside = (each: string): boolean => each.startsWith(`${name} (`) && each.endsWith(`)${ext}`);
    return readdirSync(this.path)
      .filter(isBeside)
      .sort()
      .map((each) => join(this.path, each));
  }

  /** Merges the records of a whole file. `existing`: the files that are there. */
  async mergeFile(
    bytes: Uint8Array | string,
    options: { existing?: readonly string[]; collections?: readonly string[] } = {},
  ): Promise<MergeResult> {
    const [collection] = options.collections ?? [];
    const { lines } = await readAll(this.#format, bytes, collection === undefined ? {} : { collection });
    return this.merge(lines, options);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Counts of a result, and whether anything was to be written. */
export function counts({ added, merged, same, skipped, replacements }: MergeResult) {
  return { added, merged, same, skipped, files: replacements.map(({ to }) => basename(to)) };
}
