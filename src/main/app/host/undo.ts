/** Takes the last move into a folder back. */
import { stat } from 'node:fs/promises';
import { MoverError, openFolderDestination, undoMove } from '../../../transfer/index.ts';
import type { TaskOf } from './host-messages.ts';
import type { HostContext } from './context.ts';

export async function undo(task: TaskOf<'undo'>, { post, signal }: HostContext): Promise<void> {
  // Opening a destination makes its folder; there is nothing to take back in a new one.
  const there = await stat(task.destination).catch(() => undefined);
  if (there?.isDirectory() !== true) throw new MoverError('DESTINATION_MISSING');
  const destination = await openFolderDestination(task.destination);
  try {
    const { removed, restored, gone, left } = await undoMove({ destination, signal });
    post({ type: 'undone', outcome: { removed, restored, gone, left: left.length } });
  } finally {
    await destination.close();
  }
}
