/** Paths of a manifest beside each other. */
import { blake3UrlSafeBase64 } from '@napi-rs/blake-hash';
import { DigestSet } from './digest-set.ts';

/** As text first: native buffers are freed only when the event loop turns, and a manifest may come in one turn. */
function keyOf(text: string): Uint8Array {
  return Buffer.from(blake3UrlSafeBase64(text), 'base64url');
}

/** Between the keys of components: no name that may travel holds it, and none is folded to it. */
const SEPARATOR = '\0';

/**
 * The paths of one kind as one tree: no path twice, none that is a file here and a folder there; for names compared by
 * `collisionKey` none that differs only in case or Unicode spelling. Sixteen bytes a path, so that a manifest of millions
 * can be checked while it passes. The order of the paths matters for speed only: neighbours share their folders.
 */
export class TreeKeys {
  /** Of files and folders: the key of each. */
  readonly #all = new DigestSet();
  readonly #folders = new DigestSet();
  readonly #spellings = new DigestSet();
  readonly #emptyFolders = new DigestSet();
  /** Folders of the last path, as spelt, and the key of each with all above it. */
  #lastFolders: string[] = [];
  #lastKeys: string[] = [];
  readonly #key: (name: string) => string;

  /** @param key what a name is compared by. */
  constructor(key: (name: string) => string = (name) => name) {
    this.#key = key;
  }

  /**
   * Adds a path that `checkPath` has passed. False when it cannot stand beside those added before; the set may then
   * hold some of its folders, so the manifest must be given up or the path left out for good.
   */
  add(path: readonly string[], type: 'file' | 'folder'): boolean {
    const name = path.at(-1);
    if (name === undefined) return false;
    const parent = this.#addFolders(path.slice(0, -1));
    if (parent === undefined) return false;
    const key = keyOf(parent + this.#key(name));
    if (type === 'file') return this.#all.add(key);
    return this.#addFolder(key, path) && this.#emptyFolders.add(key);
  }

  /** The key of the folder that the last of `folders` is, undefined when one of them is something else already. */
  #addFolders(folders: readonly string[]): string | undefined {
    let shared = 0;
    while (shared < folders.length && folders[shared] === this.#lastFolders[shared]) shared += 1;
    const keys = this.#lastKeys.slice(0, shared);
    let key = keys.at(-1) ?? '';
    for (let depth = shared; depth < folders.length; depth += 1) {
      const folder = key + this.#key(folders[depth] ?? '');
      if (!this.#addFolder(keyOf(folder), folders.slice(0, depth + 1))) return undefined;
      key = folder + SEPARATOR;
      keys.push(key);
    }
    this.#lastFolders = [...folders];
    this.#lastKeys = keys;
    return key;
  }

  /** A folder may come again, but only spelt the same. */
  #addFolder(key: Uint8Array, path: readonly string[]): boolean {
    const spelling = keyOf(path.join(SEPARATOR));
    if (this.#folders.has(key)) return this.#spellings.has(spelling);
    return this.#all.add(key) && this.#folders.add(key) && this.#spellings.add(spelling);
  }
}
