import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeIdentity, type Identity } from '../../../src/transfer/pairing/identity.ts';
import { isPrivateAddress } from '../../../src/transfer/wire/private-address.ts';
import { listenTls, type TlsListener } from '../../../src/transfer/wire/tls-listener.ts';
import { ALPN } from '../../../src/transfer/wire/tls-profile.ts';

// A test has no public address of its own to be reached at, so loopback is called one.
vi.mock('../../../src/transfer/wire/private-address.ts', () => ({ isPrivateAddress: vi.fn() }));

let identity: Identity;
let listener: TlsListener | undefined;
beforeEach(async () => {
  identity = await makeIdentity();
});
afterEach(async () => {
  await listener?.close();
  identity.key.wipe();
});

/** Whether somebody who connects gets through the TLS handshake. */
async function answers(host?: string): Promise<boolean> {
  listener = await listenTls({ identity, host, onSecure: () => undefined });
  const socket = connect({
    host: '127.0.0.1',
    port: listener.port,
    rejectUnauthorized: false,
    ALPNProtocols: [ALPN],
    minVersion: 'TLSv1.3',
  });
  try {
    await once(socket, 'secureConnect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

it('a receiver that nobody gave an address does not answer at a public one', async () => {
  vi.mocked(isPrivateAddress).mockReturnValue(false);
  expect(await answers()).toBe(false);
});

it('a receiver that nobody gave an address answers at a private one', async () => {
  vi.mocked(isPrivateAddress).mockReturnValue(true);
  expect(await answers()).toBe(true);
});

it('a receiver answers at the address a person gave it, a public one too', async () => {
  vi.mocked(isPrivateAddress).mockReturnValue(false);
  expect(await answers('127.0.0.1')).toBe(true);
});
