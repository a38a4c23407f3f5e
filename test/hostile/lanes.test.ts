/** Bytes on a lane that are not what the manifest, the chunk's header or the protocol says. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { blake3 } from '@napi-rs/blake-hash';
import { joinProof } from '../../src/transfer/pairing/join.ts';
import { Ephemeral } from '../../src/transfer/privacy/ephemeral.ts';
import { encodePreface } from '../../src/transfer/wire/lane-preface.ts';
import { exportChannelBinding } from '../../src/transfer/wire/tls-profile.ts';
import { rawTls, untilClosed } from '../support/raw-tls.ts';
import { readTree } from '../support/tree.ts';
import { fileEntry, HostileSender, LARGE_OFFER } from './hostile-sender.ts';
import { chunk, extendedHeader, tarContent, tarEntry, tarHeader } from './tar-bytes.ts';
import { expectRefused, startVictim, usedFolder, type Victim } from './victim.ts';

const CONTENT = Buffer.from('0123456789');
const ENTRIES = [fileEntry(['a.txt'], CONTENT.length), fileEntry(['b.txt'], CONTENT.length)];
const END = Buffer.alloc(1024);
const A = tarEntry('0', CONTENT);
const digestOf = (bytes: Buffer): string => blake3(bytes).toString('base64url');

interface Attack {
  readonly what: string;
  readonly like?: string;
  readonly bytes: Buffer;
}

const ATTACKS: readonly Attack[] = [
  // Tar headers that disagree with the manifest.
  { what: 'an entry larger than the manifest says', bytes: chunk(tarEntry('0', Buffer.alloc(11))) },
  { what: 'an entry smaller than the manifest says', bytes: chunk(tarEntry('0', Buffer.alloc(9))) },
  { what: 'an entry that is not in the manifest', bytes: chunk(tarEntry('2', CONTENT)) },
  { what: 'a path for a name', like: 'node-tar CVE-2021-32804', bytes: chunk(tarEntry('../../x', CONTENT)) },
  { what: 'a number with a leading zero', bytes: chunk(tarEntry('00', CONTENT)) },
  {
    what: 'a symbolic link',
    like: 'node-tar CVE-2021-32803',
    bytes: chunk(tarHeader({ name: '0', size: 0, type: '2', linkName: '/etc' })),
  },
  {
    what: 'a hard link',
    like: 'Warpinator CVE-2023-29380',
    bytes: chunk(tarHeader({ name: '0', size: 0, type: '1', linkName: '1' })),
  },
  {
    what: 'a file with the target of a link',
    bytes: chunk(
      Buffer.concat([tarHeader({ name: '0', size: 10, linkName: '/etc/passwd' }), tarContent(CONTENT)]),
    ),
  },
  { what: 'a character device', bytes: chunk(tarHeader({ name: '0', size: 0, type: '3' })) },
  { what: 'a pipe', bytes: chunk(tarHeader({ name: '0', size: 0, type: '6' })) },
  { what: 'a folder', bytes: chunk(tarHeader({ name: '0', size: 0, type: '5' })) },
  { what: 'a type nobody knows', bytes: chunk(tarHeader({ name: '0', size: 10, type: 'Z' })) },
  {
    what: 'a pax header that renames',
    like: 'node-tar CVE-2021-37701',
    bytes: chunk(Buffer.concat([extendedHeader('x', 'path', '1'), A])),
  },
  {
    what: 'a pax header that resizes',
    like: 'tar-rs CVE-2025-62518',
    bytes: chunk(Buffer.concat([extendedHeader('x', 'size', '10'), A])),
  },
  { what: 'a global pax header', bytes: chunk(Buffer.concat([extendedHeader('g', 'comment', 'x'), A])) },
  { what: 'a GNU long name', bytes: chunk(Buffer.concat([extendedHeader('L', '', '0'), A])) },
  { what: 'a pax header of 8 GiB', bytes: chunk(tarHeader({ name: 'x', size: 0o77777777777, type: 'x' })) },
  {
    what: 'a header whose checksum does not hold',
    bytes: chunk(Buffer.concat([Buffer.from('x'), A.subarray(1)])),
  },
  {
    what: 'an entry after the end of the archive',
    bytes: chunk(Buffer.concat([A, END, tarEntry('1', CONTENT)])),
  },
  { what: 'garbage for a tar', bytes: chunk(randomBytes(4096)) },
  {
    what: 'an entry cut short by the end of the lane',
    bytes: Buffer.concat([chunk(A.subarray(0, 515)), chunk(Buffer.alloc(0), { seq: 1 })]),
  },
  // Chunks that lie.
  { what: 'a chunk altered on the way', bytes: chunk(A, { digest: blake3(Buffer.from('else')) }) },
  { what: 'a chunk repeated', bytes: Buffer.concat([chunk(A), chunk(A)]) },
  { what: 'a chunk dropped', bytes: Buffer.concat([chunk(A), chunk(A, { seq: 2 })]) },
  { what: 'a chunk of another lane', bytes: chunk(A, { lane: 1 }) },
  { what: 'a chunk of 4 GiB', like: 'CWE-789', bytes: chunk(Buffer.alloc(0), { length: 0xffffffff }) },
  { what: 'a chunk one byte over the limit', bytes: chunk(Buffer.alloc(0), { length: 1_048_577 }) },
  {
    what: 'a chunk after the end',
    bytes: Buffer.concat([
      chunk(Buffer.concat([A, END])),
      chunk(Buffer.alloc(0), { seq: 1 }),
      chunk(A, { seq: 2 }),
    ]),
  },
  {
    what: 'an end with another digest',
    bytes: Buffer.concat([chunk(END), chunk(Buffer.alloc(0), { seq: 1, digest: Buffer.alloc(32) })]),
  },
  { what: 'garbage for chunks', bytes: randomBytes(4096) },
];

/** Agreed, two entries named, and a lane open. */
async function streaming(sender: HostileSender): Promise<TLSSocket> {
  await sender.agree();
  await sender.manifest(ENTRIES);
  return sender.lane();
}

