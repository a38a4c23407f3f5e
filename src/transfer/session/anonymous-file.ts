/**
 * A file without a name, for what is too much for memory: gone with the process, however it ends. Only where a system
 * cannot remove an open file (Windows) does it have a name until it is closed.
 */
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface AnonymousFile {
  readonly fd: number;
  close(): void;
}

export function openAnonymousFile(): AnonymousFile {
  const folder = mkdtempSync(join(tmpdir(), 'openmover-'));
  const fd = openSync(join(folder, 'spool'), 'wx+', 0o600);
  const named = !remove(folder);
  return {
    fd,
    close() {
      closeSync(fd);
      if (named) remove(folder);
    },
  };
}

function remove(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true });
    return true;
  } catch {
    return false;
  }
}
