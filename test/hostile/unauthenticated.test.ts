/**
 * Whoever reaches the receiver's port without the code: what they may cost, and that an honest sender is served after
 * them. The bounds one by one are in `test/unit/wire/endpoint.test.ts`, the counting of attempts in
 * `test/unit/wire/pairing.test.ts`.
 */
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { LIMITS } from '../../src/transfer/limits.ts';
import { startInitiator } from '../../src/transfer/pairing/initiator.ts';
import { Ephemeral } from '../../src/transfer/privacy/ephemeral.ts';
import { openControl } from '../../src/transfer/wire/open-control.ts';
import { receivePairing, sendPairing } from '../../src/transfer/wire/pairing-io.ts';
import { rawTcp, rawTls, untilClosed } from '../support/raw-tls.ts';
import { readTree } from '../support/tree.ts';
import { sendHonestly, startVictim, usedFolder, type Victim } from './victim.ts';

const HEAD = 'GET /control HTTP/1.1\r\nHost: openmover\r\n';
const { signal } = new AbortController();

/** The code that was shown before the connections came is still good: they have used up no try of it. */
async function expectUnmoved(attack: (port: number) => Promise<void>): Promise<void> {
  const into = usedFolder();
  const before = readTree(into);
  const victim: Victim = await startVictim(into);
  await attack(victim.address.port);
  expect(readTree(into)).toEqual(before);
  await sendHonestly(victim.address, victim.code);
  expect((await victim.receiving).outcome).toBe('complete');
  expect(victim.events.filter(({ type }) => type === 'attempt-failed')).toEqual([]);
}

it('a flood of connections is let in a few at a time, and costs little memory', async () => {
  const before = process.memoryUsage().rss;
  await expectUnmoved(async (port) => {
    const sockets = await Promise.all(Array.from({ length: 300 }, () => rawTcp(port)));
    const closed = sockets.map(untilClosed);
    // All but the few that may wait are closed at once.
    await Promise.all(closed.map((one) => Promise.race([one, held(sockets, LIMITS.unpairedPerSource)])));
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
  });
  expect(process.memoryUsage().rss - before).toBeLessThan(96 * 1024 * 1024);
});

/** Resolves when no more than `count` of the sockets are open. */
async function held(sockets: readonly { readonly closed: boolean }[], count: number): Promise<void> {
  await expect
    .poll(() => sockets.filter((socket) => !socket.closed).length, { timeout: 15_000 })
    .toBeLessThanOrEqual(count);
}

it('a request that comes byte by byte is given five seconds, however busy it looks', async () => {
  await expectUnmoved(async (port) => {
    const socket = await rawTls(port);
    const closed = untilClosed(socket);
    const began = performance.now();
    let at = 0;
    const dripping = setInterval(() => {
      socket.write(HEAD[at] ?? 'x');
      at += 1;
    }, 100);
    await closed;
    clearInterval(dripping);
    expect(performance.now() - began).toBeLessThan(LIMITS.handshakeMs + 2_000);
  });
});

it.each([
  ['garbage', randomBytes(1000).toString('base64')],
  ['a message of a paired sender', '{"s":1,"a":0,"m":{"type":"receipt-ok"}}'],
  ['brackets', '['.repeat(4_000)],
  ['4 KiB and a byte', `"${'x'.repeat(LIMITS.unpairedMessageBytes)}"`],
  ['a megabyte', `"${'x'.repeat(1_000_000)}"`],
  [
    'a proof of no session',
    JSON.stringify({ type: 'rejoin-a', index: 1, proof: 'A'.repeat(43), received: 0 }),
  ],
  ['the second step first', JSON.stringify({ type: 'confirm-a', tag: 'A'.repeat(86) })],
  [
    'the neutral element for a share',
    JSON.stringify({
      type: 'pair-a',
      share: 'A'.repeat(43),
      associated: { nonce: 'A'.repeat(22), versions: [1], features: [] },
    }),
  ],
])('%s in place of pairing is turned away', async (_what, text) => {
  const into = usedFolder();
  const victim = await startVictim(into);
  const socket = await openControl(await rawTls(victim.address.port), signal);
  const ended = new Promise<void>((resolve) => {
    socket.onEnd = () => {
      resolve();
    };
  });
  socket.send(text);
  await ended;
  await sendHonestly(victim.address, victim.code);
  expect((await victim.receiving).outcome).toBe('complete');
  expect(victim.events.filter(({ type }) => type === 'attempt-failed')).toEqual([]);
});

/** From another address than the honest sender's, as another device would. */
const attacker = { localAddress: '127.0.0.2' };

it.each([
  ['the digits', []],
  ['the QR code', ['qr']],
])(
  'first messages of a sender that claims %s and then falls silent keep nobody out',
  async (_what, features) => {
    await expectUnmoved(async (port) => {
      for (let time = 0; time < 2 * LIMITS.runAttempts; time += 1) {
        const socket = await openControl(await rawTls(port, attacker), signal);
        const { send } = startInitiator({
          secret: new Ephemeral('000000'),
          channelBinding: socket.channelBinding,
          certificateDigest: Buffer.alloc(32),
        });
        if (send.type !== 'pair-a') throw new TypeError('a typist begins with pair-a');
        sendPairing(socket, { ...send, associated: { ...send.associated, features } });
        await receivePairing(socket, { timeoutMs: LIMITS.handshakeMs, signal });
      }
    });
  },
);

it('connections that say nothing, as many as one device may keep open, keep nobody out', async () => {
  await expectUnmoved(async (port) => {
    const count = LIMITS.unpairedPerSource + 10;
    const sockets = await Promise.allSettled(Array.from({ length: count }, () => rawTls(port, attacker)));
    const open = sockets.filter(({ status }) => status === 'fulfilled').length;
    expect(open).toBeLessThanOrEqual(LIMITS.unpairedPerSource);
  });
});
