/** A source and a destination that are one folder, or one in the other, on one computer. */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { endAllMovers, move, runMover, startReceiver, startSender } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';

afterEach(endAllMovers);

function photos(...files: readonly string[]): string {
  const folder = scratchFolder();
  for (const path of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), `content of ${path}`);
  }
  return folder;
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('.openmover-'))
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();

const filesOf = (event: Readonly<Record<string, unknown>>): unknown =>
  (event as { kinds?: { files?: unknown } }).kinds?.files;

describe('a move into a folder of its own source', () => {
  it.each([
    ['a plain folder', ['a.jpg', 'deep/b.jpg']],
    ['a device folder', ['files/a.jpg', 'files/deep/b.jpg', 'beside/c.txt']],
  ])('of %s leaves that folder out, however often it is run', async (_, paths) => {
    const from = photos(...paths);
    const into = join(from, 'deeper');
    const first = await move({ from: ['--from', from], into });
    expect(first.exits).toEqual([0, 0]);
    expect(filesOf(await first.sender.event('receipt'))).toMatchObject({
      skipped: [{ reason: 'receiving', count: 1 }],
    });
    const arrived = filesIn(into);
    const second = await move({ from: ['--from', from], into });
    expect(second.exits).toEqual([0, 0]);
    expect(filesOf(await second.receiver.event('receipt'))).toMatchObject({ added: 0 });
    expect(filesIn(into)).toEqual(arrived);
    expect(arrived.some((path) => path.includes('deeper'))).toBe(false);
  });

  it('is refused where the two are the same folder, and nothing is written', async () => {
    const from = photos('a.jpg', 'deep/b.jpg');
    const receiving = await startReceiver(from);
    const sender = startSender(['--from', from], receiving);
    expect((await sender.exit).code).toBe(2);
    expect(await sender.event('error')).toMatchObject({ code: 'SOURCE_INVALID' });
    expect(filesIn(from)).toEqual(['a.jpg', 'deep/b.jpg']);
  });

  it('is no matter for looking at a folder that is being moved into', async () => {
    const from = photos('files/a.jpg');
    await startReceiver(from);
    const { code, out } = await runMover(['inspect', from, '--json']);
    expect(code).toBe(0);
    expect(out).toMatch(/"kind":"files"[^}]*1|"files":\{[^}]*1/);
  });
});

it('a device folder whose files are a link says that nothing behind it moves, and what to do', async () => {
  const from = photos('calls.xml');
  writeFileSync(join(from, 'calls.xml'), '<calls count="0"></calls>');
  symlinkSync(photos('a.jpg'), join(from, 'files'));
  const { code, out } = await runMover(['inspect', from]);
  expect(code).toBe(0);
  expect(out).toMatch(/"files" in this folder is a symbolic link.*nothing behind it moves.*--files DIR/);
});
