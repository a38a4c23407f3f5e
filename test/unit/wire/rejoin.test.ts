import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LIMITS } from '../../../src/transfer/limits.ts';
import { joinProof } from '../../../src/transfer/pairing/join.ts';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import type { ControlSocket } from '../../../src/transfer/wire/control-socket.ts';
import { dial } from '../../../src/transfer/wire/dial.ts';
import type { PairingMessage } from '../../../src/transfer/pairing/messages.ts';
import type { Message } from '../../../src/transfer/wire/messages.ts';
import { openControl } from '../../../src/transfer/wire/open-control.ts';
import { pairAsSender } from '../../../src/transfer/wire/pair-client.ts';
import { receivePairing, sendPairing } from '../../../src/transfer/wire/pairing-io.ts';
import { pairOverLoopback, type Paired } from '../../support/paired.ts';

const { signal } = new AbortController();
const ask = (lane: number): Message => ({ type: 'ask', lane, entries: [] });

let paired: Paired;
beforeEach(async () => {
  paired = await pairOverLoopback();
});
afterEach(async () => {
  vi.useRealTimers();
  await paired.close();
});

/** Rejoins by hand, as the sender would, around the proxy. */
async function rejoinByHand(options: {
  index: number;
  received?: number;
  joinKey?: Ephemeral<Buffer>;
}): Promise<{ socket: ControlSocket; answer: PairingMessage }> {
  const { index, received = 0, joinKey = paired.sender.joinKey } = options;
  const { certificateDigest } = paired.sender;
  const connection = await dial({ host: '127.0.0.1', port: paired.endpoint.port, certificateDigest, signal });
  const socket = await openControl(connection, signal);
  const proof = joinProof(joinKey, 'A', index, socket.channelBinding).toString('base64url');
  sendPairing(socket, { type: 'rejoin-a', index, proof, received });
  const answer = await receivePairing(socket, { timeoutMs: 5_000, signal });
  if (answer.type === 'rejoin-b') socket.admit();
  return { socket, answer };
}

