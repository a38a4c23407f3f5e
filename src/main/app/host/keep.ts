/** Takes what an interrupted move had verified to its place, without the old device. */
import { keepVerified, openFolderDestination, type Receipt } from '../../../transfer/index.ts';
import type { TaskOf } from './host-messages.ts';
import type { HostContext } from './context.ts';

const NOTHING_KEPT: Receipt = {
  outcome: 'complete',
  kinds: {},
  bytes: { payload: 0, wire: 0, resumed: 0 },
  seconds: 0,
};

export async function keep(task: TaskOf<'keep'>, { post, signal }: HostContext): Promise<void> {
  const destination = await openFolderDestination(task.destination);
  try {
    const receipt = await keepVerified({ destination, keepUndo: true, signal });
    post({ type: 'update', update: { type: 'receipt', receipt: receipt ?? NOTHING_KEPT } });
  } finally {
    await destination.close();
  }
}
