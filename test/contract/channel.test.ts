/** What the session relies on in a control channel, of the real one and of the one in memory. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/transfer/kinds/entry.ts';
import type { Channel } from '../../src/transfer/wire/channel.ts';
import { memoryChannelPair } from '../support/memory/channel.ts';
import type { Message } from '../../src/transfer/wire/messages.ts';
import { pairOverLoopback } from '../support/paired.ts';

interface Ends {
  readonly sender: Channel;
  readonly receiver: Channel;
  close(): Promise<void>;
}

const { signal } = new AbortController();

const ask = (lane: number): Message => ({ type: 'ask', lane, entries: [] });

async function receiveMany(channel: Channel, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  while (messages.length < count) messages.push(await channel.receive(signal));
  return messages;
}

function bigPage(first: number): Message {
  const entries: Entry[] = Array.from({ length: 1_000 }, (_, index) => ({
    type: 'file',
    kind: 'files',
    path: ['Ordner "ä"', 'x'.repeat(200), `\u{1F600}${'ü'.repeat(100)}-${first + index}`],
    size: index,
    mtimeMs: 1.5,
    executable: false,
  }));
  return { type: 'page', first, entries: entries };
}

export function channelContract(name: string, make: () => Promise<Ends>): void {
  describe(`${name} control channel`, () => {
    let ends: Ends;
    beforeEach(async () => {
      ends = await make();
    });
    afterEach(() => ends.close());

    it('delivers messages in order, each exactly once, both ways at the same time', async () => {
      const numbers = Array.from({ length: 500 }, (_, number) => number);
      for (const number of numbers) {
        ends.sender.send(ask(number));
        ends.receiver.send(ask(number + 1_000));
      }
      const [there, here] = await Promise.all([
        receiveMany(ends.receiver, numbers.length),
        receiveMany(ends.sender, numbers.length),
      ]);
      expect(there).toEqual(numbers.map((number) => ask(number)));
      expect(here).toEqual(numbers.map((number) => ask(number + 1_000)));
    });

    it('carries whole manifest pages, whatever their names are', async () => {
      const pages = Array.from({ length: 12 }, (_, index) => bigPage(index * 1_000));
      for (const page of pages) ends.sender.send(page);
      expect(await receiveMany(ends.receiver, pages.length)).toEqual(pages);
    });

    it('refuses to send a message that is too large for the peer', () => {
      const page = bigPage(0);
      if (page.type !== 'page') throw new TypeError('not a page');
      const entries = page.entries.map((entry) => ({ ...entry, path: Array(8).fill('x'.repeat(255)) }));
      expect(() => {
        ends.sender.send({ ...page, entries } as Message);
      }).toThrow(RangeError);
    });

    it('is flushed once the peer has everything', async () => {
      ends.sender.send(ask(1));
      await ends.sender.flushed();
      ends.sender.send({ type: 'receipt-ok' });
      await ends.sender.flushed();
      expect(await receiveMany(ends.receiver, 2)).toEqual([ask(1), { type: 'receipt-ok' }]);
    });

    it('gives up waiting for a message when the caller does', async () => {
      const controller = new AbortController();
      const waiting = ends.sender.receive(controller.signal);
      controller.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
      ends.receiver.send(ask(7));
      expect(await ends.sender.receive(signal)).toEqual(ask(7));
    });

    it('hands out what came before the peer closed, then says INTERRUPTED', async () => {
      ends.sender.send(ask(1));
      await ends.sender.flushed();
      await ends.sender.close();
      expect(await ends.receiver.receive(signal)).toEqual(ask(1));
      await expect(ends.receiver.receive(signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
      await expect(ends.sender.receive(signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    });

    it('ends a pending receive when it is closed', async () => {
      const waiting = ends.sender.receive(signal);
      void ends.sender.close();
      await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
    });

    it('passes on why the peer stopped, after what it had said before', async () => {
      ends.sender.send(ask(1));
      ends.sender.send({ type: 'stop', code: 'NO_SPACE' });
      await ends.sender.flushed();
      expect(await ends.receiver.receive(signal)).toEqual(ask(1));
      await expect(ends.receiver.receive(signal)).rejects.toMatchObject({ code: 'NO_SPACE' });
    });

    it('says PEER_CANCELLED when the person at the other device stopped', async () => {
      ends.receiver.send({ type: 'stop', code: 'CANCELLED' });
      await expect(ends.sender.receive(signal)).rejects.toMatchObject({ code: 'PEER_CANCELLED' });
    });

    it.each(['USAGE', 'UNSAFE_RUNTIME', 'SOURCE_MISSING', 'NOTHING_TO_UNDO', 'WRONG_CODE'] as const)(
      'does not take over %s from a peer, which would speak of the wrong device',
      async (code) => {
        ends.receiver.send({ type: 'stop', code });
        await expect(ends.sender.receive(signal)).rejects.toMatchObject({ code: 'PEER_CANCELLED' });
      },
    );

    it('sends nothing after it was closed, and closes as often as one likes', async () => {
      await ends.sender.close();
      ends.sender.send(ask(1));
      await ends.sender.flushed();
      await ends.sender.close();
      await expect(ends.receiver.receive(signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    });

    it('counts what went over the wire', async () => {
      const before = ends.sender.wireBytes;
      ends.sender.send(bigPage(0));
      await ends.receiver.receive(signal);
      expect(ends.sender.wireBytes - before).toBeGreaterThan(300_000);
      expect(ends.receiver.wireBytes).toBeGreaterThan(300_000);
    });
  });
}

channelContract('memory', () => {
  const [sender, receiver] = memoryChannelPair();
  return Promise.resolve({
    sender,
    receiver,
    close: async () => {
      await Promise.all([sender.close(), receiver.close()]);
    },
  });
});

channelContract('TLS', async () => {
  const paired = await pairOverLoopback();
  return {
    sender: paired.sender.channel,
    receiver: paired.receiver.channel,
    close: () => paired.close(),
  };
});
