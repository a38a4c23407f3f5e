/** A question to the person at this device, during which the other side has nothing to say but may leave. */
import type { Channel } from '../../wire/channel.ts';
import type { Message } from '../../wire/messages.ts';
import { unexpected } from '../expect-message.ts';

type Overheard = { readonly message: Message } | { readonly end: unknown };

/**
 * @throws MoverError as `Channel.receive` does when the session ends before the answer; `PEER_VIOLATION` when the other side
 *   talks on; whatever `ask` throws.
 */
export async function askPerson<T>(channel: Channel, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const listening = new AbortController();
  const overhearing: Promise<Overheard> = channel.receive(AbortSignal.any([signal, listening.signal])).then(
    (message) => ({ message }),
    (end: unknown) => ({ end }),
  );
  try {
    const first = await Promise.race([ask().then((answer) => ({ answer })), overhearing]);
    if ('end' in first) throw first.end;
    if ('message' in first) throw unexpected(first.message);
    listening.abort();
    // What came in the same moment as the answer has been taken from the channel and must not be lost.
    const late = await overhearing;
    if ('message' in late) throw unexpected(late.message);
    return first.answer;
  } finally {
    listening.abort();
  }
}
