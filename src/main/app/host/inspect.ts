/** What the places a person pointed at hold. */
import { inspectDevice, openFolderSource } from '../../../transfer/index.ts';
import type { TaskOf } from './host-messages.ts';
import type { HostContext } from './context.ts';
import { sourceSpec } from './source-spec.ts';

export async function inspect(task: TaskOf<'inspect'>, { post, signal }: HostContext): Promise<void> {
  const source = await openFolderSource(sourceSpec(task.sources));
  try {
    const { kinds, apps } = await inspectDevice(source, { signal });
    post({ type: 'inspection', inspection: { kinds: [...kinds], apps: [...apps] } });
  } finally {
    await source.close();
  }
}
