/** What a commit says of itself is what the destination holds afterwards: here something is always wrong with that. */
import { lstatSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderDestination } from '../../../src/transfer/devices/folder/destination.ts';
import type { DiskDestination } from '../../../src/transfer/devices/port.ts';
import { itemsOf, type Entry } from '../../../src/transfer/kinds/entry.ts';
import { KINDS, type Kind } from '../../../src/transfer/kinds/kind.ts';
import { commit } from '../../../src/transfer/session/commit/commit.ts';
import { makeReceipt, Tally } from '../../../src/transfer/session/receipt.ts';
import { workFolderIn } from '../../../src/transfer/session/staging/staging.ts';
import { undoMove } from '../../../src/transfer/session/undo/undo.ts';
import { UndoJournal } from '../../../src/transfer/session/undo/undo-journal.ts';
import { digestTable } from '../../../src/transfer/session/staging/verified-log.ts';
import type { Receipt } from '../../../src/transfer/wire/messages.ts';
import { lineFormats } from '../../support/line-format.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { readTree } from '../../support/tree.ts';
import { stageVerified, type StagedDevice } from '../../support/verified-staging.ts';
import { writeTree } from '../../support/write-tree.ts';

const { signal } = new AbortController();

/** The parts of the destination that a test has misbehave. */
type Sabotage = (destination: DiskDestination, into: string) => Partial<DiskDestination>;

interface Wrong {
  readonly whole?: boolean;
  readonly there?: Readonly<Record<string, string>>;
  /** Done to staging after everything in it was verified. */
  readonly staged?: (staging: string) => void;
  readonly sabotage?: Sabotage;
  /** Entries that the destination had before. */
  readonly same?: (entry: Entry) => boolean;
}

interface Committed {
  readonly into: string;
  readonly receipt: Receipt;
}

async function committed(device: StagedDevice, wrong: Wrong = {}): Promise<Committed> {
  const into = scratchFolder();
  writeTree(into, wrong.there ?? {});
  const { folder, pages, entries } = stageVerified(into, device);
  wrong.staged?.(folder);
  const real = new FolderDestination(into, { formats: lineFormats });
  const parts = wrong.sabotage?.(real, into) ?? {};
  const destination = new Proxy<DiskDestination>(real, {
    get: (target, name) => {
      const part: unknown = Reflect.get(parts, name) ?? Reflect.get(target, name);
      return typeof part === 'function' ? (part.bind(target) as unknown) : part;
    },
  });
  const tallies = new Map<Kind, Tally>(
    KINDS.map((kind) => [kind, new Tally({ kind, items: countOf(entries, kind), left: [] })]),
  );
  await commit({
    staging: { folder, workFolder: (name) => workFolderIn(folder, name) },
    destination,
    pages,
    stateOf: (number) => {
      const entry = entries[number];
      if (entry === undefined || entry.type === 'folder') return 'folder';
      return wrong.same?.(entry) === true ? 'same' : 'staged';
    },
    reasonOf: () => 'not-arrived',
    digestOfSame: () => undefined,
    digestOfStaged: digestTable(folder, entries.length),
    journal: await UndoJournal.open(into, 'keep'),
    tallies,
    whole: wrong.whole ?? true,
    signal,
  });
  return { into, receipt: makeReceipt(tallies, { payload: 0, wire: 0, resumed: 0 }, 0) };
}

function countOf(entries: readonly Entry[], kind: Kind): number {
  const ofKind = entries.filter((entry) => entry.kind === kind);
  if (kind !== 'apps') return ofKind.reduce((sum, entry) => sum + itemsOf(entry), 0);
  return new Set(ofKind.map((entry) => ('path' in entry ? entry.path[0] : ''))).size;
}

const damaged = (count: number) => [{ reason: 'damaged', count }];

const FILES = { files: { 'Whole/a.txt': 'four', 'Whole/b.txt': 'four', 'alone.txt': 'four' } };
const RECORDS = { records: { contacts: ['anna', 'ben', 'mine'], calls: ['a call'] } };
const APP = { apps: { 'a.b': { 'base.apk': 'base', 'split.apk': 'split' } } };

describe('a commit', () => {
  it('is complete when everything is there', async () => {
    const { receipt } = await committed(
      { ...FILES, ...RECORDS, ...APP },
      { there: { 'contacts.vcf': 'mine\n' } },
    );
    expect(receipt.outcome).toBe('complete');
    expect(receipt.kinds).toMatchObject({
      files: { added: 3, skipped: [] },
      contacts: { added: 2, same: 1, skipped: [] },
      calls: { added: 1, skipped: [] },
      apps: { added: 1, skipped: [] },
    });
  });
});

