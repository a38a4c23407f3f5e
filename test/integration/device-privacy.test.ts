/** What identifies a phone or opens its backup is written nowhere by either side, in any form: each write is looked through. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readTrace, TRACE_ENVIRONMENT, traceTo } from '../../src/main/verify-privacy/write-trace.ts';
import { needlesFor } from '../../src/transfer/privacy/canary.ts';
import { NeedleIndex } from '../../src/transfer/privacy/needle-index.ts';
import { ANNAS_FILES } from '../support/iphone-backup/annas-iphone.ts';
import { makeBackup, PLANTED } from '../support/iphone-backup/make-backup.ts';
import { endAllMovers, startReceiver, startSender } from '../support/mover.ts';
import { connectPhone } from '../support/android/open-phone.ts';
import { writeTree } from '../support/write-tree.ts';
import { scratchPath } from '../support/scratch-path.ts';
import { scratchFolder } from '../support/scratch.ts';

afterEach(endAllMovers);

const PASSWORD = 'planted-backup-pw-7391';

async function found(
  traces: readonly string[],
  index: NeedleIndex,
): Promise<{ hits: string[]; written: number }> {
  const hits: string[] = [];
  let written = 0;
  for (const trace of traces) {
    for await (const step of readTrace(trace, new AbortController().signal)) {
      if (step.type === 'unseen') throw new Error(step.because);
      if (step.type === 'write') written += step.bytes.length;
      for (const { needle } of index.search(step.bytes)) {
        // The program opens the backup where it is: that path is read, and nothing of it written.
        if (step.type === 'write') hits.push(`${needle.canary} as ${needle.form} in ${step.path}`);
      }
    }
  }
  return { hits, written };
}

describe('a move out of a backup of an iPhone', () => {
  it('writes no identifier of the phone and no password to any disk', async () => {
    const backup = makeBackup(scratchFolder(), { files: ANNAS_FILES, password: PASSWORD });
    const traces = [join(scratchFolder(), 'sender'), join(scratchFolder(), 'receiver')] as const;
    const receiving = await startReceiver(scratchPath('new'), [], {
      launcher: traceTo(traces[1]),
      env: TRACE_ENVIRONMENT,
    });
    const sender = startSender(['--from', `iphone-backup:${backup}`], receiving, {
      launcher: traceTo(traces[0]),
      env: TRACE_ENVIRONMENT,
      secrets: { password: PASSWORD },
    });
    // One photo and one attachment of it are listed and not there.
    expect([(await sender.exit).code, (await receiving.receiver.exit).code]).toEqual([6, 6]);
    const canaries = Object.entries({ ...PLANTED, password: PASSWORD }).map(([name, value]) => ({
      name,
      value,
    }));
    const { hits, written } = await found(traces, new NeedleIndex(needlesFor(canaries)));
    expect(hits).toEqual([]);
    expect(written).toBeGreaterThan(300_000);
    // The search finds what is there: the number of a contact, which is moved.
    const control = await found(
      traces,
      new NeedleIndex(needlesFor([{ name: 'moved', value: '+49 170 5551234' }])),
    );
    expect(control.hits.length).toBeGreaterThan(0);
  });
});

describe('a move to a phone on a cable', () => {
  it('writes no identifier of the phone, and nothing of what moves, to a disk of this computer', async () => {
    const androidId = '9f3c1a77b2d4e680';
    const { phone } = await connectPhone({ version: 13, data: { androidId } });
    const from = scratchFolder();
    const number = '+49 170 5559876';
    writeTree(from, {
      'contacts.vcf': `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna Planted\r\nTEL:${number}\r\nEND:VCARD\r\n`,
      'files/Documents/letter.txt': 'a letter that is planted',
      'files/DCIM/film.mp4': Buffer.alloc(3_000_000, 'a film that is planted '),
    });
    const trace = join(scratchFolder(), 'receiver');
    const receiving = await startReceiver('android', [], {
      launcher: traceTo(trace),
      env: TRACE_ENVIRONMENT,
    });
    const sender = startSender(['--from', from], receiving);
    expect([(await sender.exit).code, (await receiving.receiver.exit).code]).toEqual([0, 0]);
    expect(readFileSync(join(phone.sdcard, 'Documents/letter.txt'), 'utf8')).toBe('a letter that is planted');
    const planted = {
      androidId,
      serial: phone.serial,
      number,
      name: 'Anna Planted',
      letter: 'a letter that is planted',
    };
    const canaries = Object.entries({ ...planted, film: 'a film that is planted' });
    const index = new NeedleIndex(needlesFor(canaries.map(([name, value]) => ({ name, value }))));
    expect((await found([trace], index)).hits).toEqual([]);
    // The search finds what is there: the manifest waits in a file without a name.
    const control = await found(
      [trace],
      new NeedleIndex(needlesFor([{ name: 'moved', value: 'letter.txt' }])),
    );
    expect(control.hits.length).toBeGreaterThan(0);
  });
});
