/**
 * A parser under fuzzing: what it is given to begin with, and what it promises for any input. fast-check tries it in
 * `npm test` (fuzz.test.ts), a loop that is guided by coverage in `npm run fuzz` (guided/).
 */
import { MoverError, type ErrorCode } from '../../../src/transfer/errors.ts';

export interface Target {
  /** Ends "whatever it is given, …". */
  readonly promise: string;
  readonly seeds: () => readonly Buffer[] | Promise<readonly Buffer[]>;
  /** Words of the format. */
  readonly tokens: readonly string[];
  /** Files whose coverage counts, by their path. */
  readonly covers: RegExp;
  /** Share of the inputs of a fast one that it is given in `npm test`; 1 unless given. */
  readonly share?: number;
  /**
   * @param folder empty, for as long as the target is open.
   * @returns what takes one input, and throws when the promise is broken. Inputs come one after the other.
   */
  readonly open: (folder: string) => (bytes: Buffer) => void | Promise<void>;
}

/** What `work` gives, or undefined when it ends with an error of one of these codes; any other error is thrown. */
export function unless<T>(codes: readonly ErrorCode[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    return refused(codes, error);
  }
}

/** The same for work that takes time. */
export async function unlessLater<T>(
  codes: readonly ErrorCode[],
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    return refused(codes, error);
  }
}

function refused(codes: readonly ErrorCode[], error: unknown): undefined {
  if (error instanceof MoverError && codes.includes(error.code)) return undefined;
  throw error;
}
