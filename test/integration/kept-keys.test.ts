/** The keys of a session are the vault's on both sides, so that every ending wipes them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openFolderDestination, openFolderSource } from '../../src/transfer/index.ts';
import { Ephemeral } from '../../src/transfer/privacy/ephemeral.ts';
import { Vault } from '../../src/transfer/privacy/vault.ts';
import { scratchFolder } from '../support/scratch.ts';
import { startSession } from '../support/session.ts';

/** Remembers the keys that vaults are given, as bytes. */
function keptKeys(): ReadonlySet<Ephemeral<Uint8Array>> {
  const kept = new Set<Ephemeral<Uint8Array>>();
  const keep = Reflect.get(Vault.prototype, 'keep') as (value: unknown) => unknown;
  onTestFinished(() => {
    Reflect.set(Vault.prototype, 'keep', keep);
  });
  Reflect.set(Vault.prototype, 'keep', function remember(this: Vault, value: unknown) {
    if (value instanceof Ephemeral && value.use((held: unknown) => ArrayBuffer.isView(held)))
      kept.add(value as Ephemeral<Uint8Array>);
    return keep.call(this, value);
  });
  return kept;
}

describe('a session', () => {
  it('gives its keys to the vault on both sides, which wipes them when it ends', async () => {
    const [from, into] = [scratchFolder(), scratchFolder()];
    mkdirSync(join(from, 'files'));
    writeFileSync(join(from, 'files/a'), 'a');
    const kept = keptKeys();
    const { receiver, sender } = startSession({
      source: await openFolderSource({ from }),
      destination: await openFolderDestination(into),
    });
    await Promise.all([receiver, sender]);
    // Application key and join key of each side; of the receiver the key of its certificate and the secret of its QR code.
    expect(kept.size).toBe(6);
    expect([...kept].every(({ wiped }) => wiped)).toBe(true);
  });
});
