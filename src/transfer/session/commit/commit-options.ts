/** What a commit needs to know: what is staged, where it goes, and how it is counted. */
import type { DiskDestination } from '../../devices/port.ts';
import type { Kind, SkipReason } from '../../kinds/kind.ts';
import type { Digest } from '../../disk/digest.ts';
import type { ManifestPages } from '../../lanes/manifest-pages.ts';
import type { EntryState } from '../ledger.ts';
import type { ProgressMeter } from '../progress.ts';
import type { Tally } from '../receipt.ts';
import type { Staging } from '../staging/staging.ts';
import type { UndoJournal } from '../undo/undo-journal.ts';

export interface CommitOptions {
  readonly staging: Pick<Staging, 'folder' | 'workFolder'>;
  readonly destination: DiskDestination;
  readonly pages: ManifestPages;
  readonly stateOf: (entry: number) => EntryState;
  /** Whether an entry has another name here than on the sender, as far as that is known. */
  readonly isRenamed?: (entry: number) => boolean;
  /** Why an entry was skipped; only asked of skipped ones. */
  readonly reasonOf: (entry: number) => SkipReason;
  /** Digest of an APK that is `same`: the destination has it, in this set of its app or in another. */
  readonly digestOfSame: (entry: number) => Digest | undefined;
  /** Digest of an entry that is `staged`; asked for when there is a journal that keeps. */
  readonly digestOfStaged: (entry: number) => Digest | undefined;
  readonly journal: UndoJournal;
  readonly tallies: ReadonlyMap<Kind, Tally>;
  /** Staging holds every entry of the manifest and nothing else: its folders can be taken over as they are. */
  readonly whole: boolean;
  /** False when another commit of the same move follows, which goes on with the journal. True by default. */
  readonly last?: boolean;
  readonly progress?: ProgressMeter;
  readonly signal: AbortSignal;
}
