/** Runs a record format the way the engine does, over bytes and folders a test makes. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  MergeRequest,
  MergeResult,
  RecordFormat,
  SkipReason,
} from '../../../../src/transfer/kinds/kind.ts';

export interface Reading {
  readonly lines: readonly string[];
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly skips: readonly SkipReason[];
}

async function* inChunks(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** Everything a format reads from a text or bytes, handed over in chunks of `chunkBytes`. */
export async function readAll(
  format: RecordFormat,
  input: string | Uint8Array,
  chunkBytes = 64 * 1024,
): Promise<Reading> {
  const lines: string[] = [];
  const skips: SkipReason[] = [];
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  const records = format.read(inChunks(bytes, chunkBytes), {
    collection: undefined,
    skip: (reason, count = 1) => {
      for (let n = 0; n < count; n += 1) skips.push(reason);
    },
    signal: new AbortController().signal,
  });
  for await (const line of records) lines.push(line);
  return { lines, skips, records: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield line;
}

/** A destination folder with a work folder inside it, as the session makes them. */
export class Destination {
  readonly folder = mkdtempSync(join(tmpdir(), 'openmover-merge-'));
  readonly #format: RecordFormat;
  #merges = 0;

  constructor(format: RecordFormat, content?: string | Uint8Array) {
    this.#format = format;
    if (content !== undefined) writeFileSync(this.path(), content);
  }

  path(name: string = this.#format.fileName): string {
    return join(this.folder, name);
  }

  text(name?: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  bytes(name?: string): Buffer {
    return readFileSync(this.path(name));
  }

  /** Files there, work folders left out. */
  files(): string[] {
    return readdirSync(this.folder)
      .filter((name) => !name.startsWith('work-'))
      .sort();
  }

  /** What is in the work folder of the last merge. */
  leftovers(): string[] {
    return readdirSync(join(this.folder, `work-${String(this.#merges)}`));
  }

  request(lines: readonly string[], changes: Partial<MergeRequest> = {}): MergeRequest {
    this.#merges += 1;
    const workFolder = join(this.folder, `work-${String(this.#merges)}`);
    mkdirSync(workFolder);
    return {
      existing: this.files()
        .filter((name) => name === this.#format.fileName)
        .map((name) => ({ path: this.path(name), collection: undefined })),
      incoming: () => each(lines),
      target: () => this.path(),
      workFolder,
      signal: new AbortController().signal,
      ...changes,
    };
  }

  /** Merges and commits, as the session does. */
  async merge(lines: readonly string[], changes: Partial<MergeRequest> = {}): Promise<MergeResult> {
    const result = await this.#format.merge(this.request(lines, changes));
    for (const { from, to } of result.replacements) renameSync(from, to);
    return result;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
