/** The files a destination holds of a kind, opened for reading twice: once to index them, once to copy them. */
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { identify } from '../file-identity.ts';
import type { FileIdentity, RecordFile } from '../kind.ts';
import { DigestSum } from './digest-sum.ts';
import { OutputFile } from './output-file.ts';
import { isUtf16, UTF16_HEAD_BYTES, utf8Chunks } from './utf8-chunks.ts';

/**
 * What is read at once is parsed at once. Fewer records at a time die young in V8's heap: merging 100,000 contacts into as
 * many took 165 MB of memory with 16 KiB, 196 with 64 and 310 with 256, in the same time.
 */
const READ_BYTES = 16 * 1024;

export interface Source {
  /** The destination's own file. */
  readonly original: string;
  /** What is read: the same file, or our UTF-8 copy of one in UTF-16. */
  readonly path: string;
  readonly sizeBytes: number;
  /** The destination's file as it was before anything of it was read. */
  readonly was: FileIdentity;
  /** Of the records found when it was indexed; copying must find the same. */
  readonly sum: DigestSum;
  /** Set by whoever indexes it: the file ends within a record, and what is put behind it would be part of that. */
  isCutOff: boolean;
  read(): AsyncIterable<Buffer>;
}

export function readFileChunks(path: string): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: READ_BYTES });
}

function headOf(path: string): Buffer {
  const fd = openSync(path, 'r');
  try {
    const head = Buffer.alloc(UTF16_HEAD_BYTES);
    return head.subarray(0, readSync(fd, head, 0, UTF16_HEAD_BYTES, 0));
  } finally {
    closeSync(fd);
  }
}

/**
 * Opens the files in their order. One in UTF-16 is first copied as UTF-8 into the work folder: records are spliced in
 * by their place, and what is added is UTF-8.
 */
export async function openSources(
  files: readonly RecordFile[],
  workFolder: string,
  signal: AbortSignal,
): Promise<Source[]> {
  const sources: Source[] = [];
  for (const file of files) {
    const original = resolve(file.path);
    const was = identify(original);
    let path = original;
    if (isUtf16(headOf(original))) {
      path = join(workFolder, `utf8-${sources.length}`);
      await copyAsUtf8(original, path, signal);
    }
    sources.push({
      original,
      path,
      sizeBytes: statSync(path).size,
      was,
      sum: new DigestSum(),
      isCutOff: false,
      read: () => readFileChunks(path),
    });
  }
  return sources;
}

async function copyAsUtf8(from: string, to: string, signal: AbortSignal): Promise<void> {
  const copy = new OutputFile(to);
  try {
    for await (const chunk of utf8Chunks(readFileChunks(from), signal)) copy.write(chunk);
    copy.finish();
  } finally {
    copy.close();
  }
}