describe('a control connection that is cut', () => {
  it('comes back with nothing lost and nothing doubled, both ways', async () => {
    const { sender, receiver, proxy } = paired;
    const there: number[] = [];
    const here: number[] = [];
    const total = 300;
    const collect = async (channel: typeof sender.channel, into: number[]): Promise<void> => {
      while (into.length < total) {
        const message = await channel.receive(signal);
        if (message.type === 'ask') into.push(message.lane);
        // Cuts with messages on the way: some sent and not arrived, some arrived and not acknowledged.
        if (into === there && into.length % 60 === 0) proxy.cut();
      }
    };
    const send = async (): Promise<void> => {
      for (let number = 0; number < total; number += 1) {
        sender.channel.send(ask(number));
        receiver.channel.send(ask(number));
        if (number % 10 === 0) await new Promise(setImmediate);
      }
    };
    await Promise.all([send(), collect(receiver.channel, there), collect(sender.channel, here)]);
    const expected = Array.from({ length: total }, (_, number) => number);
    expect(there).toEqual(expected);
    expect(here).toEqual(expected);
    expect(proxy.carried).toBeGreaterThan(2);
  });

  it('tells both sides that it is waiting and that it goes on', async () => {
    const { sender, receiver, proxy } = paired;
    const told: string[] = [];
    for (const [name, { channel }] of [
      ['sender', sender],
      ['receiver', receiver],
    ] as const) {
      channel.onWaiting = (until) => told.push(`${name} waits ${until > Date.now() + 50_000}`);
      channel.onResumed = () => told.push(`${name} goes on`);
    }
    proxy.accepting = false;
    proxy.cut();
    await vi.waitUntil(() => told.length === 2, 10_000);
    sender.channel.send(ask(1));
    proxy.accepting = true;
    expect(await receiver.channel.receive(signal)).toEqual(ask(1));
    await vi.waitUntil(() => told.length === 4, 10_000);
    expect(told.slice(0, 2).sort()).toEqual(['receiver waits true', 'sender waits true']);
    expect(told.slice(2).sort()).toEqual(['receiver goes on', 'sender goes on']);
  });

  it('is INTERRUPTED on both sides when the network stays away for longer than anybody waits', async () => {
    const { sender, receiver, proxy } = paired;
    let waiting = 0;
    for (const { channel } of [sender, receiver]) channel.onWaiting = () => (waiting += 1);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const ends = Promise.allSettled([sender.channel.receive(signal), receiver.channel.receive(signal)]);
    sender.channel.send(ask(1));
    proxy.accepting = false;
    proxy.cut();
    while (waiting < 2) await new Promise(setImmediate);
    await vi.advanceTimersByTimeAsync(LIMITS.waitMs);
    // What it had not delivered is not waited for any longer.
    await sender.channel.flushed();
    for (const end of await ends) {
      expect(end).toMatchObject({ status: 'rejected', reason: { code: 'INTERRUPTED' } });
    }
  });

  it('goes on after 25 minutes without a network, and has gathered no timers meanwhile', async () => {
    const { sender, receiver, proxy, retry } = paired;
    let waiting = 0;
    for (const { channel } of [sender, receiver]) channel.onWaiting = () => (waiting += 1);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    proxy.accepting = false;
    proxy.cut();
    while (waiting < 2) await new Promise(setImmediate);
    await vi.advanceTimersByTimeAsync(60_000);
    const timers = vi.getTimerCount();
    await vi.advanceTimersByTimeAsync(24 * 60_000);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(timers + 2);
    proxy.accepting = true;
    vi.useRealTimers();
    retry.now();
    sender.channel.send(ask(1));
    expect(await receiver.channel.receive(signal)).toEqual(ask(1));
  });

  it('ends at once when the other side says that the move is over', async () => {
    const { sender, receiver, proxy } = paired;
    proxy.accepting = false;
    proxy.cut();
    await receiver.channel.close();
    proxy.accepting = true;
    await expect(sender.channel.receive(signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('comes to nobody else: another certificate at the address is not the receiver', async () => {
    const other = await pairOverLoopback();
    try {
      const { certificateDigest } = paired.sender;
      const dialled = dial({ host: '127.0.0.1', port: other.endpoint.port, certificateDigest, signal });
      await expect(dialled).rejects.toMatchObject({ code: 'PAIRING_FAILED' });
    } finally {
      await other.close();
    }
  });
});

describe('whoever wants to come back to a session', () => {
  it('is refused with a wrong proof, and the session does not notice', async () => {
    const joinKey = new Ephemeral(Buffer.alloc(64, 1));
    const { answer } = await rejoinByHand({ index: 1, joinKey });
    expect(answer).toEqual({ type: 'pair-failed', code: 'PAIRING_FAILED' });
    paired.sender.channel.send(ask(1));
    expect(await paired.receiver.channel.receive(signal)).toEqual(ask(1));
  });

  it('is refused with an index that was used before, even with the right key', async () => {
    const { receiver } = paired;
    const first = await rejoinByHand({ index: 5 });
    expect(first.answer.type).toBe('rejoin-b');
    for (const index of [5, 4]) {
      const { answer } = await rejoinByHand({ index });
      expect(answer).toEqual({ type: 'pair-failed', code: 'PAIRING_FAILED' });
    }
    // The one let in is still the session's connection.
    first.socket.send('{"s":1,"a":0,"m":{"type":"go"}}');
    expect(await receiver.channel.receive(signal)).toEqual({ type: 'go' });
  });

  it('cannot use a proof of another connection', async () => {
    const elsewhere = Buffer.alloc(32, 9);
    const { certificateDigest, joinKey } = paired.sender;
    const connection = await dial({
      host: '127.0.0.1',
      port: paired.endpoint.port,
      certificateDigest,
      signal,
    });
    const socket = await openControl(connection, signal);
    const proof = joinProof(joinKey, 'A', 1, elsewhere).toString('base64url');
    sendPairing(socket, { type: 'rejoin-a', index: 1, proof, received: 0 });
    const answer = await receivePairing(socket, { timeoutMs: 5_000, signal });
    expect(answer).toEqual({ type: 'pair-failed', code: 'PAIRING_FAILED' });
  });

  it('is told PAIRING_BUSY when it is another sender', async () => {
    const pairing = pairAsSender({
      host: '127.0.0.1',
      port: paired.endpoint.port,
      secret: new Ephemeral('123456'),
      signal,
    });
    await expect(pairing).rejects.toMatchObject({ code: 'PAIRING_BUSY' });
  });
});

describe('a paired peer that breaks the protocol ends the session with PEER_VIOLATION', () => {
  const nested = `${'['.repeat(17)}${']'.repeat(17)}`;
  it.each([
    ['text that is not JSON', 'hello'],
    ['JSON that nests too deep', `{"a":${nested}}`],
    ['a message of no known type', '{"s":1,"a":0,"m":{"type":"format-disk"}}'],
    ['a message with a key too many', '{"s":1,"a":0,"m":{"type":"go","x":1}}'],
    ['an envelope with a key too many', '{"s":1,"a":0,"m":{"type":"go"},"z":1}'],
    ['a message without number', '{"a":0,"m":{"type":"go"}}'],
    ['a number without message', '{"s":1,"a":0}'],
    ['a number left out', '{"s":2,"a":0,"m":{"type":"go"}}'],
    ['a negative number', '{"s":-1,"a":0,"m":{"type":"go"}}'],
    ['an acknowledgement of what was never sent', '{"a":1}'],
    ['a fractional acknowledgement', '{"a":0.5}'],
    ['a message larger than a megabyte', `{"a":0${' '.repeat(1_048_576)}}`],
  ])('%s', async (_what, text) => {
    const { socket } = await rejoinByHand({ index: 1 });
    socket.send(text);
    await expect(paired.receiver.channel.receive(signal)).rejects.toMatchObject({ code: 'PEER_VIOLATION' });
  });

  it('a message sent twice', async () => {
    const { socket } = await rejoinByHand({ index: 1 });
    socket.send('{"s":1,"a":0,"m":{"type":"go"}}');
    socket.send('{"s":1,"a":0,"m":{"type":"go"}}');
    const { channel } = paired.receiver;
    expect(await channel.receive(signal)).toEqual({ type: 'go' });
    await expect(channel.receive(signal)).rejects.toMatchObject({ code: 'PEER_VIOLATION' });
  });

  it('more received than was sent, on coming back', async () => {
    await rejoinByHand({ index: 1, received: 3 });
    await expect(paired.receiver.channel.receive(signal)).rejects.toMatchObject({ code: 'PEER_VIOLATION' });
  });

  it('and is told so, rather than left to come back', async () => {
    const { socket } = await rejoinByHand({ index: 1 });
    const texts: string[] = [];
    const ended = new Promise((resolve) => {
      socket.onEnd = resolve;
    });
    socket.onText = (text) => texts.push(text.toString());
    socket.send('nonsense');
    expect(await ended).toBe('closed');
    expect(texts).toEqual(['{"s":1,"a":0,"m":{"type":"stop","code":"PEER_VIOLATION"}}']);
  });

  it('by flooding: what waits to be received is bounded', async () => {
    const { socket } = await rejoinByHand({ index: 1 });
    const { channel } = paired.receiver;
    const padding = ' '.repeat(1_000_000);
    const count = 40;
    for (let sequence = 1; sequence <= count; sequence += 1) {
      socket.send(`{"s":${sequence},"a":0,${padding}"m":{"type":"go"}}`);
    }
    // It stops reading after 16 MiB: the rest stays with the flooder until somebody receives.
    await vi.waitUntil(() => channel.wireBytes > 16 * 1024 * 1024, 10_000);
    for (let turn = 0; turn < 500; turn += 1) await new Promise(setImmediate);
    expect(channel.wireBytes).toBeLessThan(24 * 1024 * 1024);
    for (let sequence = 1; sequence <= count; sequence += 1) {
      expect(await channel.receive(signal)).toEqual({ type: 'go' });
    }
  });
});
