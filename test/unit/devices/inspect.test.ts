import { describe, expect, it } from 'vitest';
import type { AppFacts } from '../../../src/transfer/compat/facts.ts';
import { inspectDevice } from '../../../src/transfer/devices/inspect.ts';
import { MemorySource } from '../../support/memory/source.ts';
import type { Source } from '../../../src/transfer/devices/port.ts';
import { messageSchema } from '../../../src/transfer/wire/messages.ts';

const facts = (name: string): AppFacts => ({
  package: name,
  versionCode: 1,
  minSdk: 21,
  targetSdk: 34,
  abis: [],
  requiredFeatures: [],
  requiredLibraries: [],
  signers: [],
  lineage: [],
  splits: [],
  splitsRequired: false,
  requiredSplitTypes: [],
  needsGoogle: false,
  needsHuawei: false,
  testOnly: false,
  sizeBytes: 3,
});

const bytes = Buffer.from('abc');

const device = new MemorySource({
  records: { contacts: Array.from({ length: 1_001 }, () => 'x'), calls: ['call'] },
  apps: [
    {
      facts: facts('org.example'),
      files: [
        { name: 'base.apk', bytes, mtimeMs: 0 },
        { name: 'split.apk', bytes, mtimeMs: 0 },
      ],
    },
  ],
  files: [
    { path: ['a'], bytes, mtimeMs: 0 },
    { path: ['a'], bytes, mtimeMs: 0 },
    { path: ['.openmover-1'], bytes, mtimeMs: 0 },
  ],
  emptyFolders: [['e']],
});

describe('inspecting a device', () => {
  it('counts what a person counts: records, apps and files', async () => {
    const { kinds, apps } = await inspectDevice(device);
    expect(kinds).toEqual([
      { kind: 'contacts', items: 1_001, entries: 2, bytes: 2_002, left: [] },
      { kind: 'messages', items: 0, entries: 0, bytes: 0, left: [] },
      { kind: 'calls', items: 1, entries: 1, bytes: 5, left: [] },
      { kind: 'calendar', items: 0, entries: 0, bytes: 0, left: [] },
      { kind: 'apps', items: 1, entries: 2, bytes: 6, left: [] },
      {
        kind: 'files',
        items: 1,
        entries: 2,
        bytes: 3,
        left: [
          { reason: 'name-not-portable', count: 1 },
          { reason: 'name-clash', count: 1 },
        ],
      },
    ]);
    expect(apps).toEqual([facts('org.example')]);
  });

  it('tells the kinds asked for, and can be said over the wire', async () => {
    const { kinds } = await inspectDevice(device, { kinds: ['files', 'calls'] });
    expect(kinds.map(({ kind }) => kind)).toEqual(['calls', 'files']);
    expect(messageSchema.safeParse({ type: 'offer', kinds, lanes: 1 }).success).toBe(true);
  });

  it('adds up what is reported in numbers', async () => {
    const source: Source = {
      device: { platform: 'computer' },
      async *scan({ skip }) {
        skip('files', 'link', 3);
        skip('files', 'link');
        yield* await Promise.resolve([]);
      },
      content: () => ({ type: 'bytes', bytes }),
      segments: (kind, first, signal) => device.segments(kind, first, signal),
      close: () => Promise.resolve(),
    };
    const { kinds } = await inspectDevice(source, { kinds: ['files'] });
    expect(kinds[0]?.left).toEqual([{ reason: 'link', count: 4 }]);
  });

  it('can be stopped', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(inspectDevice(device, { signal })).rejects.toThrow('stopped');
  });
});
