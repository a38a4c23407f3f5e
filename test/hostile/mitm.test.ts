/**
 * Somebody between the two devices. Elsewhere: a relay that knows the code (`test/unit/wire/pairing.test.ts`, and over
 * all orders of messages `test/property/pairing-machines.test.ts`), reflection of shares and proofs
 * (`test/unit/pairing/machines.test.ts`), older TLS, other ALPN and resumption (`test/unit/wire/endpoint.test.ts`,
 * `dial.test.ts`), another certificate when coming back or at a lane (`rejoin.test.ts`, `lane-join.test.ts`). Here: the
 * same against whole moves, by `send` and `receive`.
 */
import { createServer as createTls, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { makeIdentity } from '../../src/transfer/pairing/identity.ts';
import { ALPN } from '../../src/transfer/wire/tls-profile.ts';
import { rawTls, untilClosed } from '../support/raw-tls.ts';
import { readTree } from '../support/tree.ts';
import { lure } from './hostile-receiver.ts';
import { expectServed, sendHonestly, startVictim, usedFolder } from './victim.ts';

/** Ends TLS towards the sender with a certificate of its own, and passes every byte on to the receiver. */
async function relayTo(port: number): Promise<{ port: number; seen: () => string }> {
  const identity = await makeIdentity();
  let seen = '';
  const open = new Set<Socket>();
  const relay = createTls(
    {
      key: identity.key.use((bytes) => bytes),
      cert: identity.certificate,
      minVersion: 'TLSv1.3',
      ALPNProtocols: [ALPN],
    },
    (client) => {
      void rawTls(port).then((server) => {
        for (const [from, to] of [
          [client, server],
          [server, client],
        ] as const) {
          open.add(from);
          from.on('error', () => from.destroy());
          from.on('close', () => to.destroy());
          from.on('data', (bytes: Buffer) => {
            seen += bytes.toString('latin1');
            to.write(bytes);
          });
        }
      });
    },
  );
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    relay.close();
  });
  return { port: (relay.address() as AddressInfo).port, seen: () => seen };
}

it('a relay between two devices that type and show the right code hears no word of the move', async () => {
  const into = usedFolder();
  const before = readTree(into);
  const victim = await startVictim(into);
  const relay = await relayTo(victim.address.port);
  await expect(sendHonestly({ host: '127.0.0.1', port: relay.port }, victim.code)).rejects.toMatchObject({
    code: 'PAIRING_FAILED',
  });
  expect(relay.seen()).toContain('pair-b');
  expect(relay.seen()).not.toContain('confirm-a');
  expect(relay.seen()).not.toContain('hello');
  victim.stop();
  await expect(victim.receiving).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(readTree(into)).toEqual(before);
  await expectServed(into);
});

it('a second receiver under the same name, found first, learns nothing by which the real one could be had', async () => {
  const [real, spoofed] = [await startVictim(usedFolder()), await startVictim(usedFolder())];
  const before = readTree(spoofed.into);
  // The person reads the code from the real device; discovery has led to the other.
  await expect(sendHonestly(spoofed.address, real.code)).rejects.toMatchObject({ code: 'WRONG_CODE' });
  expect(spoofed.events.filter(({ type }) => type === 'paired')).toEqual([]);
  expect(readTree(spoofed.into)).toEqual(before);
  // The code was not given away: the real device's tries are all there, and it is served.
  await sendHonestly(real.address, real.code);
  expect((await real.receiving).outcome).toBe('complete');
});

it('a certificate swapped once the devices are paired is refused by every lane, and nothing is sent over it', async () => {
  const { receiver, sending } = await lure();
  const impostor = await makeIdentity();
  let heard = 0;
  const lane = createTls(
    {
      key: impostor.key.use((bytes) => bytes),
      cert: impostor.certificate,
      minVersion: 'TLSv1.3',
      ALPNProtocols: [ALPN],
    },
    (socket: TLSSocket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', (bytes: Buffer) => (heard += bytes.length));
    },
  );
  lane.listen(0, '127.0.0.1');
  await once(lane, 'listening');
  onTestFinished(() => {
    lane.close();
  });
  const { kinds } = await receiver.greet();
  const lanePorts = [(lane.address() as AddressInfo).port];
  receiver.say({ type: 'plan', kinds: kinds.map(({ kind }) => kind), freeBytes: 1e12, lanePorts });
  await receiver.hear('begin');
  // It says what was lost rather than go where it is led.
  await receiver.hear('ask');
  expect(heard).toBe(0);
  receiver.say({ type: 'stop', code: 'CANCELLED' });
  await expect(sending).rejects.toMatchObject({ code: 'PEER_CANCELLED' });
});

it.each([
  ['TLS 1.2', { maxVersion: 'TLSv1.2' } as const],
  ['another protocol', { ALPNProtocols: ['http/1.1'] }],
  ['no protocol', { ALPNProtocols: [] }],
])('%s comes to nothing, and the receiver goes on', async (_what, options) => {
  const victim = await startVictim(usedFolder());
  const heard = await rawTls(victim.address.port, options).then(untilClosed, () => '');
  expect(heard).toBe('');
  await sendHonestly(victim.address, victim.code);
  expect((await victim.receiving).outcome).toBe('complete');
});
