/** Which new devices wait on this network, until told to stop. */
import { MoverError } from '../../../transfer/index.ts';
import type { HostDevice } from './host-messages.ts';
import type { HostContext } from './context.ts';
import { emojiFor } from './to-update.ts';

export async function watch({ post, discovery, signal }: HostContext): Promise<void> {
  const found = new Map<string, HostDevice>();
  const tell = (): void => {
    if (!signal.aborted) post({ type: 'devices', devices: [...found.values()] });
  };
  await discovery.browse({
    signal,
    onFound: ({ name, addresses }) => {
      found.set(name, { name, emoji: emojiFor(name), addresses: [...addresses] });
      tell();
    },
    onLost: (name) => {
      if (found.delete(name)) tell();
    },
  });
  throw MoverError.from(signal.reason, 'UNEXPECTED');
}
