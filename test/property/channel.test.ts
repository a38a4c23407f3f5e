import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/transfer/wire/channel.ts';
import type { Message } from '../../src/transfer/wire/messages.ts';
import { pairOverLoopback } from '../support/paired.ts';

const { signal } = new AbortController();

/** One message, told from others by its number, of some size. */
const message = (number: number, size: number): Message => ({
  type: 'ask',
  lane: number,
  entries: Array<number>(size).fill(number),
});

async function receive(channel: Channel, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  while (messages.length < count) messages.push(await channel.receive(signal));
  return messages;
}

describe('a control channel', () => {
  it('loses, doubles and reorders nothing, whichever byte the network is cut at', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(2_000), { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(2_000), { minLength: 1, maxLength: 40 }),
        fc.array(fc.record({ fromSender: fc.boolean(), after: fc.nat(60_000) }), { maxLength: 3 }),
        async (there, here, cuts) => {
          const paired = await pairOverLoopback();
          const { sender, receiver, proxy } = paired;
          try {
            const left = [...cuts];
            // Each of the next connections is cut once so many bytes have passed; the one after them stays.
            proxy.onCarry = (client, server) => {
              const cut = left.shift();
              if (cut === undefined) return;
              let bytes = 0;
              (cut.fromSender ? client : server).on('data', (chunk: Buffer) => {
                bytes += chunk.length;
                if (bytes > cut.after) proxy.cut();
              });
            };
            const expectedThere = there.map((size, number) => message(number, size));
            const expectedHere = here.map((size, number) => message(number, size));
            proxy.cut();
            for (const next of expectedThere) sender.channel.send(next);
            for (const next of expectedHere) receiver.channel.send(next);
            const [atReceiver, atSender] = await Promise.all([
              receive(receiver.channel, there.length),
              receive(sender.channel, here.length),
            ]);
            expect(atReceiver).toEqual(expectedThere);
            expect(atSender).toEqual(expectedHere);
            await Promise.all([sender.channel.flushed(), receiver.channel.flushed()]);
          } finally {
            await paired.close();
          }
        },
      ),
      { numRuns: 15, endOnFailure: true },
    );
  });
});
