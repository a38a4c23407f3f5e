import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AppFacts } from '../../../src/transfer/compat/facts.ts';
import { found } from './fake-engine.ts';
import { jsonLines } from './fake-io.ts';
import { run } from './run.ts';

describe('mover discover', () => {
  const discover = () =>
    found([
      { name: 'blue otter', addresses: [{ host: '10.0.0.1', port: 1 }] },
      { name: 'blue otter', addresses: [{ host: '10.0.0.1', port: 1 }] },
      { name: 'a\u001b[2J', addresses: [{ host: 'fe80::1', port: 2 }] },
    ]);

  it('prints each device once, its name escaped', async () => {
    const { exitCode, out } = await run(['discover'], { engine: { discover } });
    expect([exitCode, out]).toEqual([0, 'blue otter  10.0.0.1:1\na\\u{1b}[2J  [fe80::1]:2\n']);
  });

  it('prints one JSON object a line', async () => {
    const { out } = await run(['discover', '--json', '--seconds', '1'], { engine: { discover } });
    expect(jsonLines(out)).toEqual([
      { event: 'found', name: 'blue otter', addresses: ['10.0.0.1:1'] },
      { event: 'found', name: 'a\u001b[2J', addresses: ['[fe80::1]:2'] },
    ]);
  });

  it('finding none is told in words and as JSON, and by the exit code', async () => {
    const { exitCode, out, err } = await run(['discover']);
    expect([exitCode, out]).toEqual([1, '']);
    expect(err).toMatch(/^No new device was found/);
    const json = await run(['discover', '--json']);
    expect(jsonLines(json.out)).toMatchObject([{ event: 'error', code: 'NOT_FOUND' }]);
  });
});

describe('mover inspect', () => {
  const inspectDevice = () =>
    Promise.resolve({
      kinds: [
        { kind: 'calls' as const, items: 2_110, entries: 3, bytes: 99_999, left: [] },
        {
          kind: 'files' as const,
          items: 5,
          entries: 6,
          bytes: 12,
          left: [{ reason: 'link' as const, count: 1 }],
        },
      ],
      apps: [],
    });

  it('shows what is there, per kind', async () => {
    const { exitCode, out } = await run(['inspect', 'd'], { engine: { inspectDevice } });
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /^Pixel 6a \(android\)\n {2}Calls +2,110 +100 kB\n {2}Files +5 +12 B +\(1 × symbolic/,
    );
  });

  it('is one JSON object with --json', async () => {
    const { out } = await run(['inspect', 'd', '--json'], { engine: { inspectDevice } });
    expect(jsonLines(out)).toEqual([
      {
        event: 'inspection',
        device: { platform: 'android', name: 'Pixel 6a' },
        kinds: {
          calls: { items: 2_110, entries: 3, bytes: 99_999, skipped: [] },
          files: { items: 5, entries: 6, bytes: 12, skipped: [{ reason: 'link', count: 1 }] },
        },
      },
    ]);
  });
});

describe('mover apps', () => {
  const app: AppFacts = {
    package: 'org.example.notes',
    label: 'Notes\u202e',
    versionCode: 1,
    minSdk: 30,
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
    sizeBytes: 5,
  };
  const engine = {
    inspectDevice: () => Promise.resolve({ kinds: [], apps: [app] }),
    judgeApps: () => [{ package: app.package, verdict: 'yes' as const, reasons: ['DATA_STAYS'] }],
  };

  it('says of each app whether it can run, in words and as JSON', async () => {
    const into = await mkdtemp(join(tmpdir(), 'openmover-apps-'));
    try {
      const words = await run(['apps', '--from', 'd', '--into', into], { engine });
      expect(words.out).toMatch(/^can move +Notes\\u\{202e\} \(org\.example\.notes\)\n +\S/);
      const json = await run(['apps', '--from', 'd', '--into', into, '--json'], { engine });
      expect(jsonLines(json.out)).toEqual([
        {
          apps: [
            {
              package: 'org.example.notes',
              verdict: 'yes',
              reasons: ['DATA_STAYS'],
              text: expect.stringMatching(/sign in again/i) as string,
            },
          ],
        },
      ]);
    } finally {
      await rm(into, { recursive: true });
    }
  });

  it('makes no folder: a question changes nothing', async () => {
    const openDestination = () => Promise.reject(new Error('opened'));
    const { exitCode, err } = await run(['apps', '--from', 'd', '--into', '/no/such/folder'], {
      engine: { ...engine, openDestination },
    });
    expect(exitCode).toBe(2);
    expect(err).toContain('/no/such/folder');
  });
});
