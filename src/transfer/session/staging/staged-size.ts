/** Whether what was verified in staging is still what is to be committed. */
import { lstatSync } from 'node:fs';
import type { Entry } from '../../kinds/entry.ts';
import { stagedPath } from '../../lanes/staged-path.ts';
import type { Staging } from './staging.ts';

/** A sender that begins to send a verified entry once more and then goes leaves it cut: its size shows that. */
export function isStaged(staging: Pick<Staging, 'folder'>, entry: Entry): boolean {
  const stats = lstatSync(stagedPath(staging.folder, entry), { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size === entry.size;
}
