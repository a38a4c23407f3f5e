/** The last move taken back. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  Ephemeral,
  forgetUndo,
  openFolderDestination,
  openFolderSource,
  undoMove,
  type Receipt,
  type UndoReport,
} from '../../src/transfer/index.ts';
import { apk } from '../fixtures/apps/make-apk.ts';
import { scratchFolder } from '../support/scratch.ts';
import { startSession } from '../support/session.ts';
import { makeSmallDevice } from '../support/small-device.ts';
import { readTree } from '../support/tree.ts';
import { writeTree } from '../support/write-tree.ts';

/** @param keepUndo as the engine takes it: nothing said means yes. */
async function move(from: string, into: string, keepUndo?: boolean): Promise<Receipt> {
  const session = startSession({
    source: await openFolderSource({ from }),
    destination: await openFolderDestination(into),
    receiver: keepUndo === undefined ? {} : { keepUndo },
  });
  const receipt = await session.receiver;
  await session.sender;
  return receipt;
}

const undo = async (into: string): Promise<UndoReport> =>
  undoMove({ destination: await openFolderDestination(into), signal: new AbortController().signal });

const hasJournal = (into: string): boolean => existsSync(join(into, '.openmover-undo'));

const MINE = {
  'contacts.vcf': 'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Mine\r\nN:Mine;;;;\r\nTEL:+4912345\r\nEND:VCARD\r\n',
  'files/notes.txt': 'Mine.\n',
  'files/Fotos/mine.jpg': 'mine',
  'apps/org.example.notes/base.apk': 'what was there',
};

function devices(): { from: string; into: string } {
  const from = makeSmallDevice(scratchFolder());
  writeTree(from, {
    'apps/notes/base.apk': apk(),
    'files/Whole/deep/er/one.txt': '1',
    'files/Whole/deep/two.txt': '2',
    'files/Apart/same/a.txt': 'a',
    'files/Beside/same/b.txt': 'b',
    'files/Whole/nothing/in/here/': '',
    'calendar/work.ics': readFileSync(join(from, 'calendar.ics')),
  });
  rmSync(join(from, 'calendar.ics'));
  const into = scratchFolder();
  writeTree(into, MINE);
  return { from, into };
}

