/** Whatever a peer sends is a message, or ends with the one error there is for it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { blake3 } from '@napi-rs/blake-hash';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { MoverError } from '../../../src/transfer/errors.ts';
import type { Entry } from '../../../src/transfer/kinds/entry.ts';
import { LIMITS } from '../../../src/transfer/limits.ts';
import { ManifestGuard } from '../../../src/transfer/session/manifest-guard.ts';
import { ReceiveLane } from '../../../src/transfer/stream/receive-lane.ts';
import { StagedFiles } from '../../../src/transfer/stream/staged-file.ts';
import { decodeEnvelope, decodePairing, encodeEnvelope } from '../../../src/transfer/wire/envelope.ts';
import {
  checkDigest,
  encodeEnd,
  encodeHeader,
  FrameDecoder,
  HEADER_BYTES,
} from '../../../src/transfer/wire/frame.ts';
import { decodePreface, encodePreface, PREFACE_BYTES } from '../../../src/transfer/wire/lane-preface.ts';
import type { Message } from '../../../src/transfer/wire/messages.ts';
import { inFolder } from '../../fixtures/apps/in-folder.ts';
import { inputs, SETTINGS } from './mutations.ts';

/** What `work` gives, or undefined when it ends with an error of that code; any other error fails. */
function orViolation<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof MoverError && error.code === 'PEER_VIOLATION') return undefined;
    throw error;
  }
}

const LANE = 3;
const DIGEST = 'A'.repeat(43);
const FILE = {
  type: 'file',
  kind: 'files',
  path: ['a', 'b.txt'],
  size: 3,
  mtimeMs: 1.5,
  executable: false,
} satisfies Entry;
const MESSAGES: readonly Message[] = [
  { type: 'hello', device: { platform: 'android', name: 'x' }, identity: DIGEST },
  { type: 'offer', kinds: [{ kind: 'files', items: 1, entries: 1, bytes: 3, left: [] }], lanes: 2 },
  { type: 'plan', kinds: ['files'], freeBytes: 9, lanePorts: [40_000] },
  {
    type: 'page',
    first: 0,
    entries: [
      FILE,
      { type: 'folder', kind: 'files', path: ['empty'], size: 0 },
      { type: 'apk', kind: 'apps', path: ['org.example', 'base.apk'], size: 9, mtimeMs: 0 },
      { type: 'segment', kind: 'contacts', index: 0, records: 2, size: 80 },
    ],
  },
  { type: 'want', first: 0, held: [[0, 2, DIGEST]] },
  { type: 'sent', digests: [[0, DIGEST]], skipped: [[1, 'changed']] },
  { type: 'stop', code: 'NO_SPACE' },
];
const OFFER = (['files', 'apps', 'contacts'] as const).map((kind) => ({
  ...{ kind, items: 10, entries: 10, left: [] },
  bytes: 1_000,
}));
const TOKENS = [
  '"type":',
  '"path":["..","x"]',
  '"__proto__":{"a":1}',
  '1e999',
  '-1',
  'null',
  '[[[[',
  '\\ud800',
  '"s":0',
];
const envelopes = inputs(
  MESSAGES.map((message, index) => Buffer.from(encodeEnvelope(index + 1, index, JSON.stringify(message)))),
  TOKENS,
);

describe('anything on the control channel', () => {
  it('is an envelope whose message fits, or a violation', () => {
    fc.assert(
      fc.property(envelopes, (bytes) => {
        const envelope = orViolation(() => decodeEnvelope(bytes));
        if (envelope?.content === undefined) return;
        expect(envelope.content.sequence).toBeGreaterThan(0);
        // What was taken can be told again, in no more bytes than it came in, escapes aside.
        expect(JSON.stringify(envelope.content.message).length).toBeLessThan(6 * bytes.length + 64);
      }),
      SETTINGS,
    );
  });

  it('before pairing is a message of the exchange, or a violation', () => {
    const nonce = 'A'.repeat(22);
    const associated = { nonce, versions: [1], features: ['qr'] };
    const seeds = [
      { type: 'pair-a', share: DIGEST, associated },
      { type: 'pair-b', share: DIGEST, associated: { ...associated, certificate: DIGEST } },
      { type: 'confirm-a', tag: 'A'.repeat(86) },
      { type: 'pair-failed', code: 'WRONG_CODE', triesLeft: 2 },
      { type: 'rejoin-a', index: 1, proof: DIGEST, received: 0 },
    ].map((message) => Buffer.from(JSON.stringify(message)));
    fc.assert(
      fc.property(inputs(seeds, TOKENS), (bytes) => {
        const message = orViolation(() => decodePairing(bytes));
        if (message !== undefined) expect(bytes.length).toBeLessThanOrEqual(LIMITS.unpairedMessageBytes);
      }),
      SETTINGS,
    );
  });

  it('as a page of the manifest leads nowhere but into the destination, or is a violation', () => {
    fc.assert(
      fc.property(envelopes, (bytes) => {
        const message = orViolation(() => decodeEnvelope(bytes))?.content?.message;
        if (message?.type !== 'page') return;
        const guard = new ManifestGuard({ offer: OFFER, apps: ['org.example'] });
        const taken = orViolation(() => {
          for (const entry of message.entries) guard.check(entry);
          return message.entries;
        });
        for (const entry of taken ?? []) {
          if (entry.type === 'segment') continue;
          for (const name of entry.path) expect(name).not.toMatch(/^\.{1,2}$|[/\\:\0]/);
        }
      }),
      SETTINGS,
    );
  });
});

