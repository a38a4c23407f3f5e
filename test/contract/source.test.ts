/** What every source promises, and what ours give of one device, whichever way it is read. */
import { chmodSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeSample } from '../../src/main/sample/index.ts';
import type { AppFacts } from '../../src/transfer/compat/facts.ts';
import { openFolderSource } from '../../src/transfer/devices/folder/index.ts';
import { FolderSource } from '../../src/transfer/devices/folder/source.ts';
import { type MemoryDevice, MemorySource } from '../support/memory/source.ts';
import type { Source } from '../../src/transfer/devices/port.ts';
import { SpooledSource } from '../../src/transfer/devices/spooled-source.ts';
import type { App } from '../../src/transfer/kinds/apps/index.ts';
import type { Entry } from '../../src/transfer/kinds/entry.ts';
import { KINDS, type Kind, RECORD_KINDS } from '../../src/transfer/kinds/kind.ts';
import { sourceContract } from '../../src/transfer/testing/index.ts';
import { asyncOf } from '../support/async-of.ts';
import { OneTimeReader } from '../support/device-reader.ts';
import { lineFormats } from '../support/line-format.ts';
import { scratchFolder } from '../support/scratch.ts';
import { StreamingSource } from '../support/streaming-source.ts';
import { writeTree } from '../support/write-tree.ts';

type MakeSource = (held: MemoryDevice) => Source;

const signal = new AbortController().signal;

interface Scanned {
  readonly entries: Entry[];
  readonly left: [Kind, string, number][];
  readonly apps: string[];
}

async function scan(source: Source, kinds: readonly Kind[] = KINDS): Promise<Scanned> {
  const found: Scanned = { entries: [], left: [], apps: [] };
  const entries = source.scan({
    kinds,
    skip: (kind, reason, count = 1) => found.left.push([kind, reason, count]),
    app: (facts) => found.apps.push(facts.package),
    signal,
  });
  for await (const entry of entries) found.entries.push(entry);
  return found;
}

const APP: AppFacts = {
  package: 'org.example.app',
  versionCode: 1,
  minSdk: 23,
  targetSdk: 34,
  ...{ abis: [], requiredFeatures: [], requiredLibraries: [], signers: [], lineage: [], splits: [] },
  ...{
    splitsRequired: false,
    requiredSplitTypes: [],
    needsGoogle: false,
    needsHuawei: false,
    testOnly: false,
  },
  sizeBytes: 3,
};

const PHONE: MemoryDevice = {
  device: { platform: 'android', name: 'Old phone' },
  records: {
    contacts: Array.from({ length: 1_500 }, (_, index) => `contact ${String(index)} é`),
    messages: ['hello', 'bye'],
    calls: ['a call'],
    calendar: ['dinner'],
  },
  apps: [
    {
      facts: APP,
      files: [{ name: 'base.apk', bytes: Buffer.from('apk'), mtimeMs: 1_000 }],
    },
  ],
  files: [
    { path: ['b', 'run.sh'], bytes: Buffer.from('#!'), mtimeMs: 86_400_250, executable: true },
    { path: ['a'], bytes: Buffer.alloc(0), mtimeMs: 1_700_000_000_123 },
    { path: ['\u{1F600}'], bytes: Buffer.from('x'), mtimeMs: 0 },
    { path: ['\uFF5E'], bytes: Buffer.from('y'), mtimeMs: 0 },
    { path: ['b', 'c', 'd'], bytes: Buffer.from('deep'), mtimeMs: 0 },
  ],
  emptyFolders: [
    ['e', 'e'],
    ['b', 'empty'],
  ],
};

