/** This computer is the new device: waits to be found, shows codes, asks before it takes anything. */
import { openFolderDestination, receive } from '../../../transfer/index.ts';
import { missingFolders, removeFolders } from '../../missing-folders.ts';
import type { TaskOf } from './host-messages.ts';
import type { HostContext } from './context.ts';
import { toUpdate } from './to-update.ts';

export async function receiveMove(task: TaskOf<'receive'>, context: HostContext): Promise<void> {
  const { post, question, limit, signal } = context;
  limit.set(task.limit);
  const made = missingFolders(task.destination);
  const destination = await openFolderDestination(task.destination);
  try {
    await receive({
      destination,
      // "Undo" is always offered, and cannot be decided on afterwards.
      keepUndo: true,
      // "Stop and forget" says so.
      dropWhenStopped: true,
      limit,
      onEvent: (event) => {
        const update = toUpdate(event, {
          role: 'receiver',
          freeBytes: () => destination.space().freeBytes,
        });
        if (update !== undefined) post({ type: 'update', update });
      },
      onOffer: async () => {
        const answer = await question.ask();
        return answer.accept ? { accept: true, kinds: answer.kinds } : { accept: false };
      },
      signal,
    });
  } finally {
    await destination.close();
    // A move that came to nothing leaves no empty folder; one that holds something stays.
    removeFolders(made);
  }
}