describe.each([true, false])('files (folders whole: %s)', (whole) => {
  const cutTo = (bytes: number) => (staging: string) => {
    const path = join(staging, 'files', 'Whole', 'b.txt');
    truncateSync(path, bytes);
    // Until the file system's clock has ticked: what is changed in one tick, nobody can tell before from after.
    const probe = join(staging, 'probe');
    do writeFileSync(probe, '');
    while (lstatSync(probe).ctimeMs <= lstatSync(path).ctimeMs);
  };

  it.each([0, 3])(
    'that were cut in staging after they were verified stay out: to %s bytes',
    async (bytes) => {
      const { into, receipt } = await committed(FILES, { whole, staged: cutTo(bytes) });
      expect(receipt.kinds.files).toMatchObject({ added: 2, skipped: damaged(1) });
      expect(receipt.outcome).toBe('partial');
      expect(Object.keys(readTree(join(into, 'files')))).toEqual(['Whole', 'Whole/a.txt', 'alone.txt']);
    },
  );

  it('that are gone from staging are not counted', async () => {
    const staged = (staging: string): void => {
      unlinkSync(join(staging, 'files', 'Whole', 'b.txt'));
    };
    const { receipt } = await committed(FILES, { whole, staged });
    expect(receipt.kinds.files).toMatchObject({ added: 2, skipped: damaged(1) });
  });

  it('that the device did not keep are not counted, though it said it took them', async () => {
    const lost = (path: string): boolean => path.endsWith('b.txt') || path.endsWith('alone.txt');
    const sabotage: Sabotage = (destination) => ({
      sizeOf: (path) => {
        if (lost(path)) rmSync(path, { force: true });
        return destination.sizeOf(path);
      },
    });
    const { receipt } = await committed(FILES, { whole, sabotage });
    expect(receipt.kinds.files).toMatchObject({ added: 1, skipped: damaged(2) });
    expect(receipt.outcome).toBe('partial');
  });

  it('that somebody wrote to as soon as they were there are left as they are, and told', async () => {
    const sabotage: Sabotage = (destination) => ({
      sizeOf: (path) => {
        if (path.endsWith('b.txt')) writeFileSync(path, 'somebody else wrote this');
        return destination.sizeOf(path);
      },
    });
    const { into, receipt } = await committed(FILES, { whole, sabotage });
    expect(receipt.kinds.files).toMatchObject({ added: 2, skipped: damaged(1) });
    expect(Object.keys(readTree(join(into, 'files')))).toContain('Whole/b.txt');
    const destination = new FolderDestination(into, { formats: lineFormats });
    expect((await undoMove({ destination, signal })).left).toEqual(['files/Whole/b.txt']);
  });
});

describe('files that were there before', () => {
  it('and are there no more are not the same any longer', async () => {
    const there = { 'files/alone.txt': 'four' };
    const wrong = { there, whole: false, same: (entry: Entry) => entry.type === 'file' };
    const { receipt } = await committed({ files: { 'alone.txt': 'four', 'gone.txt': 'four' } }, wrong);
    expect(receipt.kinds.files).toMatchObject({ same: 1, added: 0, skipped: damaged(1) });
  });
});

describe('an app', () => {
  it('of which an APK was cut in staging stays out whole', async () => {
    const staged = (staging: string): void => {
      truncateSync(join(staging, 'apps', 'a.b', 'split.apk'), 2);
    };
    const { into, receipt } = await committed(APP, { staged });
    expect(receipt.kinds.apps).toMatchObject({ added: 0, skipped: damaged(1) });
    expect(readTree(into)['apps/a.b']).toBeUndefined();
  });

  it('that the device did not keep whole is not counted', async () => {
    const sabotage: Sabotage = (destination) => ({
      sizeOf: (path) => (path.endsWith('split.apk') ? undefined : destination.sizeOf(path)),
    });
    const { receipt } = await committed(APP, { sabotage });
    expect(receipt.kinds.apps).toMatchObject({ added: 0, skipped: damaged(1) });
    expect(receipt.outcome).toBe('partial');
  });
});

