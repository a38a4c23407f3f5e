/** A destination that cannot take one entry, and takes the others. */
import { chmodSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Event, endAllMovers, startReceiver, startSender } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';
import { scratchPath } from '../support/scratch-path.ts';

afterEach(endAllMovers);

async function moveInto(
  into: string,
  from: string,
  launcher: readonly string[],
): Promise<{ exits: readonly (number | null)[]; receipt: Event }> {
  const receiving = await startReceiver(into, [], { launcher });
  const sender = startSender(['--from', from], receiving);
  const [sent, received] = await Promise.all([sender.exit, receiving.receiver.exit]);
  return { exits: [sent.code, received.code], receipt: await receiving.receiver.event('receipt') };
}

function device(files: Readonly<Record<string, string | Buffer>>): string {
  const from = scratchFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(from, 'files', path, '..'), { recursive: true });
    writeFileSync(join(from, 'files', path), content);
  }
  return from;
}

const contentAt = (into: string, path: string): string => readFileSync(join(into, 'files', path), 'utf8');

describe('an entry that the destination cannot take', () => {
  it('because it is too large for its file system is left out, by itself and on every retry', async () => {
    const from = device({
      'film.mp4': Buffer.alloc(3_000_000, 1),
      'note.txt': 'small',
      ...Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`notes/${String(index)}.txt`, 'note'])),
    });
    const into = scratchPath('new');
    for (const expected of [
      { added: 51, same: 0 },
      { added: 0, same: 51 },
    ]) {
      const { exits, receipt } = await moveInto(into, from, ['prlimit', '--fsize=1000000']);
      expect(exits).toEqual([6, 6]);
      expect(receipt.kinds).toMatchObject({
        files: { ...expected, skipped: [{ reason: 'refused', count: 1 }] },
      });
    }
    expect(contentAt(into, 'note.txt')).toBe('small');
    // What it could not take it takes another time.
    expect((await moveInto(into, from, [])).exits).toEqual([0, 0]);
    expect(statSync(join(into, 'files', 'film.mp4')).size).toBe(3_000_000);
  });

  it('because its path is too long there is left out, and the others come', async () => {
    let into = scratchPath('new');
    while (into.length < 3_700) into = join(into, 'x'.repeat(200));
    const name = 'y'.repeat(200);
    const from = device({ [join(name, name, 'deep.txt')]: 'deep', 'note.txt': 'small' });
    const { exits, receipt } = await moveInto(into, from, []);
    expect(exits).toEqual([6, 6]);
    expect(receipt.kinds).toMatchObject({ files: { added: 1, skipped: [{ reason: 'refused', count: 1 }] } });
  });

  it('because one folder is closed to us is left out, stays verified, and comes when the folder is open', async () => {
    const into = scratchPath('new');
    const closed = join(into, 'files', 'closed');
    mkdirSync(closed, { recursive: true });
    chmodSync(closed, 0o500);
    const from = device({ 'closed/a.txt': 'a', 'open/b.txt': 'b' });
    const noOverride =
      process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--'] : [];
    const first = await moveInto(into, from, noOverride);
    expect(first.exits).toEqual([6, 6]);
    expect(first.receipt.kinds).toMatchObject({
      files: { added: 1, skipped: [{ reason: 'refused', count: 1 }] },
    });
    chmodSync(closed, 0o700);
    const second = await moveInto(into, from, noOverride);
    expect(second.exits).toEqual([0, 0]);
    expect(second.receipt).toMatchObject({ bytes: { payload: 0 }, kinds: { files: { added: 1, same: 1 } } });
    expect(contentAt(into, 'closed/a.txt')).toBe('a');
  });
});

it('a file from before 1970 keeps its time', async () => {
  const from = device({ 'scan.jpg': 'scan' });
  utimesSync(join(from, 'files', 'scan.jpg'), new Date(-86_400_000_000), new Date(-86_400_000_000));
  const into = scratchPath('new');
  expect((await moveInto(into, from, [])).exits).toEqual([0, 0]);
  expect(statSync(join(into, 'files', 'scan.jpg')).mtimeMs).toBe(-86_400_000_000);
});
