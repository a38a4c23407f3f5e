/** Files that somebody writes to while they move. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { endAllMovers, move, startReceiver, startSender } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';
import { scratchPath } from '../support/scratch-path.ts';

afterEach(endAllMovers);

it('files that grow while they move are left out as changed, the rest arrives, and the next move brings them', async () => {
  const from = scratchFolder();
  const into = scratchPath('new');
  mkdirSync(join(from, 'files'));
  const path = (name: string): string => join(from, 'files', name);
  writeFileSync(path('a.log'), Buffer.alloc(3_000_000, 'a'));
  writeFileSync(path('b.log'), 'short');
  writeFileSync(path('c.txt'), 'kept');
  const receiving = await startReceiver(into);
  // One lane reads them one after the other, slowly enough for the first to grow while it is read.
  const sender = startSender(['--from', from, '--lanes', '1', '--limit', '2'], receiving);
  await sender.when(({ event, bytes }) => event === 'progress' && Number(bytes) > 0);
  appendFileSync(path('a.log'), 'more');
  appendFileSync(path('b.log'), 'more');
  expect([(await sender.exit).code, (await receiving.receiver.exit).code]).toEqual([6, 6]);
  const receipt = await sender.event('receipt');
  expect(receipt).toMatchObject({
    outcome: 'partial',
    kinds: { files: { offered: 3, verified: 1, skipped: [{ reason: 'changed', count: 2 }] } },
  });
  expect(existsSync(join(into, 'files/a.log'))).toBe(false);
  expect(readFileSync(join(into, 'files/c.txt'), 'utf8')).toBe('kept');
  expect((await move({ from: ['--from', from], into })).exits).toEqual([0, 0]);
  for (const name of ['a.log', 'b.log', 'c.txt']) {
    expect(readFileSync(join(into, 'files', name)).equals(readFileSync(path(name)))).toBe(true);
  }
});