/** What the only attempt under way has staged of the first entry. */
function stagedOf(into: string): string {
  const paths = readdirSync(into, { recursive: true }).map(String);
  const path = paths.find((one) => /^\.openmover-[0-9a-f]{8}.files.a\.txt$/.test(one));
  return path === undefined ? '' : readFileSync(join(into, path), 'utf8');
}

describe('a lane that brings', () => {
  it.each(ATTACKS)('$what ends the session', async ({ bytes }) => {
    await expectRefused(async (sender) => {
      (await streaming(sender)).write(bytes);
    });
  });

  it('entries before anything was named ends the session', async () => {
    await expectRefused(async (sender) => {
      await sender.agree();
      (await sender.lane()).write(chunk(A));
    });
  });

  it('an entry that has been verified once more ends the session', async () => {
    await expectRefused(async (sender) => {
      const lane = await streaming(sender);
      lane.write(chunk(A));
      sender.say({ type: 'sent', digests: [[0, digestOf(CONTENT)]], skipped: [] });
      await sender.hear('settled');
      lane.write(chunk(tarEntry('0', Buffer.from('9876543210')), { seq: 1 }));
    });
  });

  it('an entry that has been verified, begun once more and cut, is not touched, and ends the session', async () => {
    await expectRefused(async (sender, { into }) => {
      const lane = await streaming(sender);
      lane.write(chunk(A));
      sender.say({ type: 'sent', digests: [[0, digestOf(CONTENT)]], skipped: [] });
      await sender.hear('settled');
      const verified = stagedOf(into);
      // All of its bytes but the last: its size would be right, and nobody would be told.
      lane.write(chunk(tarEntry('0', Buffer.from('9876543210')).subarray(0, 522), { seq: 1 }));
      await sender.ended();
      expect(stagedOf(into)).toBe(verified);
      expect(verified).toBe(CONTENT.toString());
    });
  });

  it('an entry that another lane writes already ends the session', async () => {
    await expectRefused(async (sender) => {
      await sender.agree([LARGE_OFFER], 2);
      await sender.manifest(ENTRIES);
      const [one, other] = [await sender.lane(0), await sender.lane(1)];
      one.write(chunk(A.subarray(0, 515), { lane: 0 }));
      other.write(chunk(A, { lane: 1 }));
    });
  });

  it('the same lane as another connection is at once is one lane: the newer takes over', async () => {
    await expectRefused(async (sender) => {
      const older = await streaming(sender);
      const gone = untilClosed(older);
      const newer = await sender.lane();
      await gone;
      newer.write(chunk(A, { seq: 7 }));
    });
  });
});

