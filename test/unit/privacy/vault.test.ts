import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import { Vault } from '../../../src/transfer/privacy/vault.ts';

describe('a vault', () => {
  it('wipes all it holds when the run ends well', async () => {
    const exiting = new EventEmitter();
    const secret = await Vault.during((vault) => Promise.resolve(vault.seal('42')), exiting);
    expect(secret.wiped).toBe(true);
    expect(exiting.listenerCount('exit')).toBe(0);
  });

  it('wipes all it holds when the run fails, and passes the failure on', async () => {
    const bytes = Buffer.from('secret');
    const run = Vault.during((vault) => {
      vault.keep(new Ephemeral(bytes));
      return Promise.reject(new Error('cut'));
    }, new EventEmitter());
    await expect(run).rejects.toThrow('cut');
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  });

  it('wipes all it holds when the process exits', () => {
    const exiting = new EventEmitter();
    const vault = new Vault(exiting);
    const secrets = [vault.seal('a'), vault.seal(Buffer.from('b'))];
    exiting.emit('exit');
    expect(secrets.every((secret) => secret.wiped)).toBe(true);
    expect(vault.wiped).toBe(true);
  });

  it('wipes at once what comes after the end', () => {
    const vault = new Vault(new EventEmitter());
    vault.wipe();
    vault.wipe();
    expect(vault.seal('late').wiped).toBe(true);
  });

  it('lets a value go before the end and leaves the others', () => {
    const vault = new Vault(new EventEmitter());
    const [early, other] = [vault.seal('early'), vault.seal('other')];
    vault.release(early);
    expect([early.wiped, other.wiped]).toEqual([true, false]);
  });

  it('hangs on the real process by default and lets go of it', () => {
    const before = process.listenerCount('exit');
    const vault = new Vault();
    expect(process.listenerCount('exit')).toBe(before + 1);
    vault.wipe();
    expect(process.listenerCount('exit')).toBe(before);
  });
});
