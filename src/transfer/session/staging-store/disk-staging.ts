/** Staging in a folder of the disk that the data stays on: see staging.ts for what lies in it. */
import { rmSync } from 'node:fs';
import type { DiskDestination } from '../../devices/port.ts';
import type { NameRules } from '../../devices/name-rules.ts';
import type { Entry } from '../../kinds/entry.ts';
import type { Digest } from '../../disk/digest.ts';
import type { ResumePrefix, ManifestPages } from '../../lanes/manifest-pages.ts';
import { stagedPath } from '../../lanes/staged-path.ts';
import { commit } from '../commit/commit.ts';
import { withoutWriting } from '../commit/dry-run.ts';
import { ResumeFinder } from './resume-finder.ts';
import { dropArrived } from '../staging/older-staging.ts';
import { Staging } from '../staging/staging.ts';
import type { Arrivals, LanePlace, StagingStore } from './staging-store.ts';
import { UndoJournal } from '../undo/undo-journal.ts';
import { digestTable, VerifiedLog } from '../staging/verified-log.ts';

export interface StagingChoice {
  /** Nothing is kept: what earlier attempts left is neither used nor touched. */
  readonly dryRun: boolean;
  readonly keepUndo: boolean;
}

export class DiskStaging implements StagingStore {
  readonly names: NameRules;
  readonly #staging: Staging;
  readonly #destination: DiskDestination;
  readonly #choice: StagingChoice;
  readonly #finder: ResumeFinder;
  readonly #log: VerifiedLog;

  private constructor(staging: Staging, destination: DiskDestination, choice: StagingChoice) {
    this.#staging = staging;
    this.#destination = choice.dryRun ? withoutWriting(destination) : destination;
    this.#choice = choice;
    this.names = destination.nameRules(staging.folder);
    this.#finder = new ResumeFinder(staging, this.#destination);
    this.#log = new VerifiedLog(staging.folder);
  }

  /** For who holds the folder's lock. @throws MoverError `NO_SPACE` or `DESTINATION_FAILED`. */
  static async open(destination: DiskDestination, choice: StagingChoice): Promise<DiskStaging> {
    const { stagingParent } = destination;
    const staging = await (choice.dryRun ? Staging.openAside(stagingParent) : Staging.open(stagingParent));
    return new DiskStaging(staging, destination, choice);
  }

  get manifest(): number {
    return this.#staging.manifest.fd;
  }

  get resumed(): boolean {
    return this.#staging.resumed;
  }

  openLane(): LanePlace {
    return {
      staging: { type: 'disk', folder: this.#staging.folder },
      close: () => Promise.resolve(),
    };
  }

  find(...request: Parameters<StagingStore['find']>): Promise<ResumePrefix[]> {
    return this.#finder.find(...request);
  }

  stopFinding(): Promise<void> {
    return this.#finder.close();
  }

  discard(entry: Entry): void {
    rmSync(stagedPath(this.#staging.folder, entry), { force: true });
  }

  verified(entry: number, digest: Digest): void {
    this.#log.add(entry, digest);
  }

  flush(): void {
    this.#log.flush();
  }

  adopt(number: number, entry: Entry, digest: Digest): void {
    this.#staging.adopt(entry, () => {
      this.#log.add(number, digest);
      this.#log.flush();
    });
  }

  manifestComplete(): void {
    this.#staging.manifestComplete();
  }

  async commit(arrivals: Arrivals): Promise<boolean> {
    const destination = this.#destination;
    const { folder } = this.#staging;
    let digests: ReturnType<typeof digestTable> | undefined;
    const left = await commit({
      ...arrivals,
      digestOfStaged: (entry) => {
        digests ??= digestTable(folder, arrivals.pages.count);
        return digests(entry);
      },
      staging: this.#staging,
      destination,
      journal: await UndoJournal.open(destination.stagingParent, this.#journalMode),
    });
    await destination.flush();
    return left;
  }

  /** A journal that has no mark of its end is of a move that was broken off as it was committed: it is gone on with. */
  get #journalMode(): 'continue' | 'drop' {
    return !this.#choice.keepUndo || this.#choice.dryRun ? 'drop' : 'continue';
  }

  async dropArrived(pages: ManifestPages): Promise<void> {
    this.#log.flush();
    const digestOf = digestTable(this.#staging.folder, pages.count);
    await dropArrived(this.#staging.older, { pages, digestOf });
  }

  async close(): Promise<void> {
    this.#log.close();
    await this.#staging.close();
  }

  async drop(): Promise<void> {
    this.#log.close();
    await this.#staging.drop();
  }
}
