/**
 * What a session needs of the place where bytes wait until they are verified, and of taking them from there to theirs:
 * staging on a disk (disk-staging.ts), and on a device that is none (device-staging.ts). The session orders; how it is done
 * is the store's.
 */
import type { Entry } from '../../kinds/entry.ts';
import type { Digest } from '../../disk/digest.ts';
import type { ResumePrefix, ManifestPages } from '../../lanes/manifest-pages.ts';
import type { StagingPlace } from '../../lanes/staging-place.ts';
import type { NameRules } from '../../devices/name-rules.ts';
import type { CommitOptions } from '../commit/commit-options.ts';

/** Where one lane stages. */
export interface LanePlace {
  readonly staging: StagingPlace;
  /** Once the lane has ended: nothing of it is written any more when this resolves. */
  close(): Promise<void>;
}

/** What arrived, for a commit to take to its place and count. */
export type Arrivals = Pick<
  CommitOptions,
  | 'pages'
  | 'isRenamed'
  | 'stateOf'
  | 'reasonOf'
  | 'digestOfSame'
  | 'tallies'
  | 'whole'
  | 'progress'
  | 'signal'
>;

export interface StagingStore {
  /** What can be held as a name where the data goes. */
  readonly names: NameRules;
  /** Descriptor of a file for the manifest's pages: lanes read them too. */
  readonly manifest: number;
  /** Whether an earlier attempt may have left some of this move. */
  readonly resumed: boolean;
  openLane(): LanePlace;
  /**
   * What is there of entries already: in staging, or at the destination.
   * @param look where to look.
   */
  find(
    entries: Iterable<readonly [number, Entry]>,
    look: { readonly staged: boolean; readonly destination: boolean },
  ): Promise<ResumePrefix[]>;
  /** What is being looked for counts as not there: a film of 100 GB would be read for minutes after a stop. */
  stopFinding(): Promise<void>;
  /** An entry that came and is not what was sent: nothing of it is gone on with. */
  discard(entry: Entry): void;
  /** An entry was verified; remembered at the next `flush`. */
  verified(entry: number, digest: Digest): void;
  /** What the sender hears of must survive a crash on this side. */
  flush(): void;
  /** An entry of an earlier attempt was verified: it is of this move, too. */
  adopt(number: number, entry: Entry, digest: Digest): void;
  /** The sender has told all of the manifest: a record kind in it can be known to be whole. */
  manifestComplete(): void;
  /** @returns whether something stays in staging: the destination could not take it to its place, and may another time. */
  commit(arrivals: Arrivals): Promise<boolean>;
  /** Once all is committed and on stable storage: what came with this move need not wait in older attempts. */
  dropArrived(pages: ManifestPages): Promise<void>;
  /** What is staged stays for a later run. */
  close(): Promise<void>;
  /** Nothing of this attempt is needed any more. Never fails: what cannot be removed now is removed by a later attempt. */
  drop(): Promise<void>;
}