describe('a move', () => {
  it.each([MINE, {}])('is taken back whole: what was there is as it was', async (there) => {
    const { from } = devices();
    const into = scratchFolder();
    writeTree(into, there);
    const before = readTree(into);
    const receipt = await move(from, into);
    expect(receipt.outcome).toBe('complete');
    expect(readTree(into)).not.toEqual(before);
    expect(statSync(join(into, '.openmover-undo')).mode & 0o777).toBe(0o700);
    const report = await undo(into);
    expect(report).toMatchObject({ left: [], gone: 0, restored: 4 });
    expect(report.removed).toBe((receipt.kinds.files?.added ?? 0) + 1);
    expect(readTree(into)).toEqual(before);
  });

  it('leaves what was changed since, names it, and takes the rest back', async () => {
    const { from, into } = devices();
    await move(from, into);
    appendFileSync(join(into, 'contacts.vcf'), 'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:New\r\nEND:VCARD\r\n');
    writeFileSync(join(into, 'files', 'Whole', 'deep', 'two.txt'), '3');
    rmSync(join(into, 'files', 'Whole', 'deep', 'er', 'one.txt'));
    writeFileSync(join(into, 'files', 'leer', 'new since.txt'), 'new');
    const report = await undo(into);
    expect([...report.left].sort()).toEqual(['contacts.vcf', 'files/Whole/deep/two.txt']);
    expect(report.gone).toBe(1);
    const after = readTree(into);
    expect(
      Object.keys(after)
        .filter((path) => after[path]?.type === 'file')
        .sort(),
    ).toEqual([
      'apps/org.example.notes/base.apk',
      'contacts.vcf',
      'files/Fotos/mine.jpg',
      'files/Whole/deep/two.txt',
      'files/leer/new since.txt',
      'files/notes.txt',
    ]);
    expect(hasJournal(into)).toBe(false);
  });

  it('never reaches through a folder that became a link', async () => {
    const { from, into } = devices();
    await move(from, into);
    const elsewhere = scratchFolder();
    renameSync(join(into, 'files', 'Whole'), join(elsewhere, 'Whole'));
    symlinkSync(join(elsewhere, 'Whole'), join(into, 'files', 'Whole'));
    const before = readTree(elsewhere);
    const report = await undo(into);
    expect(report.left).toContain('files/Whole/deep/two.txt');
    expect(readTree(elsewhere)).toEqual(before);
  });

  it('never reaches out of the destination, whatever its journal says', async () => {
    const { from, into } = devices();
    await move(from, into);
    const outside = join(into, '..', 'openmover-test-outside.txt');
    writeFileSync(outside, '');
    const journal = join(into, '.openmover-undo', 'journal.ndjson');
    const forged = JSON.stringify({
      type: 'file',
      path: ['..', 'openmover-test-outside.txt'],
      size: 0,
      // Of no bytes.
      digest: 'rxNJufX5oaagQE3qNtzJSZvLJcmtwRK3zJqTyuQfMmI',
    });
    appendFileSync(journal, `${forged}\n`);
    await undo(into);
    expect(existsSync(outside)).toBe(true);
    rmSync(outside);
  });

  it('is written down in a folder of ours: links that somebody has put in its place are refused and left alone', async () => {
    const { from, into } = devices();
    const elsewhere = scratchFolder();
    writeTree(elsewhere, { 'journal.ndjson': 'mine\n', 'theirs.txt': 'theirs' });
    const before = readTree(elsewhere);
    const undoFolder = join(into, '.openmover-undo');
    const expectRefused = async (): Promise<void> => {
      const destination = await openFolderDestination(into);
      const session = startSession({ source: await openFolderSource({ from }), destination });
      // No sender was waited for.
      session.sender.catch(() => undefined);
      await expect(session.receiver).rejects.toMatchObject({ code: 'NOT_OURS' });
      await expect(undo(into)).rejects.toMatchObject({ code: 'NOT_OURS' });
      expect(readTree(elsewhere)).toEqual(before);
    };
    symlinkSync(elsewhere, undoFolder);
    await expectRefused();
    rmSync(undoFolder);

    mkdirSync(undoFolder, { mode: 0o700 });
    symlinkSync(join(elsewhere, 'theirs.txt'), join(undoFolder, 'journal.ndjson'));
    await expectRefused();
    rmSync(join(undoFolder, 'journal.ndjson'));

    // That of a new journal is made anew.
    symlinkSync(join(elsewhere, 'theirs.txt'), join(undoFolder, 'journal.ndjson.new'));
    await move(from, into);
    expect((await undo(into)).left).toEqual([]);
    expect(readTree(elsewhere)).toEqual(before);
  });

  it('can be taken back after an undo that was broken off, and after a line that was torn off', async () => {
    const { from, into } = devices();
    const before = readTree(into);
    await move(from, into);
    appendFileSync(join(into, '.openmover-undo', 'journal.ndjson'), '{"type":"file","path":["fil');
    // As if the process had died after these.
    rmSync(join(into, 'files', 'Whole', 'deep', 'two.txt'));
    renameSync(join(into, '.openmover-undo', 'before-0'), join(into, 'contacts.vcf'));
    expect((await undo(into)).left).toEqual([]);
    expect(readTree(into)).toEqual(before);
  });

  it('stays while later moves change nothing, and gives way to one that does', async () => {
    const { from, into } = devices();
    const before = readTree(into);
    await move(from, into);
    const after = readTree(into);
    await move(from, into, false);
    expect(readTree(into)).toEqual(after);
    await undo(into);
    expect(readTree(into)).toEqual(before);

    await move(from, into);
    writeTree(from, { 'files/new.txt': 'new' });
    await move(from, into, false);
    expect(hasJournal(into)).toBe(false);
    writeTree(from, { 'files/newer.txt': 'newer' });
    const between = readTree(into);
    await move(from, into);
    expect(await undo(into)).toMatchObject({ removed: 1, restored: 0, folders: 0 });
    expect(readTree(into)).toEqual(between);
  });

  it('holds paths, sizes, digests and record files as they were, and no identifier', async () => {
    const { from, into } = devices();
    const before = readFileSync(join(into, 'contacts.vcf'));
    const ids = ['0ad1c3f5b7e92468', '0ad1c3f5b7e92469'] as const;
    const session = startSession({
      source: await openFolderSource({ from }),
      destination: await openFolderDestination(into),
      sender: { androidId: new Ephemeral(ids[0]) },
      receiver: { androidId: new Ephemeral(ids[1]) },
    });
    await session.receiver;
    const folder = join(into, '.openmover-undo');
    expect(readdirSync(folder).sort()).toEqual(['before-0', 'finished', 'journal.ndjson']);
    expect(readFileSync(join(folder, 'before-0'))).toEqual(before);
    const journal = readFileSync(join(folder, 'journal.ndjson'), 'utf8');
    const lines = journal
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    const keys = new Set(lines.map((line) => Object.keys(line).join(' ')));
    expect([...keys].sort()).toEqual(['type path', 'type path size digest', 'type path size digest kept']);
    for (const id of [...ids, hostname(), userInfo().username]) expect(journal).not.toContain(`"${id}"`);
    expect(journal).not.toContain(into);
  });

  it('can be dropped, and the move stays', async () => {
    const { from, into } = devices();
    await move(from, into);
    const { '.openmover-undo': folder, ...rest } = readTree(into);
    expect(folder?.type).toBe('folder');
    await forgetUndo({ destination: await openFolderDestination(into) });
    expect(Object.keys(readTree(into))).toEqual(
      Object.keys(rest).filter((path) => !path.startsWith('.openmover-undo')),
    );
  });

  it('goes on where a move that died while it was committed left off', async () => {
    const { from, into } = devices();
    const before = readTree(into);
    await move(from, into);
    // As a process leaves it that was killed before its last file: no mark of the end, staging still there.
    rmSync(join(into, '.openmover-undo', 'finished'));
    rmSync(join(into, 'files', 'Whole', 'deep', 'two.txt'));
    mkdirSync(join(into, '.openmover-01234567'), { mode: 0o700 });
    expect((await move(from, into)).kinds.files?.added).toBe(1);
    expect((await undo(into)).left).toEqual([]);
    expect(readTree(into)).toEqual(before);
  });
});

describe('a move received without an undo journal', () => {
  it('leaves nothing of ours and cannot be taken back', async () => {
    const { from, into } = devices();
    await move(from, into, false);
    expect(readdirSync(into).filter((name) => name.startsWith('.'))).toEqual([]);
    await expect(undo(into)).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' });
  });
});
