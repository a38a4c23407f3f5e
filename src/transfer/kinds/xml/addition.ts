/** Adding records to a backup file, or beginning one: what stands around them, and their number in the root's tag. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { readAt } from '../../disk/read-bytes.ts';
import { detectEncoding } from './decode.ts';
import type { XmlEncoding } from './decode.ts';
import { OutputFile } from './output.ts';
import { EDGE_BYTES, countField, findRootEnd, findRootStart } from './root.ts';

const PROLOG = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n";

/** Where to cut an existing file; in bytes. */
interface Cut {
  readonly encoding: XmlEncoding;
  readonly size: number;
  readonly count: { readonly start: number; readonly end: number } | undefined;
  /** Bytes before the new records, less those of the `/>` of an empty root. */
  readonly before: number;
  /** Where the old bytes go on behind the new records. */
  readonly after: number;
  /** An empty root is opened, and closed behind the records. */
  readonly emptyRoot: boolean;
  readonly atLineStart: boolean;
}

/** Text whose offsets are bytes (UTF-8, of which only ASCII matters here) or pairs of bytes. */
function edgeText(bytes: Buffer, encoding: XmlEncoding): string {
  if (encoding === 'utf-8') return bytes.toString('latin1');
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  return (encoding === 'utf-16be' ? Buffer.from(even).swap16() : even).toString('utf16le');
}

async function findCut(handle: FileHandle, root: string): Promise<Cut | undefined> {
  const { size } = await handle.stat();
  const headBytes = await readAt(handle, 0, Buffer.alloc(Math.min(EDGE_BYTES, size)));
  const { encoding, skip } = detectEncoding(headBytes);
  if (encoding === 'other' || encoding === 'unknown') return undefined;
  const unit = encoding === 'utf-8' ? 1 : 2;
  const start = findRootStart(edgeText(headBytes.subarray(skip), encoding), root);
  if (start === undefined) return undefined;
  const inFile = (offset: number): number => skip + offset * unit;
  const count = start.count && { start: inFile(start.count.start), end: inFile(start.count.end) };
  if (start.emptyTagLength !== undefined) {
    const after = inFile(start.end);
    const before = after - start.emptyTagLength * unit;
    return { encoding, size, count, before, after, emptyRoot: true, atLineStart: false };
  }
  const tailStart = Math.max(skip, size - EDGE_BYTES - ((size - skip) % unit));
  const tail = edgeText(await readAt(handle, tailStart, Buffer.alloc(size - tailStart)), encoding);
  const end = findRootEnd(tail, root);
  if (end === undefined) return undefined;
  const at = tailStart + end * unit;
  const atLineStart = end > 0 && tail[end - 1] === '\n';
  return { encoding, size, count, before: at, after: at, emptyRoot: false, atLineStart };
}

/** Whether records can be added to the file at `path` without changing anything else in it but its `count`. */
export async function isExtendable(path: string, root: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    return (await findCut(handle, root)) !== undefined;
  } finally {
    await handle.close();
  }
}

interface OldFile {
  readonly handle: FileHandle;
  readonly cut: Cut;
}

async function openOld(path: string, root: string): Promise<OldFile> {
  const handle = await open(path, 'r');
  try {
    const cut = await findCut(handle, root);
    if (cut !== undefined) return { handle, cut };
    throw new Error('a file that could be added to no longer can');
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A new version of a file under way. Made by `begin`; ended by `finish` or `discard`. */
export class Addition {
  readonly #root: string;
  readonly #output: OutputFile;
  /** The file that is added to; absent when a new one is begun. */
  readonly #old: OldFile | undefined;
  /** Where in the new version the number of elements belongs. */
  #countAt: number | undefined;

  private constructor(root: string, output: OutputFile, old: OldFile | undefined) {
    this.#root = root;
    this.#output = output;
    this.#old = old;
  }

  get path(): string {
    return this.#output.path;
  }

  /**
   * Begins a new version of `existing`, or a file of its own, at `path`, which must not exist.
   * @throws the file system's error, or the signal's reason; nothing is left at `path` then.
   */
  static async begin(
    path: string,
    root: string,
    existing: string | undefined,
    signal: AbortSignal,
  ): Promise<Addition> {
    const old = existing === undefined ? undefined : await openOld(existing, root);
    let addition: Addition | undefined;
    try {
      const output = await OutputFile.create(path, old?.cut.encoding ?? 'utf-8');
      addition = new Addition(root, output, old);
      await (old === undefined ? addition.#writeFront() : addition.#copyFront(old, signal));
      return addition;
    } catch (error) {
      await addition?.discard();
      await old?.handle.close();
      throw error;
    }
  }

  async #writeFront(): Promise<void> {
    this.#output.append(`${PROLOG}<${this.#root} count=`);
    this.#countAt = await this.#output.position();
    this.#output.append(`${countField(0)}>\n`);
  }

  async #copyFront({ handle, cut }: OldFile, signal: AbortSignal): Promise<void> {
    if (cut.count !== undefined) {
      await this.#output.copy(handle, 0, cut.count.start, signal);
      this.#countAt = cut.count.start;
      this.#output.append(countField(0));
    }
    await this.#output.copy(handle, cut.count?.end ?? 0, cut.before, signal);
    if (cut.emptyRoot) this.#output.append('>');
    if (!cut.atLineStart) this.#output.append('\n');
  }

  /** Takes one record's element; when it returns true, `flush` before the next one. */
  append(element: string): boolean {
    this.#output.append(`  ${element}\n`);
    return this.#output.isFull;
  }

  flush(): Promise<void> {
    return this.#output.flush();
  }

  /** Writes what follows the records, and how many elements the file holds now; then it is on disk. */
  async finish(elements: number, signal: AbortSignal): Promise<void> {
    if (this.#old === undefined) {
      this.#output.append(`</${this.#root}>\n`);
    } else {
      const { handle, cut } = this.#old;
      if (cut.emptyRoot) this.#output.append(`</${this.#root}>`);
      await this.#output.copy(handle, cut.after, cut.size, signal);
    }
    if (this.#countAt !== undefined) await this.#output.patch(this.#countAt, countField(elements));
    await this.#output.finish();
    await this.#old?.handle.close();
  }

  /** Removes what was written. Also after `finish`. */
  async discard(): Promise<void> {
    await this.#output.discard();
    await this.#old?.handle.close();
  }
}
