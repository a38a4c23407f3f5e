/** The loop: inputs that reach something new are kept, and new ones are made of those that were kept. */
import { Random } from '../../../../src/main/sample/random.ts';
import type { Target } from '../target.ts';
import type { Coverage, Lines } from './coverage.ts';
import { Mutator } from './mutate.ts';

/** Inputs between two looks at what was reached: a look costs as much as ten inputs of a quick parser. */
const BATCH = 32;
/** Every so many inputs, one is made of the input that was kept last: what is new has neighbours. */
const NEWEST_EVERY = 3;

/** An input that broke the promise, and how. */
export class Broken extends Error {
  readonly bytes: Buffer;

  constructor(bytes: Buffer, cause: unknown) {
    super(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause), { cause });
    this.bytes = bytes;
  }
}

export interface LoopOptions {
  readonly target: Target;
  readonly take: ReturnType<Target['open']>;
  /** Has begun. */
  readonly coverage: Coverage;
  /** Inputs to begin with. */
  readonly seeds: readonly Buffer[];
  readonly seed: string;
  /** Milliseconds. */
  readonly forMs: number;
  /** Told of every input before it is tried: should that never end, or end the process, somebody knows of what. */
  readonly before: (bytes: Buffer) => void;
  /** Told of every input that reached something new. */
  readonly kept: (bytes: Buffer) => void;
}

export interface Outcome {
  readonly executions: number;
  readonly kept: number;
  readonly seconds: number;
  readonly lines: Lines;
}

/** @throws Broken at the first input that breaks the promise. */
export async function fuzz(options: LoopOptions): Promise<Outcome> {
  const { target, take, coverage, seeds, seed, forMs, before, kept } = options;
  const random = new Random(seed);
  const mutator = new Mutator(random, target.tokens);
  const corpus: Buffer[] = [];
  let executions = 0;
  const run = async (bytes: Buffer): Promise<void> => {
    executions += 1;
    before(bytes);
    try {
      await take(bytes);
    } catch (error) {
      throw new Broken(bytes, error);
    }
  };
  const keepIfNew = async (bytes: Buffer): Promise<boolean> => {
    await run(bytes);
    const news = coverage.news();
    coverage.keep(news);
    if (news.length > 0) corpus.push(bytes);
    return news.length > 0;
  };
  const pick = (): Buffer => corpus[random.int(0, corpus.length - 1)] ?? Buffer.alloc(0);

  const began = performance.now();
  for (const bytes of seeds) if (!(await keepIfNew(bytes))) corpus.push(bytes);
  while (performance.now() - began < forMs) {
    const batch = Array.from({ length: BATCH }, (_, index) =>
      mutator.mutate(index % NEWEST_EVERY === 0 ? (corpus.at(-1) ?? pick()) : pick(), pick()),
    );
    for (const bytes of batch) await run(bytes);
    const together = coverage.news();
    if (together.length === 0) continue;
    // One of them did it, and is found by trying them again.
    for (const bytes of batch) if (await keepIfNew(bytes)) kept(bytes);
    // What they do together only, such as filling a cache, is none's.
    coverage.keep(together);
  }
  const seconds = (performance.now() - began) / 1_000;
  return { executions, kept: corpus.length, seconds, lines: coverage.lines() };
}

/** Tries at making an input smaller, at most. */
const SHRINKS = 2_000;

/** The input without what it needs not to break the promise in the same way. */
export async function shrink({ bytes, cause }: Broken, take: LoopOptions['take']): Promise<Buffer> {
  const name = (error: unknown): string =>
    error instanceof Error ? error.message.slice(0, 60) : String(error);
  let smallest = bytes;
  let tries = 0;
  for (let step = Math.ceil(bytes.length / 2); step >= 1; step = Math.floor(step / 2)) {
    for (let at = 0; at < smallest.length && tries < SHRINKS; tries += 1) {
      const without = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + step)]);
      let same = false;
      try {
        await take(without);
      } catch (error) {
        same = name(error) === name(cause);
      }
      if (same) smallest = without;
      else at += step;
    }
  }
  return smallest;
}
