/** What a paired peer says on the control channel. */
import assert from 'node:assert/strict';
import { decodeEnvelope, encodeEnvelope } from '../../../../src/transfer/wire/envelope.ts';
import type { Entry } from '../../../../src/transfer/kinds/entry.ts';
import type { Message } from '../../../../src/transfer/wire/messages.ts';
import { ManifestGuard } from '../../../../src/transfer/session/manifest/manifest-guard.ts';
import { type Target, unless } from '../target.ts';

const DIGEST = 'A'.repeat(43);
const ENTRIES: Entry[] = [
  { type: 'file', kind: 'files', path: ['a', 'b.txt'], size: 3, mtimeMs: 1.5, executable: false },
  { type: 'folder', kind: 'files', path: ['empty'], size: 0 },
  { type: 'apk', kind: 'apps', path: ['org.example', 'base.apk'], size: 9, mtimeMs: 0 },
  { type: 'segment', kind: 'contacts', index: 0, records: 2, size: 80 },
];
const APP = {
  ...{ package: 'org.example', versionCode: 1, minSdk: 1, targetSdk: 1, abis: [], sizeBytes: 1 },
  ...{ requiredFeatures: [], requiredLibraries: [], signers: [], lineage: [], splits: [] },
  ...{
    splitsRequired: false,
    requiredSplitTypes: [],
    needsGoogle: false,
    needsHuawei: false,
    testOnly: false,
  },
};
const FIGURES = { offered: 1, sent: 1, verified: 1, added: 1, merged: 0, same: 0, renamed: 0, skipped: [] };
const MESSAGES: readonly Message[] = [
  { type: 'hello', device: { platform: 'android', name: 'x' }, identity: DIGEST },
  { type: 'apps', apps: [APP] },
  { type: 'offer', kinds: [{ kind: 'files', items: 1, entries: 1, bytes: 3, left: [] }], lanes: 2 },
  { type: 'verdicts', verdicts: [{ package: 'org.example', verdict: 'yes', reasons: ['DATA_STAYS'] }] },
  { type: 'plan', kinds: ['files'], freeBytes: 9, lanePorts: [40_000] },
  { type: 'begin', kinds: ['files', 'apps'], apps: ['org.example'] },
  { type: 'page', first: 0, entries: ENTRIES },
  { type: 'manifest-end', entries: 4 },
  { type: 'want', first: 0, held: [[0, 2, DIGEST]] },
  { type: 'go' },
  { type: 'ask', lane: 0, entries: [0] },
  { type: 'state', lane: 0, done: [1], held: [[0, 2, DIGEST]] },
  { type: 'sent', digests: [[0, DIGEST]], skipped: [[1, 'changed']] },
  { type: 'settled', verified: [0], again: [1] },
  { type: 'streamed', payload: 3, wire: 900 },
  {
    type: 'receipt',
    receipt: {
      ...{ outcome: 'complete', seconds: 1.5, kinds: { files: FIGURES } },
      bytes: { payload: 3, wire: 900, resumed: 0 },
    },
  },
  { type: 'receipt-ok' },
  { type: 'stop', code: 'NO_SPACE' },
];
const OFFER = (['files', 'apps', 'contacts'] as const).map((kind) => ({
  ...{ kind, items: 10, entries: 10, left: [] },
  bytes: 1_000,
}));

export const messages: Target = {
  promise:
    'it is an envelope whose message fits, its names lead nowhere but into the destination, or it is a violation',
  covers:
    /src\/transfer\/(?:wire\/(?:envelope|json-depth|messages|bulk-shapes)|session\/manifest-guard|stream\/(?:safe-path|tree-keys))\.ts$/,
  tokens: [
    ...['"type":', '"path":["..","x"]', '"__proto__":{"a":1}', '1e999', '-1', 'null', '[[[[', '\\ud800'],
    ...[
      '"s":0',
      '"a":',
      'CON',
      'x.',
      'x ',
      '\\u202e',
      '\\u0000',
      '/',
      '\\\\',
      ':',
      '.openmover-',
      'OPENMO~1',
    ],
  ],
  seeds: () =>
    MESSAGES.map((message, index) => Buffer.from(encodeEnvelope(index + 1, index, JSON.stringify(message)))),
  open: () => (bytes) => {
    const message = unless(['PEER_VIOLATION'], () => decodeEnvelope(bytes))?.content?.message;
    if (message === undefined) return;
    // What was taken can be told again, in no more bytes than it came in, escapes aside.
    assert(JSON.stringify(message).length < 6 * bytes.length + 64);
    if (message.type !== 'page') return;
    const guard = new ManifestGuard({ offer: OFFER, apps: ['org.example'] });
    const taken = unless(['PEER_VIOLATION'], () => {
      for (const entry of message.entries) guard.check(entry);
      return message.entries;
    });
    for (const entry of taken ?? []) {
      if (entry.type === 'segment') continue;
      for (const name of entry.path) assert.doesNotMatch(name, /^\.{1,2}$|[/\\:\0]|[. ]$|^\.openmover-/);
    }
  },
};
