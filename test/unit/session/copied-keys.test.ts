import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../support/memory/source.ts';
import { makeIdentity } from '../../../src/transfer/pairing/identity.ts';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import { JobSource } from '../../../src/transfer/session/transfer/job-source.ts';
import { ReceiveLanes } from '../../../src/transfer/session/transfer/receive-lanes.ts';
import { SegmentReader } from '../../../src/transfer/session/transfer/segment-reader.ts';
import { SendLanes } from '../../../src/transfer/session/transfer/send-lanes.ts';
import { WarmWorkers } from '../../../src/transfer/session/transfer/warm-workers.ts';
import { ManifestPages } from '../../../src/transfer/lanes/manifest-pages.ts';
import type { ReceiveLaneData } from '../../../src/transfer/lanes/receive-lane-worker.ts';
import type { SendLaneData } from '../../../src/transfer/lanes/send-lane-worker.ts';
import { memoryChannelPair } from '../../support/memory/channel.ts';
import { laneStaging } from '../../support/lane-staging.ts';
import { scratchFolder } from '../../support/scratch.ts';

/** Remembers what its workers were told first: memory they share with this thread. */
class Copies<Data> extends WarmWorkers {
  readonly told: Data[] = [];

  override take(data: unknown): Worker {
    this.told.push(data as Data);
    return super.take(data);
  }
}

const { signal } = new AbortController();
const isWiped = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

describe('what a receiver lends to its lanes', () => {
  it('is overwritten: the certificate’s key once they listen, the join key once they have stopped', async () => {
    const staging = laneStaging(scratchFolder());
    const identity = await makeIdentity();
    const joinKey = new Ephemeral(Buffer.alloc(64, 7));
    const workers = new Copies<ReceiveLaneData>('receive-lane-worker', 0);
    const { lanes, ports } = await ReceiveLanes.start({
      ...{ count: 2, limit: undefined, host: '127.0.0.1', firstPort: 0 },
      ...{ identity, joinKey, workers, staging },
      onStaged: () => undefined,
      onRefused: () => undefined,
      onBytes: () => undefined,
      onFailed: () => undefined,
    });
    expect([ports.length, workers.told.length]).toEqual([2, 2]);
    for (const { key, joinKey: copied } of workers.told) {
      expect(isWiped(key)).toBe(true);
      expect(copied.every((byte) => byte === 7)).toBe(true);
    }
    await lanes.stop();
    for (const { joinKey: copied } of workers.told) expect(isWiped(copied)).toBe(true);
    // What they were copies of is for the vault to wipe.
    expect(joinKey.use((bytes) => isWiped(bytes)) || identity.key.use((bytes) => isWiped(bytes))).toBe(false);
    await workers.close();
  });
});

describe('what a sender lends to its lanes', () => {
  it('is overwritten once they have stopped', async () => {
    const joinKey = new Ephemeral(Buffer.alloc(64, 7));
    const workers = new Copies<SendLaneData>('send-lane-worker', 0);
    const [channel] = memoryChannelPair();
    const lanes = new SendLanes({
      ...{
        host: '127.0.0.1',
        typed: undefined,
        controlPort: 9,
        lanePorts: [9, 9],
        workers,
        limit: undefined,
      },
      session: { channel, joinKey, appKey: joinKey, certificateDigest: Buffer.alloc(32) },
      jobs: new JobSource(
        new MemorySource({}),
        new ManifestPages(0),
        new SegmentReader(new MemorySource({}), signal),
        signal,
      ),
      onBytes: () => undefined,
      onResumed: () => undefined,
      onSettled: () => undefined,
      onIdle: () => undefined,
      onFailed: () => undefined,
      signal,
    });
    expect(workers.told.map((data) => isWiped(data.joinKey))).toEqual([false, false]);
    await lanes.stop();
    expect(workers.told.map((data) => isWiped(data.joinKey))).toEqual([true, true]);
    expect(joinKey.use((bytes) => isWiped(bytes))).toBe(false);
    await workers.close();
  });
});