function promises(make: MakeSource): void {
  // Their records are lines of the smallest format there is.
  sourceContract(it, { open: () => make(PHONE), checkRecords: false });

  it('tells its device', () => {
    expect(make(PHONE).device).toEqual({ platform: 'android', name: 'Old phone' });
  });

  it('scans kind by kind, files depth first by code point, the same every time', async () => {
    const source = make(PHONE);
    const { entries, left, apps } = await scan(source);
    const names = entries.map((entry) =>
      entry.type === 'segment'
        ? `${entry.kind} ${String(entry.index)}: ${String(entry.records)}`
        : `${entry.kind} ${entry.path.join('/')}${entry.type === 'folder' ? '/' : ''}`,
    );
    expect(names).toEqual([
      'contacts 0: 1000',
      'contacts 1: 500',
      'messages 0: 2',
      'calls 0: 1',
      'calendar 0: 1',
      'apps org.example.app/base.apk',
      'files a',
      'files b/c/d',
      'files b/empty/',
      'files b/run.sh',
      'files e/e/',
      'files \uFF5E',
      'files \u{1F600}',
    ]);
    expect(left).toEqual([]);
    expect(apps).toEqual(['org.example.app']);
    expect(await scan(source)).toEqual({ entries, left, apps });
  });

  it('tells what a file is', async () => {
    const { entries } = await scan(make(PHONE), ['files']);
    expect(entries.find((entry) => entry.type === 'file' && entry.path[1] === 'run.sh')).toEqual({
      type: 'file',
      kind: 'files',
      path: ['b', 'run.sh'],
      size: 2,
      mtimeMs: 86_400_250,
      executable: true,
    });
  });

  it('gives every record once, in order', async () => {
    let text = '';
    for await (const { bytes } of make(PHONE).segments('contacts', 0, signal))
      text += Buffer.from(bytes).toString();
    expect(text.split('\n').slice(0, -1)).toEqual(PHONE.records?.contacts);
  });

  it('leaves behind what may not travel, and says so', async () => {
    const bytes = Buffer.from('x');
    const { entries, left } = await scan(
      make({
        files: [
          { path: ['ok'], bytes, mtimeMs: 0 },
          { path: ['a:b'], bytes, mtimeMs: 0 },
          { path: ['Photo'], bytes, mtimeMs: 0 },
          { path: ['photo'], bytes, mtimeMs: 0 },
          { path: ['.openmover-1'], bytes, mtimeMs: 0 },
        ],
      }),
    );
    expect(entries.map((entry) => 'path' in entry && entry.path[0])).toEqual(['Photo', 'a:b', 'ok', 'photo']);
    expect(left.map(([kind, reason, count]) => [kind, reason, count]).sort()).toEqual([
      ['files', 'name-not-portable', 1],
    ]);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const source = make(PHONE);
    const entries = source.scan({
      kinds: KINDS,
      skip: () => undefined,
      app: () => undefined,
      signal: stop.signal,
    });
    const iterator = entries[Symbol.asyncIterator]();
    await iterator.next();
    stop.abort(new Error('stopped'));
    const rest = async (): Promise<void> => {
      while ((await iterator.next()).done !== true);
    };
    await expect(rest()).rejects.toThrow('stopped');
    await expect(source.segments('contacts', 0, stop.signal)[Symbol.asyncIterator]().next()).rejects.toThrow(
      'stopped',
    );
  });
}

const RECORD_FILES = {
  contacts: 'contacts.vcf',
  messages: 'messages.xml',
  calls: 'calls.xml',
  calendar: 'calendar.ics',
} as const;

/** The same device as files below a folder. */
function writeDevice(held: MemoryDevice): { folder: string; apps: App[] } {
  const folder = scratchFolder();
  writeTree(folder, { 'device.json': JSON.stringify({ openmover: 1, ...held.device }), 'apps/': '' });
  for (const kind of RECORD_KINDS) {
    const lines = held.records?.[kind];
    if (lines !== undefined) writeTree(folder, { [RECORD_FILES[kind]]: `${lines.join('\n')}\n` });
  }
  for (const { path, bytes, mtimeMs, executable } of held.files ?? []) {
    writeTree(join(folder, 'files'), { [path.join('/')]: bytes });
    const place = join(folder, 'files', ...path);
    if (executable === true) chmodSync(place, 0o755);
    utimesSync(place, mtimeMs / 1_000, mtimeMs / 1_000);
  }
  for (const path of held.emptyFolders ?? [])
    writeTree(join(folder, 'files'), { [`${path.join('/')}/`]: '' });
  const apps = (held.apps ?? []).map(({ facts, files }) => ({
    package: facts.package,
    facts,
    files: files.map(({ name, bytes, mtimeMs }) => {
      writeTree(join(folder, 'apps', facts.package), { [name]: bytes });
      return { path: join(folder, 'apps', facts.package, name), name, sizeBytes: bytes.byteLength, mtimeMs };
    }),
  }));
  return { folder, apps };
}

describe('a device folder as a source', () => {
  promises((held) => {
    const { folder, apps } = writeDevice(held);
    return new FolderSource(
      { from: folder },
      {
        formats: lineFormats,
        isCredential: () => false,
        readApps: () => asyncOf(apps),
      },
    );
  });
});

describe('a device in memory as a source', () => {
  promises((held) => new MemorySource(held));
});

describe('a device of streams as a source', () => {
  promises((held) => new StreamingSource(held));
});

describe('a device that gives its records once, as a source', () => {
  promises((held) => new SpooledSource(new OneTimeReader(held), lineFormats));
});

describe('a device folder with records of every kind', () => {
  sourceContract(it, {
    open: async () => {
      const from = join(scratchFolder(), 'device');
      await makeSample({ into: from, contacts: 20, messages: 30, calls: 10, events: 10, apps: 1, files: 3 });
      return openFolderSource({ from });
    },
  });
});
