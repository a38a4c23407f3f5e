/** A sender that keeps to the protocol and brings poison: records of no form, and files for folders that are links. */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blake3 } from '@napi-rs/blake-hash';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/transfer/kinds/entry.ts';
import { RECORD_KINDS } from '../../src/transfer/kinds/kind.ts';
import type { KindOffer, Receipt } from '../../src/transfer/wire/messages.ts';
import { scratchFolder } from '../support/scratch.ts';
import { readTree } from '../support/tree.ts';
import { fileEntry, HostileSender, LARGE_OFFER } from './hostile-sender.ts';
import { chunk, tarEntry } from './tar-bytes.ts';
import { startVictim, usedFolder } from './victim.ts';

/** The whole conversation, with these contents; the receipt, or the receiver's failure. */
async function deliver(
  into: string,
  offer: KindOffer,
  brought: readonly (readonly [Entry, Buffer])[],
): Promise<Receipt> {
  const victim = await startVictim(into);
  const sender = await HostileSender.pair(victim.address, victim.code);
  try {
    await sender.agree([offer]);
    await sender.manifest(brought.map(([entry]) => entry));
    const lane = await sender.lane();
    lane.write(chunk(Buffer.concat(brought.map(([, bytes], index) => tarEntry(String(index), bytes)))));
    const digests = brought.map(([, bytes], index) => [index, blake3(bytes).toString('base64url')]);
    sender.say({ type: 'sent', digests, skipped: [] });
    while (
      sender.heard.flatMap((one) => (one.type === 'settled' ? one.verified : [])).length < brought.length
    ) {
      await sender.next();
    }
    sender.say({ type: 'streamed', payload: 0, wire: 0 });
    void sender.hear('receipt').then(
      () => {
        sender.say({ type: 'receipt-ok' });
      },
      () => undefined,
    );
    return await victim.receiving;
  } finally {
    sender.leave();
  }
}

const POISON = [
  'not JSON',
  'null',
  '42',
  '"text"',
  '[]',
  '{}',
  '{"__proto__":{"polluted":true}}',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  '{"card":"BEGIN:VCARD"}',
  '"BEGIN:VEVENT\\r\\nEND:VCALENDAR\\r\\nBEGIN:VCALENDAR"',
  '"<!DOCTYPE x [<!ENTITY a \\"aaaa\\"><!ENTITY b \\"&a;&a;\\">]><sms body=\\"&b;\\"/>"',
  '"<!DOCTYPE x SYSTEM \\"file:///etc/passwd\\"><call number=\\"1\\"/>"',
  '\ufffd\u0000\u0001',
];

describe('records of no form', () => {
  it.each(RECORD_KINDS)(
    'among %s are left out with a reason, and what was there is as it was',
    async (kind) => {
      const into = usedFolder();
      const before = readTree(into);
      const bytes = Buffer.from(`${POISON.join('\n')}\n`);
      const segment: Entry = { type: 'segment', kind, index: 0, records: POISON.length, size: bytes.length };
      const offer = { ...LARGE_OFFER, kind, items: POISON.length };
      const receipt = await deliver(into, offer, [[segment, bytes]]);
      expect(receipt.outcome).toBe('partial');
      expect(receipt.kinds[kind]?.added).toBe(0);
      expect(receipt.kinds[kind]?.skipped).toEqual([{ reason: 'malformed', count: POISON.length }]);
      expect(readTree(into)).toMatchObject(before);
      expect({}).not.toHaveProperty('polluted');
    },
  );
});

describe('a link planted in the destination', () => {
  it('is not written through: what it leads to stays as it was', async () => {
    const into = usedFolder();
    const outside = scratchFolder();
    mkdirSync(join(outside, 'target'));
    writeFileSync(join(outside, 'target', 'theirs.txt'), 'theirs\n');
    symlinkSync(join(outside, 'target'), join(into, 'files', 'Music'));
    symlinkSync(join(outside, 'target', 'theirs.txt'), join(into, 'files', 'song.txt'));
    const before = readTree(into);
    const elsewhere = readTree(outside);
    const bytes = Buffer.from('poison');
    const brought = [['Music', 'x.txt'], ['Music', 'theirs.txt'], ['song.txt']].map(
      (path) => [fileEntry(path, bytes.length), bytes] as const,
    );
    // All of it arrives, beside the links.
    expect((await deliver(into, LARGE_OFFER, brought)).kinds.files).toMatchObject({ added: 3 });
    expect(readTree(into)).toMatchObject({
      'files/Music (2)/x.txt': { type: 'file' },
      'files/song (2).txt': { type: 'file' },
    });
    expect(readTree(outside)).toEqual(elsewhere);
    expect(readTree(into)).toMatchObject(before);
    expect(readdirSync(outside)).toEqual(['target']);
  });
});
