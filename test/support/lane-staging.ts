/** What receiving lanes need of a store: a folder to stage in, and a manifest that has no page yet. */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { StagingStore } from '../../src/transfer/session/staging-store/staging-store.ts';

export function laneStaging(folder: string): Pick<StagingStore, 'manifest' | 'openLane'> {
  const manifest = openSync(join(folder, 'manifest'), 'wx+');
  onTestFinished(() => {
    closeSync(manifest);
  });
  return {
    manifest,
    openLane: () => ({ staging: { type: 'disk', folder }, close: () => Promise.resolve() }),
  };
}
