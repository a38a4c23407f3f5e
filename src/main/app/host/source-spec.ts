/** Sources as they cross to the host, as the engine takes them. */
import type { openFolderSource } from '../../../transfer/index.ts';
import type { HostSources } from './host-messages.ts';

export type SourceSpec = Parameters<typeof openFolderSource>[0];

/** A list that is there says that the kind is meant, an empty one included: those are left out. */
export function sourceSpec(sources: HostSources): SourceSpec {
  if ('from' in sources) return sources;
  const { apps, ...lists } = sources;
  const given = Object.fromEntries(Object.entries(lists).filter(([, paths]) => paths.length > 0));
  return apps === undefined ? given : { ...given, apps };
}
