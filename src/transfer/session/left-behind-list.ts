/**
 * The things left behind or renamed, in the order they were told. Few are usual and stay in memory; what is more waits in
 * a file without a name, encrypted under a key that never leaves memory: names of a person's files are not written to disk
 * unless the person asks for it.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readSync, writeSync } from 'node:fs';
import type { LeftBehind } from '../kinds/kind.ts';
import { type AnonymousFile, openAnonymousFile } from '../disk/anonymous-file.ts';

/** Characters of JSON in memory before they are spooled: some 20,000 things of usual names. */
const BLOCK_CHARACTERS = 2_000_000;
/** Every block has a key stream of its own: the number of the block is the nonce under a key made for one list. */
const CIPHER = 'aes-256-ctr';

export interface LeftBehindCount {
  readonly item: LeftBehind;
  readonly count: number;
}

/**
 * What stays behind or is renamed, in the order it was told. A long list waits encrypted in an unnamed file; iterate
 * it, then close it.
 */
export class LeftBehindList implements Iterable<LeftBehindCount> {
  readonly #blockCharacters: number;
  readonly #key = randomBytes(32);
  readonly #blocks: { readonly at: number; readonly bytes: number }[] = [];
  #lines: string[] = [];
  #characters = 0;
  #file: AnonymousFile | undefined;
  #spooled = 0;
  #count = 0;

  /** @param blockCharacters for tests: what is kept in memory. */
  constructor(blockCharacters = BLOCK_CHARACTERS) {
    this.#blockCharacters = blockCharacters;
  }

  /** Things in the list, each counted as often as it was told. */
  get count(): number {
    return this.#count;
  }

  /** Can be handed over as a function. @throws errors of the file system when the spool cannot be written. */
  readonly add = (item: LeftBehind, count = 1): void => {
    const line = JSON.stringify([item, count]);
    this.#lines.push(line);
    this.#count += count;
    this.#characters += line.length;
    if (this.#characters >= this.#blockCharacters) this.#spool();
  };

  *[Symbol.iterator](): Iterator<LeftBehindCount> {
    for (const [number, { at, bytes }] of this.#blocks.entries()) yield* this.#read(number, at, bytes);
    for (const line of [...this.#lines]) yield parse(line);
  }

  /** Forgets everything. */
  close(): void {
    this.#key.fill(0);
    this.#lines = [];
    this.#blocks.length = 0;
    this.#file?.close();
    this.#file = undefined;
  }

  #spool(): void {
    this.#file ??= openAnonymousFile();
    const cipher = createCipheriv(CIPHER, this.#key, nonceOf(this.#blocks.length));
    const block = cipher.update(this.#lines.join('\n'), 'utf8');
    for (let written = 0; written < block.length;) {
      written += writeSync(this.#file.fd, block, written, block.length - written, this.#spooled + written);
    }
    this.#blocks.push({ at: this.#spooled, bytes: block.length });
    this.#spooled += block.length;
    this.#lines = [];
    this.#characters = 0;
  }

  *#read(number: number, at: number, bytes: number): Generator<LeftBehindCount> {
    if (this.#file === undefined) return;
    const block = Buffer.alloc(bytes);
    for (let read = 0; read < bytes;) {
      const some = readSync(this.#file.fd, block, read, bytes - read, at + read);
      if (some === 0) return;
      read += some;
    }
    const text = createDecipheriv(CIPHER, this.#key, nonceOf(number)).update(block).toString('utf8');
    for (const line of text.split('\n')) yield parse(line);
  }
}

/** The upper half of a counter block: the lower half counts within a block of ours. */
function nonceOf(block: number): Buffer {
  const nonce = Buffer.alloc(16);
  nonce.writeUInt32BE(block, 4);
  return nonce;
}

function parse(line: string): LeftBehindCount {
  const [item, count] = JSON.parse(line) as [LeftBehind, number];
  return { item, count };
}
