/** Opening a destination makes its folder; a dry run takes away again what was made for it. */
import { lstatSync, rmdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The folder and those above it that are not there, the innermost first. */
export function missingFolders(folder: string): string[] {
  const missing: string[] = [];
  for (
    let path = resolve(folder);
    lstatSync(path, { throwIfNoEntry: false }) === undefined && path !== dirname(path);
    path = dirname(path)
  ) {
    missing.push(path);
  }
  return missing;
}

/** Removes those that are empty. */
export function removeFolders(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch {
      // Something has come there meanwhile: it stays, and so do the folders above.
      return;
    }
  }
}
