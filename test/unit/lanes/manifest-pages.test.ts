import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Entry } from '../../../src/transfer/kinds/entry.ts';
import { ManifestPages, type ManifestPage } from '../../../src/transfer/lanes/manifest-pages.ts';
import { scratchFolder } from '../../support/scratch.ts';

function openSpool(): number {
  const fd = openSync(join(scratchFolder(), 'spool'), 'wx+');
  onTestFinished(() => {
    closeSync(fd);
  });
  return fd;
}

const page = (first: number, count: number): ManifestPage => ({
  first,
  entries: Array.from({ length: count }, (_, offset): Entry => ({
    type: 'file',
    kind: 'files',
    path: [`ü${first + offset}`],
    size: 1,
    mtimeMs: 0,
    executable: false,
  })),
  held: [],
});

describe('manifest pages', () => {
  it('give back every entry by its number', () => {
    const pages = new ManifestPages(openSpool());
    const written = [page(0, 3), page(3, 1000), page(1003, 1)];
    for (const one of written) pages.append(one);
    expect(pages.count).toBe(1004);
    for (const number of [0, 2, 3, 1002, 1003]) {
      expect(pages.entry(number)).toMatchObject({ path: [`ü${number}`] });
    }
    expect(pages.entry(1004)).toBeUndefined();
    expect([...pages]).toEqual(written);
  });

  it('are found again by a later run, a torn last one left out', () => {
    const fd = openSpool();
    const pages = new ManifestPages(fd);
    pages.append(page(0, 1000));
    pages.append(page(1000, 1000));
    const last = pages.append(page(2000, 10));
    expect(ManifestPages.reopen(fd).count).toBe(2010);
    ftruncateSync(fd, last.offset + last.length - 5);
    const reopened = ManifestPages.reopen(fd);
    expect(reopened.count).toBe(2000);
    expect(reopened.entry(1999)).toMatchObject({ path: ['ü1999'] });
  });

  it.each([
    ['no JSON', 'x'],
    ['no page', '[]'],
    ['null', 'null'],
    ['a page without entries', JSON.stringify({ ...page(2, 1), entries: [] })],
    ['more entries than a page has', JSON.stringify(page(2, 1001))],
    ['a gap', JSON.stringify(page(3, 1))],
    ['an entry of no kind', JSON.stringify({ ...page(2, 1), entries: [{ type: 'file' }] })],
    ['a way out of the destination', JSON.stringify(page(2, 1)).replace('["ü2"]', '["..","..","x"]')],
    ['a line that does not end', 'x'.repeat(6 * 1024 * 1024)],
  ])('that somebody else wrote are not believed: %s', (_what, line) => {
    const fd = openSpool();
    new ManifestPages(fd).append(page(0, 2));
    writeSync(fd, `${line}\n`, fstatSync(fd).size);
    expect(() => ManifestPages.reopen(fd)).toThrow(
      expect.objectContaining({ code: 'DESTINATION_FAILED' }) as Error,
    );
  });

  it('are known to another reader page by page', () => {
    const fd = openSpool();
    const writer = new ManifestPages(fd);
    const reader = new ManifestPages(fd);
    const address = writer.append(page(0, 5));
    expect(reader.find(2)).toBeUndefined();
    reader.add(address);
    expect(reader.entry(2)).toEqual(writer.entry(2));
  });
});
