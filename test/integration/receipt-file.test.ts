/** Receipts that both devices save of one move. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { endAllMovers, runMover, startReceiver, startSender } from '../support/mover.ts';
import { scratchPath } from '../support/scratch-path.ts';
import { scratchFolder } from '../support/scratch.ts';
import { makeSmallDevice } from '../support/small-device.ts';

afterEach(endAllMovers);

describe('mover receipt', () => {
  it('finds what both devices saved unchanged, under one number, and tells when it was changed', async () => {
    const folder = scratchFolder();
    const [ours, theirs] = [join(folder, 'old.json'), join(folder, 'new.html')];
    const { receiver, code, address } = await startReceiver(scratchPath('new'), ['--receipt', theirs]);
    const from = makeSmallDevice(scratchFolder());
    const sender = startSender(['--from', from, '--receipt', ours, '--reference', 'Order 4711'], {
      address,
      code,
    });
    expect([(await sender.exit).code, (await receiver.exit).code]).toEqual([0, 0]);
    const verify = (path: string) => runMover(['receipt', '--verify', path, '--json']);
    const found = [await verify(ours), await verify(theirs)].map(({ code: exit, out }) => ({
      exit,
      ...(JSON.parse(out) as { number: string; reference?: string; outcome: string }),
    }));
    expect(found).toMatchObject([
      { exit: 0, outcome: 'complete', reference: 'Order 4711' },
      { exit: 0, outcome: 'complete' },
    ]);
    expect(found[0]?.number).toBe(found[1]?.number);
    expect(statSync(ours).mode & 0o077).toBe(0);
    writeFileSync(ours, readFileSync(ours, 'utf8').replace('4711', '4712'));
    const { code: exit, out } = await verify(ours);
    expect([exit, JSON.parse(out)]).toEqual([
      1,
      expect.objectContaining({ event: 'error', code: 'RECEIPT_CHANGED' }),
    ]);
  });

  it('that cannot be saved is told before anything moves', async () => {
    const { code, err } = await runMover(
      [
        'send',
        '--from',
        makeSmallDevice(scratchFolder()),
        '--to',
        '127.0.0.1:9',
        '--yes',
        '--secrets-stdin',
        '--receipt',
        '/nowhere/x.json',
      ],
      { input: '{"code":"123456"}\n' },
    );
    expect([code, err]).toEqual([2, expect.stringContaining('--receipt cannot be written')]);
  });
});
