/** What a receipt says is there is on stable storage before it is said: a power cut after it takes nothing back. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startReceiver, startSender } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';

describe.runIf(process.platform === 'linux')('a receipt', () => {
  it('is said after the file system was flushed, and after the last thing was put in its place', async () => {
    const [from, into, trace] = [scratchFolder(), scratchFolder(), join(scratchFolder(), 'trace')];
    mkdirSync(join(from, 'files'));
    writeFileSync(join(from, 'files', 'photo.jpg'), 'a photo');
    const calls = 'trace=syncfs,write,rename,renameat,renameat2,link,linkat';
    const receiving = await startReceiver(into, [], {
      launcher: ['strace', '-f', '-qq', '-s', '64', '-e', calls, '-o', trace],
    });
    const sender = startSender(['--from', from], receiving, {});
    expect([(await sender.exit).code, (await receiving.receiver.exit).code]).toEqual([0, 0]);
    const lines = readFileSync(trace, 'utf8').split('\n');
    const last = (pattern: RegExp): number => lines.findLastIndex((line) => pattern.test(line));
    const flushed = last(/syncfs\(\d+\)\s+= 0|syncfs resumed>\)\s+= 0/);
    expect(flushed).toBeGreaterThan(last(/(?:rename|link)\w*\(.*photo\.jpg/));
    expect(lines.findIndex((line) => line.includes('\\"event\\":\\"receipt\\"'))).toBeGreaterThan(flushed);
    expect(flushed).toBeGreaterThan(-1);
  });
});
