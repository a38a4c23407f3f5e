/**
 * Where a lane writes the entries that come: staging on a disk, or on a device that is none. A store on a disk answers at
 * once; one behind a cable takes its time, and lets several entries be on their way.
 */
import type { Entry } from '../kinds/entry.ts';
import type { Digest } from '../disk/digest.ts';

export interface EntryStore {
  /**
   * Begins an entry anew, or goes on after byte `from`.
   * @throws MoverError `NO_SPACE` or `DESTINATION_FAILED`.
   */
  open(entry: Entry, from: number): EntryWriter;
  /** Drops what is there of an entry that cannot be taken. */
  discard(entry: Entry): void;
  /**
   * Only of a store that reads entries back while the next ones are written: a promise while it has as many on their way
   * as it takes.
   */
  ready?(): Promise<void> | undefined;
  /** Of such a store: resolved once nothing is on its way, whatever came of it. */
  idle?(): Promise<void>;
}

export interface EntryWriter {
  /** @returns a promise when no more is wanted until it is resolved; `bytes` are used up by then all the same. */
  write(bytes: Buffer): void | Promise<void>;
  /** After the last byte. @returns the digest of what is stored, as it is read back. */
  finish(signal: AbortSignal): Digest | Promise<Digest>;
  /** Without `finish`: what is written stays, and a later connection goes on from it. What is on its way may still be read back. */
  close(): void;
}
