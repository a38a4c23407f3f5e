/** The end of a session while its peer's questions are still being answered: nothing waits for what will not come. */
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryDestination } from '../../support/memory/destination.ts';
import type { FileEntry } from '../../../src/transfer/kinds/entry.ts';
import { makeIdentity } from '../../../src/transfer/pairing/identity.ts';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import { ResumeFinder } from '../../../src/transfer/session/staging-store/resume-finder.ts';
import { ReceiveLanes } from '../../../src/transfer/session/transfer/receive-lanes.ts';
import { WarmWorkers } from '../../../src/transfer/session/transfer/warm-workers.ts';
import { lineFormats } from '../../support/line-format.ts';
import { laneStaging } from '../../support/lane-staging.ts';
import { scratchFolder } from '../../support/scratch.ts';

describe('lanes that have stopped', () => {
  it('are at rest for whoever asks afterwards, and for whoever waits already', async () => {
    const staging = laneStaging(scratchFolder());
    const workers = new WarmWorkers('receive-lane-worker', 0);
    const { lanes } = await ReceiveLanes.start({
      ...{ count: 1, limit: undefined, host: '127.0.0.1', firstPort: 0 },
      ...{
        identity: await makeIdentity(),
        joinKey: new Ephemeral(Buffer.alloc(64, 7)),
        workers,
        staging,
      },
      onStaged: () => undefined,
      onRefused: () => undefined,
      onBytes: () => undefined,
      onFailed: () => undefined,
    });
    const waiting = lanes.quiesce(0);
    await lanes.stop();
    await waiting;
    await lanes.quiesce(0);
    await expect(lanes.quiesce(7)).rejects.toMatchObject({ code: 'PEER_VIOLATION' });
    await workers.close();
  });
});

describe('looking for what is there', () => {
  it('is given up when the session ends, however much is still to be read', async () => {
    const scratch = scratchFolder();
    const film = join(scratch, 'film');
    writeFileSync(film, '');
    const size = 2 ** 43;
    truncateSync(film, size);
    const destination = new MemoryDestination({ scratch, formats: lineFormats });
    destination.candidates = () => [film];
    const finder = new ResumeFinder({ find: () => Promise.resolve(undefined) }, destination);
    const entry: FileEntry = {
      type: 'file',
      kind: 'files',
      path: ['film'],
      size,
      mtimeMs: 0,
      executable: false,
    };
    const look = { staged: false, destination: true };
    const finding = finder.find([[0, entry]], look);
    await finder.close();
    expect(await finding).toEqual([]);
    expect(await finder.find([[0, entry]], look)).toEqual([]);
  });
});
