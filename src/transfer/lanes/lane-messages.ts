/**
 * What the engine's thread and a lane's worker thread say to each other. Plain data: it is cloned on the way.
 */
import type { MessagePort } from 'node:worker_threads';
import type { ErrorCode } from '../errors.ts';
import type { Kind, SkipReason } from '../kinds/kind.ts';
import type { Content } from '../devices/port.ts';
import type { Digest } from '../disk/digest.ts';

/** Where a lane's worker gets an entry's bytes; a device's stream comes through a port (streamed-content.ts). */
export type LaneContent =
  Exclude<Content, { type: 'stream' }> | { readonly type: 'stream'; readonly port: MessagePort };

/** An entry a sending lane is to stream. `held` are prefixes the receiver may have already, longest first. */
export interface SendJob {
  readonly entry: number;
  readonly kind: Kind;
  readonly size: number;
  /** Absent for content that has no modification time. */
  readonly mtimeMs?: number;
  readonly content: LaneContent;
  readonly prefixes: readonly { readonly from: number; readonly digest: Digest }[];
}

/** Jobs for whole files, of which the receiver has nothing: nearly all there are. Columns, as in `SentEntries`. */
export interface FileJobs {
  readonly kind: Kind;
  readonly entries: readonly number[];
  readonly sizes: readonly number[];
  readonly mtimesMs: readonly number[];
  readonly paths: readonly string[];
}

export type ToSendLane =
  | { readonly type: 'join'; readonly index: number }
  | { readonly type: 'jobs'; readonly jobs: readonly SendJob[] }
  | { readonly type: 'files'; readonly files: FileJobs }
  /** Bytes a second this lane may send from now on. */
  | { readonly type: 'limit'; readonly bytesPerSecond: number | null }
  /** Everything has been dispatched and settled: say so to the receiver's lane, and end. */
  | { readonly type: 'finish' }
  /** The connection moves nothing any more: it is given up, and reported as lost. */
  | { readonly type: 'drop' }
  | { readonly type: 'abort' };

/**
 * Columns, not rows: cloning one object an entry on its way between threads costs more than hashing a small file.
 */
export interface SentEntries {
  readonly entries: readonly number[];
  /** Of the whole content, one an entry. */
  readonly digests: readonly Digest[];
  /** Bytes the receiver held already, for the entries where it held any. */
  readonly resumed: readonly (readonly [entry: number, bytes: number])[];
}

export type FromSendLane =
  | { readonly type: 'joined' }
  | {
      readonly type: 'sent';
      readonly sent: SentEntries;
      readonly skipped: readonly (readonly [number, SkipReason])[];
    }
  /** Content bytes put on the wire since the last report, by kind; and all bytes of the lane since then. */
  | {
      readonly type: 'bytes';
      readonly content: Readonly<Partial<Record<Kind, number>>>;
      readonly wire: number;
    }
  /** The connection is gone (or never came about); jobs not reported as sent must be queried and dispatched again. */
  | { readonly type: 'lost'; readonly code: ErrorCode }
  | { readonly type: 'finished' };

/** A page of the manifest in the receiver's spool. */
export interface PageAddress {
  readonly first: number;
  readonly count: number;
  readonly offset: number;
  readonly length: number;
  /** Whether records are in it. */
  readonly segments: boolean;
}

export type ToReceiveLane =
  | { readonly type: 'page'; readonly page: PageAddress }
  /** Prefixes found after a lane broke; replaces what the page says of these entries. */
  | { readonly type: 'held'; readonly prefixes: readonly (readonly [number, number])[] }
  /** Bytes a second this lane may take from now on. */
  | { readonly type: 'limit'; readonly bytesPerSecond: number | null }
  /** Drop the connection and close files, so that what is staged can be looked at. Answered by `quiet`. */
  | { readonly type: 'quiesce' }
  | { readonly type: 'stop' };

export type FromReceiveLane =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'joined' }
  | { readonly type: 'lost' }
  | { readonly type: 'quiet' }
  /** Written, closed and read back from disk. `confirmed`: nothing came, the sender found the held prefix to be the whole. */
  | { readonly type: 'staged'; readonly staged: StagedEntries }
  /** The destination's file system cannot take this entry; nothing of it is staged. */
  | { readonly type: 'refused'; readonly entry: number }
  | {
      readonly type: 'bytes';
      readonly content: Readonly<Partial<Record<Kind, number>>>;
      readonly wire: number;
    }
  | { readonly type: 'finished' }
  | { readonly type: 'failed'; readonly code: ErrorCode };

/** Columns, as in `SentEntries`. */
export interface StagedEntries {
  readonly entries: readonly number[];
  /** An empty one when confirmed: the receiver knows the digests of what it held. */
  readonly digests: readonly Digest[];
}
