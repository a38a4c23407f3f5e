import { describe, expect, it } from 'vitest';
import { MoverError } from '../../../src/transfer/errors.ts';
import { askPerson } from '../../../src/transfer/session/agreement/ask-person.ts';
import type { Channel } from '../../../src/transfer/wire/channel.ts';
import { Inbox } from '../../../src/transfer/wire/inbox.ts';
import type { Message } from '../../../src/transfer/wire/messages.ts';

const GO: Message = { type: 'go' };

/** A channel of which only the inbox is there. */
function listening(): { channel: Channel; inbox: Inbox } {
  const inbox = new Inbox();
  const channel = { receive: (signal: AbortSignal) => inbox.take(signal) } as unknown as Channel;
  return { channel, inbox };
}

const never = (): Promise<never> => new Promise(() => undefined);

describe('a question to a person', () => {
  it('has its answer, and what is said afterwards is for who listens next', async () => {
    const { channel, inbox } = listening();
    const { signal } = new AbortController();
    expect(await askPerson(channel, signal, () => Promise.resolve('yes'))).toBe('yes');
    inbox.put(GO, 10);
    expect(await channel.receive(signal)).toEqual(GO);
  });

  it('ends when the other side leaves, or this one is stopped', async () => {
    const { channel, inbox } = listening();
    const left = askPerson(channel, new AbortController().signal, never);
    inbox.end(new MoverError('PEER_CANCELLED'));
    await expect(left).rejects.toMatchObject({ code: 'PEER_CANCELLED' });

    const stop = new AbortController();
    const stopped = askPerson(listening().channel, stop.signal, never);
    stop.abort(new MoverError('CANCELLED'));
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it.each(['before', 'with', 'after'] as const)(
    'swallows nothing: a message just %s the answer ends the session or is heard next',
    async (moment) => {
      const { channel, inbox } = listening();
      let answer: (value: string) => void = () => undefined;
      const asked = askPerson(
        channel,
        new AbortController().signal,
        () => new Promise<string>((resolve) => (answer = resolve)),
      );
      if (moment === 'before') inbox.put(GO, 10);
      answer('yes');
      if (moment === 'with') inbox.put(GO, 10);
      if (moment === 'after') queueMicrotask(() => inbox.put(GO, 10));
      const heard = asked.then(
        () => channel.receive(AbortSignal.timeout(1_000)),
        (error: unknown) => Promise.reject(error as Error),
      );
      // Taken as a violation at once, or left for who listens next: never swallowed.
      await heard.then(
        (message) => {
          expect(message).toEqual(GO);
        },
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'PEER_VIOLATION' });
        },
      );
    },
  );

  it('passes on what asking fails with', async () => {
    await expect(
      askPerson(listening().channel, new AbortController().signal, () => Promise.reject(new Error('no'))),
    ).rejects.toThrow('no');
  });
});
