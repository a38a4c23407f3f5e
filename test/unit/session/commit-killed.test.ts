/** A commit, and an undo, of which the process dies at each of its changes to the disk in turn. */
import { describe, expect, it } from 'vitest';
import { FolderDestination } from '../../../src/transfer/devices/folder/destination.ts';
import { KINDS, type Kind } from '../../../src/transfer/kinds/kind.ts';
import { commit } from '../../../src/transfer/session/commit/commit.ts';
import { keepVerified } from '../../../src/transfer/session/keep-verified.ts';
import { Tally } from '../../../src/transfer/session/receipt.ts';
import { workFolderIn } from '../../../src/transfer/session/staging/staging.ts';
import { undoMove, type UndoReport } from '../../../src/transfer/session/undo/undo.ts';
import { UndoJournal } from '../../../src/transfer/session/undo/undo-journal.ts';
import { digestTable } from '../../../src/transfer/session/staging/verified-log.ts';
import { dieAt } from '../../support/failing-disk.ts';
import { lineFormats } from '../../support/line-format.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { readTree } from '../../support/tree.ts';
import { stageVerified } from '../../support/verified-staging.ts';
import { writeTree } from '../../support/write-tree.ts';

const { signal } = new AbortController();

/** Each is some fifty commits. */
const TIMEOUT_MS = 120_000;

const MINE = {
  'contacts.vcf': 'mine\n',
  'files/mine.txt': 'mine',
  'files/Both/there.txt': 'there',
  'apps/a.b/base.apk': 'version 1',
};

const MOVED = {
  records: { contacts: ['mine', 'anna'], calls: ['a call'], calendar: ['dinner', 'work:meeting'] },
  apps: { 'a.b': { 'base.apk': 'version 2', 'split.apk': 'split' }, 'c.d': { 'base.apk': 'new' } },
  files: {
    'Both/new.txt': 'new',
    'Both/deep/newer.txt': 'newer',
    'Whole/deep/er/one.txt': 'one',
    'Whole/deep/two.txt': 'two',
    'Whole/three.txt': 'three',
    'Whole/empty/': '',
    'empty/': '',
    'mine.txt': 'yours',
    'top.txt': 'top',
  },
};

interface Prepared {
  readonly into: string;
  /** What was at the destination before the move. */
  readonly before: object;
  /** As a receiver does it whose move has arrived whole. */
  readonly commit: () => Promise<void>;
}

const visible = (into: string): ReturnType<typeof readTree> =>
  Object.fromEntries(Object.entries(readTree(into)).filter(([path]) => !path.startsWith('.openmover-')));

/** What is in which file, without its time: that of what a merge wrote is when it wrote it. */
const contents = (into: string): object =>
  Object.fromEntries(Object.entries(visible(into)).map(([path, { content }]) => [path, content]));

const open = (into: string): FolderDestination => new FolderDestination(into, { formats: lineFormats });

function prepare(whole: boolean): Prepared {
  const into = scratchFolder();
  writeTree(into, MINE);
  const before = visible(into);
  const { folder, pages, entries } = stageVerified(into, MOVED);
  return {
    into,
    before,
    commit: async () => {
      await commit({
        staging: { folder, workFolder: (name) => workFolderIn(folder, name) },
        destination: open(into),
        pages,
        stateOf: (number) => (entries[number]?.type === 'folder' ? 'folder' : 'staged'),
        reasonOf: () => 'not-arrived',
        digestOfSame: () => undefined,
        digestOfStaged: digestTable(folder, entries.length),
        journal: await UndoJournal.open(into, 'keep'),
        tallies: new Map<Kind, Tally>(KINDS.map((kind) => [kind, new Tally({ kind, items: 0, left: [] })])),
        whole,
        signal,
      });
    },
  };
}

/** Where the move died before it had changed anything there is nothing to take back. */
async function undo(into: string): Promise<UndoReport | undefined> {
  try {
    return await undoMove({ destination: open(into), signal });
  } catch (error) {
    expect(error).toMatchObject({ code: 'NOTHING_TO_UNDO' });
    return undefined;
  }
}

/** Calls `check` with a fresh destination for each change after which `die` may end. */
async function atEveryChange(check: (at: number) => Promise<{ lived: boolean }>): Promise<number> {
  for (let at = 0; ; at += 1) {
    const { lived } = await check(at);
    if (lived) return at;
  }
}

/** Changes that a commit of `MOVED` makes at least: were it fewer, some would not be seen. */
const MANY = 40;

describe.each([true, false])(
  'a commit that dies at any of its changes (folders whole: %s)',
  { timeout: TIMEOUT_MS },
  (whole) => {
    it('is taken back whole', async () => {
      const steps = await atEveryChange(async (at) => {
        const { into, before, commit: run } = prepare(whole);
        const died = await dieAt(at, run);
        const report = await undo(into);
        expect(visible(into), `after ${String(at)} changes`).toEqual(before);
        expect(report ?? { left: [], gone: 0 }).toMatchObject({ left: [], gone: 0 });
        return died;
      });
      expect(steps).toBeGreaterThan(MANY);
    });

    it('is gone on with to the same end, and then taken back whole', async () => {
      const undisturbed = prepare(whole);
      await undisturbed.commit();
      const end = contents(undisturbed.into);
      expect(Object.keys(end).length).toBeGreaterThan(Object.keys(undisturbed.before).length);
      await atEveryChange(async (at) => {
        const { into, before, commit: run } = prepare(whole);
        const died = await dieAt(at, run);
        await keepVerified({ destination: open(into), signal });
        expect(contents(into), `after ${String(at)} changes`).toEqual(end);
        expect(await undo(into)).toMatchObject({ left: [], gone: 0 });
        expect(visible(into), `undone after ${String(at)} changes`).toEqual(before);
        return died;
      });
    });
  },
);

describe('an undo that dies at any of its changes', { timeout: TIMEOUT_MS }, () => {
  it('is gone on with to its end', async () => {
    const steps = await atEveryChange(async (at) => {
      const { into, before, commit: run } = prepare(true);
      await run();
      const died = await dieAt(at, () => undoMove({ destination: open(into), signal }));
      const report = await undo(into);
      expect(visible(into), `after ${String(at)} changes`).toEqual(before);
      expect(report ?? { left: [], gone: 0 }).toMatchObject({ left: [], gone: 0 });
      return died;
    });
    expect(steps).toBeGreaterThan(15);
  });
});
