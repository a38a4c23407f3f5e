/** The receiver until a sender has paired: listening, found by mDNS, showing a code. */
import { MoverError } from '../../errors.ts';
import { bonjour, randomName } from '../../discovery/index.ts';
import type { Advertisement } from '../../discovery/port.ts';
import { CodeBook } from '../../pairing/code.ts';
import { makeIdentity, type Identity } from '../../pairing/identity.ts';
import { qrText } from '../../pairing/qr.ts';
import type { Vault } from '../../privacy/vault.ts';
import type { PairedSession } from '../../wire/channel.ts';
import { listen, type Endpoint } from '../../wire/endpoint.ts';
import { acceptSender } from '../../wire/pair-server.ts';
import type { Listener } from '../events.ts';

export interface RendezvousOptions {
  readonly name?: string;
  readonly port?: number;
  readonly host?: string;
  readonly advertise?: boolean;
  readonly waitMs?: number;
  readonly onEvent: Listener;
}

const TICK_MS = 1_000;

/**
 * @param vault of the run: takes the certificate's key and every code shown, for a run that ends before it has paired.
 * @throws MoverError `PORT_IN_USE`, `HOST_UNAVAILABLE`, `PAIRING_LOCKED`; the signal's reason.
 */
export async function waitForSender(
  options: RendezvousOptions,
  vault: Vault,
  signal: AbortSignal,
): Promise<{ endpoint: Endpoint; identity: Identity; session: PairedSession }> {
  const { onEvent } = options;
  const identity = await makeIdentity();
  vault.keep(identity.key);
  const endpoint = await listen({ identity, host: options.host, port: options.port });
  const locked = new AbortController();
  const addresses = endpoint.addresses;
  const codeBook = new CodeBook({
    onCode: (code, expiresAt) => {
      const secret = codeBook.qrSecret;
      if (secret === undefined) return;
      const qr = qrText({ secret, certificateDigest: identity.digest, addresses });
      for (const shown of [code, secret, qr]) vault.keep(shown);
      onEvent({ type: 'code', code, qr, expiresAt });
    },
    onLocked: () => {
      locked.abort(new MoverError('PAIRING_LOCKED'));
    },
  });
  let advertisement: Advertisement | undefined;
  const ticking = setInterval(() => {
    codeBook.tick();
  }, TICK_MS);
  try {
    signal.throwIfAborted();
    if (options.advertise !== false) {
      advertisement = await bonjour.advertise({
        ...(options.name === undefined ? {} : { name: options.name }),
        port: endpoint.port,
        addresses: addresses.map(({ host }) => host),
        signal,
      });
    }
    onEvent({ type: 'listening', name: advertisement?.name ?? options.name ?? randomName(), addresses });
    codeBook.renew();
    const session = await acceptSender({
      endpoint,
      identity,
      codeBook,
      waitMs: options.waitMs,
      onAttemptFailed: (code, triesLeft) => {
        onEvent({ type: 'attempt-failed', code, triesLeft });
      },
      signal: AbortSignal.any([signal, locked.signal]),
    });
    // Its goodbye takes a moment that the sender need not wait for.
    advertisement?.stop().catch(() => undefined);
    return { endpoint, identity, session };
  } catch (error) {
    await Promise.all([endpoint.close(), advertisement?.stop()]);
    throw error;
  } finally {
    clearInterval(ticking);
    codeBook.close();
  }
}
