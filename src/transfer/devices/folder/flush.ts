/** Has the system bring everything that was written to a folder's file system to stable storage. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

/** POSIX has the command; never looked up by PATH, which somebody else may have set. */
const SYNC = ['/bin/sync', '/usr/bin/sync'];

/**
 * One call for all files: syncfs(2) by `sync -f` on Linux, sync(2) on macOS. Node has neither, and fsync(2) for each of
 * 50,000 files takes minutes. Windows has nothing of the kind for a user without rights; there it is a matter of the
 * drive's own policy ("quick removal").
 * @returns whether it was done.
 */
export function flushFileSystem(folder: string): Promise<boolean> {
  const command = process.platform === 'win32' ? undefined : SYNC.find((path) => existsSync(path));
  if (command === undefined) return Promise.resolve(false);
  const args = process.platform === 'linux' ? ['-f', '--', folder] : [];
  return new Promise((resolve) => {
    execFile(command, args, { env: {} }, (error) => {
      resolve(error === null);
    });
  });
}
