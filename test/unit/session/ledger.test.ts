import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../src/transfer/session/ledger.ts';
import type { ResumePrefix } from '../../../src/transfer/lanes/manifest-pages.ts';

function ledgerOf(entries: number, held: readonly ResumePrefix[] = []): Ledger {
  const ledger = new Ledger((entry) => held.filter((prefix) => prefix.entry === entry));
  for (let entry = 0; entry < entries; entry += 1) ledger.append(false);
  return ledger;
}

describe('the ledger', () => {
  it('settles an entry when both digests agree, whichever comes first', () => {
    const ledger = ledgerOf(2);
    expect(ledger.addLocalDigest(0, 'x')).toBeUndefined();
    expect(ledger.addPeerDigest(0, 'x')).toEqual({ outcome: 'staged', digest: 'x', sent: true });
    expect(ledger.addPeerDigest(1, 'y')).toBeUndefined();
    expect(ledger.settled).toBe(false);
    expect(ledger.addLocalDigest(1, 'y')).toEqual({ outcome: 'staged', digest: 'y', sent: true });
    expect(ledger.settled).toBe(true);
  });

  it('has an entry sent again whose digests differ, and forgets both', () => {
    const ledger = ledgerOf(1);
    ledger.addLocalDigest(0, 'x');
    expect(ledger.addPeerDigest(0, 'y')).toEqual({ outcome: 'damaged' });
    expect(ledger.state(0)).toBe('open');
    expect(ledger.addPeerDigest(0, 'z')).toBeUndefined();
    expect(ledger.addLocalDigest(0, 'z')).toMatchObject({ outcome: 'staged' });
  });

  it('believes a confirmation only for a prefix it holds with that digest', () => {
    const held = [
      { entry: 0, from: 9, digest: 'there', atDestination: true },
      { entry: 1, from: 9, digest: 'here', atDestination: false },
      { entry: 2, from: 9, digest: 'here', atDestination: false },
    ];
    const ledger = ledgerOf(3, held);
    for (const entry of [0, 1, 2]) ledger.addLocalDigest(entry, undefined);
    expect(ledger.addPeerDigest(0, 'there')).toEqual({ outcome: 'same', digest: 'there' });
    expect(ledger.addPeerDigest(1, 'here')).toEqual({ outcome: 'staged', digest: 'here', sent: false });
    expect(ledger.addPeerDigest(2, 'something else')).toEqual({ outcome: 'damaged' });
  });

  it('counts folders as settled and skipped entries once', () => {
    const ledger = ledgerOf(1);
    ledger.append(true);
    expect(ledger.state(1)).toBe('folder');
    expect(ledger.skipped(0)).toBe(true);
    expect(ledger.skipped(0)).toBe(false);
    expect(ledger.settled).toBe(true);
    expect(ledger.addLocalDigest(0, 'late')).toBeUndefined();
  });

  it('refuses entries that are not in the manifest', () => {
    expect(() => ledgerOf(3).addPeerDigest(3, 'x')).toThrow(
      expect.objectContaining({ code: 'PEER_VIOLATION' }) as Error,
    );
  });

  it('holds a million entries in a few bytes each', () => {
    const ledger = ledgerOf(1_000_000);
    expect(ledger.count).toBe(1_000_000);
    ledger.skipped(999_999);
    expect(ledger.state(999_999)).toBe('skipped');
    expect(ledger.state(999_998)).toBe('open');
  });
});