describe('records', () => {
  const there = { 'contacts.vcf': 'mine\n' };
  const holdsAfter =
    (change: (into: string) => void): Sabotage =>
    (destination, into) => ({
      holds: (kind, replacements) => {
        if (kind === 'contacts') change(into);
        return destination.holds(kind, replacements);
      },
    });

  /** Writes to the contacts right after each of the first `times` merges of them. */
  const writesAfterMerge =
    (times: number, lines: (n: number) => string): Sabotage =>
    (destination, into) => {
      let merges = 0;
      return {
        merge: async (kind, ...request) => {
          const result = await destination.merge(kind, ...request);
          if (kind === 'contacts' && merges < times) {
            merges += 1;
            writeFileSync(join(into, 'contacts.vcf'), lines(merges));
          }
          return result;
        },
      };
    };

  it('are merged again into a file that somebody wrote to after it was read', async () => {
    const sabotage = writesAfterMerge(2, (n) => `mine\nyours ${String(n)}\n`);
    const { into, receipt } = await committed(RECORDS, { there, sabotage });
    expect(readFileSync(join(into, 'contacts.vcf'), 'utf8')).toBe('mine\nyours 2\nanna\nben\n');
    expect(receipt.kinds.contacts).toMatchObject({ added: 2, same: 1, skipped: [] });
    const destination = new FolderDestination(into, { formats: lineFormats });
    expect((await undoMove({ destination, signal })).left).toEqual([]);
    expect(readFileSync(join(into, 'contacts.vcf'), 'utf8')).toBe('mine\nyours 2\n');
  });

  it('never take the place of a file that came there after the merge', async () => {
    const sabotage = writesAfterMerge(1, () => 'yours\n');
    const { into, receipt } = await committed(RECORDS, { sabotage });
    expect(readFileSync(join(into, 'contacts.vcf'), 'utf8')).toBe('yours\nanna\nben\nmine\n');
    expect(receipt.kinds.contacts).toMatchObject({ added: 3, skipped: [] });
  });

  it('of a file that is written to all the time are not renamed', async () => {
    const sabotage = writesAfterMerge(100, (n) => `mine\nyours ${String(n)}\n`);
    await expect(committed(RECORDS, { there, sabotage })).rejects.toMatchObject({
      code: 'DESTINATION_FAILED',
    });
  });

  it('that the file at the destination does not hold are not counted', async () => {
    const sabotage = holdsAfter((into) => {
      writeFileSync(join(into, 'contacts.vcf'), 'mine\nanna\n');
    });
    const { receipt } = await committed(RECORDS, { there, sabotage });
    expect(receipt.kinds.contacts).toMatchObject({ added: 1, same: 1, skipped: damaged(1) });
    expect(receipt.kinds.calls).toMatchObject({ added: 1, skipped: [] });
    expect(receipt.outcome).toBe('partial');
  });

  it('are looked for in the file itself when it is not the one that was written', async () => {
    const sabotage = holdsAfter((into) => {
      writeFileSync(join(into, 'contacts.vcf'), 'ben\nanna\nmine\nand one more\n');
    });
    const { receipt } = await committed(RECORDS, { there, sabotage });
    expect(receipt.kinds.contacts).toMatchObject({ added: 2, same: 1, skipped: [] });
    expect(receipt.outcome).toBe('complete');
  });

  it('of a file that is gone are all not counted', async () => {
    const sabotage = holdsAfter((into) => {
      rmSync(join(into, 'contacts.vcf'));
    });
    const { receipt } = await committed(RECORDS, { there, sabotage });
    expect(receipt.kinds.contacts).toMatchObject({ added: 0, same: 0, skipped: damaged(3) });
  });

  it('of a kind of which a part was cut in staging stay out, all of them', async () => {
    const staged = (staging: string): void => {
      truncateSync(join(staging, 'contacts', '00000000.ndjson'), 7);
    };
    const { into, receipt } = await committed(RECORDS, { there, staged });
    expect(receipt.kinds.contacts).toMatchObject({ added: 0, skipped: damaged(3) });
    expect(receipt.kinds.calls).toMatchObject({ added: 1 });
    expect(receipt.outcome).toBe('partial');
    expect(readTree(into)['contacts.vcf']?.content).toBe(readTree(withTree(there))['contacts.vcf']?.content);
  });

  it('that a segment was said to hold and does not are told', async () => {
    const staged = (staging: string): void => {
      // Of the same size: the digest is not what is wrong with it.
      writeFileSync(join(staging, 'contacts', '00000000.ndjson'), 'anna ben mine\n');
    };
    const { receipt } = await committed(RECORDS, { there, staged });
    expect(receipt.kinds.contacts).toMatchObject({ added: 1, skipped: damaged(2) });
    expect(receipt.outcome).toBe('partial');
  });

  it('of a merge that does not add up are not renamed', async () => {
    const sabotage: Sabotage = (destination) => ({
      merge: async (...request) => {
        const result = await destination.merge(...request);
        return { ...result, after: result.after - 1 };
      },
    });
    await expect(committed(RECORDS, { there, sabotage })).rejects.toMatchObject({ code: 'UNEXPECTED' });
  });
});

function withTree(tree: Readonly<Record<string, string>>): string {
  const folder = scratchFolder();
  writeTree(folder, tree);
  return folder;
}
