/**
 * A file without a name, for what is too much for memory: gone with the process, however it ends. Only where a system
 * cannot remove an open file (Windows) does it have a name until it is closed.
 */
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MoverError } from '../errors.ts';

export interface AnonymousFile {
  readonly fd: number;
  close(): void;
}

/** Memory as a file system: what is left where the folder for temporary files is full or cannot be written. */
const SHARED_MEMORY = '/dev/shm';

/** @throws MoverError `TEMP_UNWRITABLE` where neither the folder for temporary files nor shared memory takes a file. */
export function openAnonymousFile(): AnonymousFile {
  let failure: unknown;
  for (const parent of [tmpdir(), SHARED_MEMORY]) {
    try {
      return openIn(parent);
    } catch (error) {
      failure ??= error;
    }
  }
  throw new MoverError('TEMP_UNWRITABLE', { detail: tmpdir(), cause: failure });
}

function openIn(parent: string): AnonymousFile {
  const folder = mkdtempSync(join(parent, 'openmover-'));
  let fd: number;
  try {
    fd = openSync(join(folder, 'spool'), 'wx+', 0o600);
  } catch (error) {
    remove(folder);
    throw error;
  }
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
