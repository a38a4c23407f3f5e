import { describe, expect, it } from 'vitest';
import type { Entry, FileEntry } from '../../../src/transfer/kinds/entry.ts';
import { ManifestGuard } from '../../../src/transfer/session/manifest/manifest-guard.ts';

const file = (...path: string[]): FileEntry => ({
  type: 'file',
  kind: 'files',
  path,
  size: 10,
  mtimeMs: 0,
  executable: false,
});
const segment = (index: number, records: number): Entry => ({
  type: 'segment',
  kind: 'contacts',
  index,
  records,
  size: 10,
});
const guard = (): ManifestGuard =>
  new ManifestGuard({
    offer: [
      { kind: 'files', items: 3, entries: 3, bytes: 30, left: [] },
      { kind: 'contacts', items: 5, entries: 3, bytes: 30, left: [] },
      { kind: 'apps', items: 1, entries: 2, bytes: 30, left: [] },
    ],
    apps: ['org.example.app'],
  });

function check(entries: readonly Entry[]): void {
  const checked = guard();
  for (const entry of entries) checked.check(entry);
}

const violation = expect.objectContaining({ code: 'PEER_VIOLATION' }) as Error;

describe('a manifest is accepted', () => {
  it('that keeps to the offer', () => {
    check([
      file('a', 'b.txt'),
      file('a', 'c.txt'),
      { type: 'folder', kind: 'files', path: ['empty'], size: 0 },
      segment(0, 3),
      segment(1, 2),
      { type: 'apk', kind: 'apps', path: ['org.example.app', 'base.apk'], size: 10, mtimeMs: 0 },
    ]);
  });
});

describe('a manifest ends the session', () => {
  const lies: readonly [name: string, entries: readonly Entry[]][] = [
    ['with more entries than offered', [file('a'), file('b'), file('c'), file('d')]],
    ['with more bytes than offered', [{ ...file('a'), size: 31 }]],
    ['with more records than offered', [segment(0, 6)]],
    ['with segments out of order', [segment(1, 1)]],
    ['with a kind nobody offered', [{ ...segment(0, 1), kind: 'messages' } as Entry]],
    [
      'with an app nobody asked for',
      [{ type: 'apk', kind: 'apps', path: ['org.other', 'base.apk'], size: 1, mtimeMs: 0 }],
    ],
    ['with the same name twice', [file('a'), file('a')]],
    ['with a file where a folder is', [file('a', 'b'), file('a')]],
    ['with a folder where a file is', [file('a'), file('a', 'b')]],
    ...['..', '.', 'a/b', 'a\0b', '\ud800'].map((name): [string, Entry[]] => [
      `with the name ${JSON.stringify(name)}`,
      [file('x', name)],
    ]),
    ['with the name of staging', [file('.openmover-00000000', 'x')]],
  ];
  it.each(lies)('%s', (_, entries) => {
    expect(() => {
      check(entries);
    }).toThrow(violation);
  });
});
