/** A question to the person at this device, during which the other side has nothing to say but may leave. */
import type { Channel } from '../wire/channel.ts';
import { unexpected } from './expect-message.ts';

/**
 * @throws MoverError as `Channel.receive` does when the session ends before the answer; `PEER_VIOLATION` when the other side
 *   talks on; whatever `ask` throws.
 */
export async function askPerson<T>(channel: Channel, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const listening = new AbortController();
  const onAbort = (): void => {
    listening.abort(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const leaving = channel.receive(listening.signal).then((message): never => {
    throw unexpected(message);
  });
  try {
    return await Promise.race([ask(), leaving]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    listening.abort();
  }
}
