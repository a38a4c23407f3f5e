/** The next thing the other side says, where only one thing may come. */
import { MoverError } from '../errors.ts';
import type { Channel } from '../wire/channel.ts';
import type { Message, MessageOf } from '../wire/messages.ts';

/** @throws MoverError `PEER_VIOLATION` when something else comes. */
export async function expectMessage<T extends Message['type']>(
  channel: Channel,
  type: T,
  signal: AbortSignal,
): Promise<MessageOf<T>> {
  const message = await channel.receive(signal);
  if (message.type !== type) throw unexpected(message);
  return message as MessageOf<T>;
}

export function unexpected({ type }: Message): MoverError {
  return new MoverError('PEER_VIOLATION', { detail: `an unexpected ${type}` });
}