describe('anything on a lane', () => {
  it('that should begin it is its preface, or nothing', () => {
    const seed = encodePreface({ lane: 3, index: 9, proof: Buffer.alloc(32, 7) });
    fc.assert(
      fc.property(inputs([seed], ['OML1']), (bytes) => {
        const preface = decodePreface(bytes);
        if (preface !== undefined) {
          expect(bytes.length).toBe(PREFACE_BYTES);
          expect(encodePreface(preface).equals(bytes)).toBe(true);
        }
      }),
      SETTINGS,
    );
  });

  it('is chunks that are what their digest says, or a violation; never more bytes than came', () => {
    const seed = framed(Buffer.from('some content of a lane'), 8);
    fc.assert(
      fc.property(inputs([seed]), fc.integer({ min: 1, max: 200 }), (bytes, step) => {
        const decoder = new FrameDecoder({ lane: LANE });
        let given = 0;
        orViolation(() => {
          for (let from = 0; from < bytes.length; from += step) {
            for (const chunk of decoder.push(bytes.subarray(from, from + step))) {
              checkDigest(chunk);
              given += chunk.payload.length + HEADER_BYTES;
            }
          }
        });
        expect(given).toBeLessThanOrEqual(bytes.length);
      }),
      SETTINGS,
    );
  });

  it('in the tar of an honest framing stages what the manifest names and nothing else, or is a violation', async () => {
    const seeds = [await tarOf({ 0: 'abc', 1: 'x'.repeat(700) }), await tarOf({ 1: 'y'.repeat(700), 0: '' })];
    const tokens = ['../../etc/x', '/abs', 'ustar\0', 'path=../a\n', '\x35', '\x32', 'L', 'x', '0000000'];
    await fc.assert(
      fc.asyncProperty(inputs(seeds, tokens), (tar) =>
        inFolder({}, async (folder) => {
          const socket = new PassThrough();
          const lane = new ReceiveLane({
            socket,
            lane: LANE,
            files: new StagedFiles(),
            lookUp: (number) => {
              const entry = ENTRIES[number];
              return entry && { entry, path: join(folder, String(number)), held: undefined };
            },
            report: () => undefined,
            signal: new AbortController().signal,
          });
          socket.end(framed(tar, 512));
          const end = await lane.run().catch((error: unknown) => {
            if (!(error instanceof MoverError)) throw error;
            return error.code;
          });
          expect(['ended', 'lost', 'PEER_VIOLATION']).toContain(end);
          for (const name of readdirSync(folder)) expect(['0', '1']).toContain(name);
        }),
      ),
      { ...SETTINGS, numRuns: Math.ceil(SETTINGS.numRuns / 3) },
    );
  });
});

const entryOf = (size: number): Entry => ({ ...FILE, path: ['f'], size });
const ENTRIES: readonly Entry[] = [entryOf(3), entryOf(700)];

/** Bytes in chunks with right digests, as a sender that follows the framing would send them. */
function framed(bytes: Buffer, chunkBytes: number): Buffer {
  const frames: Buffer[] = [];
  let seq = 0;
  for (; seq * chunkBytes < bytes.length; seq += 1) {
    const payload = bytes.subarray(seq * chunkBytes, (seq + 1) * chunkBytes);
    const header = Buffer.alloc(HEADER_BYTES);
    encodeHeader(header, 0, {
      lane: LANE,
      seq,
      length: payload.length,
      digest: blake3(Buffer.from(payload)),
    });
    frames.push(header, payload);
  }
  return Buffer.concat([...frames, encodeEnd(LANE, seq)]);
}

async function tarOf(entries: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(entries)) tar.entry({ name }, content);
  tar.finalize();
  const blocks: Buffer[] = [];
  for await (const block of tar) blocks.push(block as Buffer);
  return Buffer.concat(blocks);
}
