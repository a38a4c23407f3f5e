/**
 * The folders of a destination, found or made component by component. Each is looked at before it is used: a link that
 * stands where a folder should be is never followed, for it could lead anywhere (Warpinator CVE-2022-42725). What is no
 * folder stays where it is, and ours is called `name (2)`, which is found again in the next run.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MoverError } from '../../errors.ts';
import { numberedName } from '../numbered-name.ts';
import type { CreationObserver } from '../port.ts';
import { pathType } from './path-type.ts';

/** Folders remembered; then all are forgotten. Files come folder by folder, so forgetting costs little. */
const REMEMBERED = 16_384;

const SEPARATOR = '\0';

export class TargetFolders {
  readonly #root: string;
  /** By components: the folder's path, or null when there is none. Only `make` makes one of these come about. */
  readonly #known = new Map<string, string | null>();

  /** @param root real path of a folder that exists. */
  constructor(root: string) {
    this.#root = root;
  }

  /**
   * The folder, made if it was not there.
   * @param components from the root on; the first is the kind's own folder, for which there is no other name.
   * @throws MoverError `DESTINATION_UNWRITABLE` when the kind's own folder is a link or a file; errors of the file system.
   */
  make(
    components: readonly string[],
    observer?: CreationObserver,
  ): { readonly path: string; readonly made: boolean } {
    if (components.length === 0) return { path: this.#root, made: false };
    const known = this.#known.get(components.join(SEPARATOR));
    if (typeof known === 'string') return { path: known, made: false };
    const parent = this.make(components.slice(0, -1), observer).path;
    for (let count = 1; ; count += 1) {
      const path = this.#nth(parent, components, count);
      const found = pathType(path);
      if (found === 'file' || found === 'other') continue;
      const made = found === 'nothing' && makeFolder(path, observer);
      // Made by another program in this moment: look again.
      if (found === 'nothing' && !made) count -= 1;
      else return { path: this.#remember(components, path), made };
    }
  }

  /** The folder, if it is there. */
  find(components: readonly string[]): string | undefined {
    if (components.length === 0) return this.#root;
    const known = this.#known.get(components.join(SEPARATOR));
    if (known !== undefined) return known ?? undefined;
    const parent = this.find(components.slice(0, -1));
    for (let count = 1; parent !== undefined; count += 1) {
      const path = this.#nth(parent, components, count);
      const found = pathType(path);
      if (found === 'folder') return this.#remember(components, path);
      if (found === 'nothing') break;
    }
    this.#remember(components, null);
    return undefined;
  }

  /** To be called when a folder that was there is gone. */
  forget(): void {
    this.#known.clear();
  }

  #nth(parent: string, components: readonly string[], count: number): string {
    const name = components.at(-1) ?? '';
    if (count > 1 && components.length === 1) {
      throw new MoverError('DESTINATION_UNWRITABLE', { detail: `${join(parent, name)} is not a folder` });
    }
    return join(parent, numberedName(name, count, 'folder'));
  }

  #remember<T extends string | null>(components: readonly string[], path: T): T {
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(components.join(SEPARATOR), path);
    return path;
  }
}

function makeFolder(path: string, observer: CreationObserver | undefined): boolean {
  observer?.before([{ type: 'folder', path }]);
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    observer?.failed();
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
