/**
 * Random numbers that are the same for the same seed. Not for secrets.
 */
import { createCipheriv, createHash } from 'node:crypto';

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

export class Random {
  readonly #seed: string;
  #state: number;

  constructor(seed: string) {
    this.#seed = seed;
    this.#state = hash(seed).readUInt32LE(0);
  }

  /** A generator of its own for one purpose, so that more of one thing changes nothing of another. */
  fork(purpose: string): Random {
    return new Random(`${this.#seed}/${purpose}`);
  }

  /** From 0 up to, not including, 1. Mulberry32 by Tommy Ettinger (public domain). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.int(0, list.length - 1)] ?? list[0];
  }

  /** 32 bytes that depend on the seed alone. */
  key(): Buffer {
    return hash(`${this.#seed}/key`);
  }

  /** A source of bytes that do not compress, at the speed of AES; each call goes on where the last one ended. */
  bytes(): (length: number) => Buffer {
    const cipher = createCipheriv('aes-256-ctr', this.key(), Buffer.alloc(16));
    return (length) => cipher.update(Buffer.alloc(length));
  }
}
