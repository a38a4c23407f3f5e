/** Names that people have: all of them arrive, under their own names where the destination can hold them. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryDestination } from '../support/memory/destination.ts';
import { WINDOWS_NAMES } from '../../src/transfer/devices/name-rules.ts';
import { openFolderDestination, openFolderSource, undoMove } from '../../src/transfer/index.ts';
import type { LeftBehind } from '../../src/transfer/kinds/kind.ts';
import { lineFormats } from '../support/line-format.ts';
import { scratchFolder } from '../support/scratch.ts';
import { startSession } from '../support/session.ts';

const NAMES = [
  "Assassin's Creed 4: Black Flag/save.dat",
  'What is love?.mp3',
  'AC\\DC - Thunderstruck.mp3',
  '"quoted".txt',
  '<3.jpg',
  'a|b*c.txt',
  'Meeting 10:30.ics.bak',
  'trailing dot.',
  'trailing space ',
  ' leading space',
  'etc...',
  'con',
  'aux.c',
  'NUL.txt',
  'com1.log',
  'Photo.JPG',
  'photo.jpg',
  'PHOTO.jpg',
  'Docs/a.txt',
  'docs/a.txt',
  'caf\u00E9.txt',
  'cafe\u0301.txt',
  'stra\u00DFe',
  'STRASSE',
  'line\nfeed',
  'tab\there',
  'bell\u0007',
  'red \u001B[31m',
  'gpj.\u202Eexe',
  'zero\u200Bwidth',
  'soft\u00ADhyphen',
  '\uFEFFmark',
  '第一章：开始？.txt',
  '👨\u200D👩\u200D👧 2024.heic',
  '-rf',
  '~',
  '$(reboot)',
  '%2e%2e%2f',
  'CON /x',
  'x'.repeat(255),
] as const;

function phone(): string {
  const from = scratchFolder();
  for (const name of NAMES) {
    const place = `${from}/files/${name}`;
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, `content of ${name}`);
  }
  return from;
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length + 1));

describe('names that people have', () => {
  it('arrive as they are on a file system that can hold them, are the same the next time, and are taken back', async () => {
    const from = phone();
    const into = scratchFolder();
    const named: LeftBehind[] = [];
    const move = async () =>
      startSession({
        source: await openFolderSource({ from }),
        destination: await openFolderDestination(into),
        sender: { onLeftBehind: (one) => named.push(one) },
        receiver: { onLeftBehind: (one) => named.push(one) },
      }).receiver;
    expect((await move()).kinds.files).toMatchObject({
      offered: NAMES.length,
      added: NAMES.length,
      renamed: 0,
    });
    expect(filesIn(join(into, 'files')).sort()).toEqual([...NAMES].sort());
    for (const name of NAMES)
      expect(readFileSync(`${into}/files/${name}`, 'utf8')).toBe(`content of ${name}`);
    expect(named).toEqual([]);
    expect((await move()).kinds.files).toMatchObject({ added: 0, same: NAMES.length });
    const { signal } = new AbortController();
    const undone = await undoMove({ destination: await openFolderDestination(into), signal });
    expect(undone).toMatchObject({ removed: NAMES.length, left: [] });
    expect((await move()).kinds.files).toMatchObject({ added: NAMES.length });
  });

  it('all arrive where not all can be held, each renamed one is listed, and all are the same the next time', async () => {
    const from = phone();
    const destination = new MemoryDestination({
      scratch: scratchFolder(),
      formats: lineFormats,
      names: WINDOWS_NAMES,
    });
    const renamed = new Map<string, string>();
    const move = async () =>
      startSession({
        source: await openFolderSource({ from }),
        destination,
        receiver: {
          onLeftBehind: (one) => {
            if ('renamedTo' in one) renamed.set(one.path.join('/'), one.renamedTo.join('/'));
          },
        },
      }).receiver;
    const { files } = (await move()).kinds;
    expect(files).toMatchObject({ offered: NAMES.length, added: NAMES.length, renamed: renamed.size });
    const arrived = NAMES.map((name) => destination.at(`files/${renamed.get(name) ?? name}`));
    expect(arrived.map((node) => node?.type === 'file' && Buffer.from(node.bytes).toString())).toEqual(
      NAMES.map((name) => `content of ${name}`),
    );
    expect(Object.fromEntries(renamed)).toMatchObject({
      'What is love?.mp3': 'What is love？.mp3',
      'AC\\DC - Thunderstruck.mp3': 'AC＼DC - Thunderstruck.mp3',
      'trailing dot.': 'trailing dot．',
      'aux.c': 'ａux.c',
      'photo.jpg': 'photo (3).jpg',
      'docs/a.txt': 'docs (2)/a.txt',
      'line\nfeed': 'line␊feed',
    });
    expect((await move()).kinds.files).toMatchObject({ added: 0, same: NAMES.length, renamed: 0 });
  });

  it('arrive with their bytes escaped when they are no Unicode', async () => {
    const from = scratchFolder();
    const raw = (...bytes: number[]): Buffer => Buffer.concat([Buffer.from(`${from}/`), Buffer.from(bytes)]);
    mkdirSync(raw(0xe9, 0x74, 0xe9));
    writeFileSync(raw(0xe9, 0x74, 0xe9, 0x2f, 0xff), 'x'.repeat(100_000));
    writeFileSync(raw(0xfe), 'small');
    const into = scratchFolder();
    const move = async () =>
      startSession({
        source: await openFolderSource({ from }),
        destination: await openFolderDestination(into),
      }).receiver;
    expect((await move()).kinds.files).toMatchObject({ added: 2, skipped: [] });
    expect(filesIn(join(into, 'files')).sort()).toEqual(['\u201BE9t\u201BE9/\u201BFF', '\u201BFE']);
    expect(readFileSync(join(into, 'files', '\u201BFE'), 'utf8')).toBe('small');
    expect((await move()).kinds.files).toMatchObject({ added: 0, same: 2 });
  });
});