describe('a digest that does not hold', () => {
  it('has the entry sent again, and never counts as verified', async () => {
    await expectRefused(async (sender) => {
      (await streaming(sender)).write(chunk(A));
      sender.say({ type: 'sent', digests: [[0, digestOf(Buffer.from('else'))]], skipped: [] });
      expect(await sender.hear('settled')).toMatchObject({ verified: [], again: [0] });
      sender.say({ type: 'streamed', payload: 10, wire: 10 });
    });
  });
});

describe('a lane without the right proof', () => {
  async function knock(
    victim: Victim,
    sender: HostileSender,
    proof: (binding: Buffer) => Buffer,
  ): Promise<string> {
    const socket = await rawTls(sender.lanePorts[0] ?? victim.address.port);
    socket.write(encodePreface({ lane: 0, index: 9, proof: proof(exportChannelBinding(socket)) }));
    socket.write(chunk(A));
    return untilClosed(socket);
  }

  /** Whoever does not belong to the session is closed without a word, and the session goes on to its receipt. */
  async function expectUnmoved(proof: (sender: HostileSender, binding: Buffer) => Buffer): Promise<void> {
    const into = usedFolder();
    const before = readTree(into);
    const victim = await startVictim(into);
    const sender = await HostileSender.pair(victim.address, victim.code);
    const lane = await streaming(sender);
    expect(await knock(victim, sender, (binding) => proof(sender, binding))).toBe('');
    // From here on as an honest sender would: it is served.
    lane.write(chunk(Buffer.concat([A, tarEntry('1', CONTENT)])));
    sender.say({
      type: 'sent',
      digests: [
        [0, digestOf(CONTENT)],
        [1, digestOf(CONTENT)],
      ],
      skipped: [],
    });
    while (sender.heard.flatMap((one) => (one.type === 'settled' ? one.verified : [])).length < 2) {
      await sender.next();
    }
    sender.say({ type: 'streamed', payload: 20, wire: 2000 });
    await sender.hear('receipt');
    sender.say({ type: 'receipt-ok' });
    // The offer was larger than the manifest, and the receipt does not hide it.
    expect((await victim.receiving).kinds.files).toMatchObject({ offered: LARGE_OFFER.items, added: 2 });
    sender.leave();
    expect(readTree(into)).toMatchObject({
      ...before,
      'files/a.txt': { type: 'file' },
      'files/b.txt': { type: 'file' },
    });
  }

  it('none at all', () => expectUnmoved(() => Buffer.alloc(32)));

  it('of another session', () =>
    expectUnmoved((_sender, binding) => joinProof(new Ephemeral(randomBytes(64)), 'A', 9, binding)));

  it('of another connection of this session', () =>
    expectUnmoved(({ keys }) => joinProof(keys.joinKey, 'A', 9, randomBytes(32))));

  it('of the other role', () =>
    expectUnmoved(({ keys }, binding) => joinProof(keys.joinKey, 'B', 9, binding)));
});
