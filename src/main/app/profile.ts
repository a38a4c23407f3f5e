/**
 * Chromium's own folder: made for one run, empty, and gone after it. What a killed app left is removed by the next one.
 */
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The process is in the name, so that the folder of an app that still runs is left alone. */
const NAME = /^openmover-app-(\d{1,10})-[A-Za-z0-9]{6}$/;

export interface Profile {
  readonly folder: string;
  /** Chromium's processes may still write while they end, so this may have to be called again. Never throws. */
  readonly remove: () => void;
}

export function makeProfile(parent: string = tmpdir()): Profile {
  removeAbandoned(parent);
  const folder = mkdtempSync(join(parent, `openmover-app-${process.pid}-`));
  return {
    folder,
    remove: () => {
      removeFolder(folder);
    },
  };
}

/** Those of this user whose process is gone. */
function removeAbandoned(parent: string): void {
  for (const name of namesIn(parent)) {
    const pid = NAME.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const folder = join(parent, name);
    if (isOurs(folder)) removeFolder(folder);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled: it runs.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isOurs(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true) return false;
  return process.getuid === undefined || stats.uid === process.getuid();
}

function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
  } catch {
    // Held open by a process of Chromium's that is ending; what is left is for the next start.
  }
}
