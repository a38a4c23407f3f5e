/**
 * Gives every entry of a manifest a path that the destination can hold, in the manifest's order: two entries that
 * would be one name there (case, spelling, what was mapped) are both kept, the later under a number. The same manifest
 * gets the same paths every time, so that an interrupted move and the next one find what is there.
 */
import { numberedName } from './numbered-name.ts';
import type { Entry, FileEntry, FolderEntry } from '../kinds/entry.ts';
import { EXACT_NAMES, holdableName, type NameRules } from './name-rules.ts';
import { collisionKey } from '../paths/safe-path.ts';

/** Between the components of a key: no name holds it. */
const SEPARATOR = '\0';

interface Folder {
  readonly stored: string;
  readonly key: string;
}

export class StorableNames {
  readonly #rules: NameRules;
  /** Of every entry and folder, as the destination compares them. */
  readonly #taken = new Set<string>();
  /** By their paths as they came. */
  readonly #folders = new Map<string, Folder>();

  constructor(rules: NameRules) {
    this.#rules = rules;
  }

  /** The entry under the path it has at the destination; itself where that is its own. */
  pathFor(entry: Entry): Entry {
    if (this.#rules === EXACT_NAMES) return entry;
    return entry.type === 'file' || entry.type === 'folder' ? this.#storable(entry) : entry;
  }

  #storable<T extends FileEntry | FolderEntry>(entry: T): T {
    const path: string[] = [];
    let above: Folder = { stored: '', key: '' };
    let original = '';
    for (const [depth, name] of entry.path.entries()) {
      original += name + SEPARATOR;
      const isFolder = depth < entry.path.length - 1 || entry.type === 'folder';
      above = isFolder ? this.#folder(original, name, above) : this.#take(name, above, 'file');
      path.push(above.stored);
    }
    return path.every((name, depth) => name === entry.path[depth]) ? entry : { ...entry, path };
  }

  #folder(original: string, name: string, above: Folder): Folder {
    const known = this.#folders.get(original);
    if (known !== undefined) return known;
    const folder = this.#take(name, above, 'folder');
    this.#folders.set(original, folder);
    return folder;
  }

  #take(name: string, above: Folder, type: 'file' | 'folder'): Folder {
    const nearest = holdableName(name, this.#rules);
    for (let count = 1; ; count += 1) {
      const stored = numberedName(nearest, count, type, this.#rules.bytes);
      const key = above.key + (this.#rules.distinct ? stored : collisionKey(stored)) + SEPARATOR;
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return { stored, key };
    }
  }
}
