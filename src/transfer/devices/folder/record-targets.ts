/**
 * Where merged records of a kind go in a device folder. Names of collections come from the peer: one that may not
 * travel as a file name, or that would not be found again, goes with the unnamed collection.
 */
import { basename, dirname, join, parse } from 'node:path';
import { MoverError } from '../../errors.ts';
import type { RecordFile, RecordFormat } from '../../kinds/kind.ts';
import { checkPortableName, collisionKey } from '../../paths/safe-path.ts';
import { pathType } from './path-type.ts';

/** Characters that some file systems cannot hold, and their fullwidth forms: the two are one name when names are compared. */
const UNHOLDABLE = /["*:<>?\\|]/g;
const FULLWIDTH_BY = 0xfee0;

const holdable = (name: string): string =>
  name.replace(UNHOLDABLE, (character) => String.fromCodePoint(character.charCodeAt(0) + FULLWIDTH_BY));

export class RecordTargets {
  readonly #root: string;
  readonly #format: RecordFormat;
  readonly #existing: readonly RecordFile[];
  /** The first file of each collection, by the key that its name is compared by. */
  readonly #collections = new Map<string, RecordFile>();

  /** @param existing what `findRecordFiles` found there. */
  constructor(root: string, format: RecordFormat, existing: readonly RecordFile[]) {
    this.#root = root;
    this.#format = format;
    this.#existing = existing;
    for (const file of existing) {
      const key = file.collection === undefined ? undefined : collisionKey(file.collection);
      if (key !== undefined && !this.#collections.has(key)) this.#collections.set(key, file);
    }
  }

  /**
   * The file of a collection: the one that is there, or the one to be made. Collections whose names differ only in
   * case or spelling share a file.
   * @throws MoverError `DESTINATION_UNWRITABLE` when something else has the name.
   */
  target(collection: string | undefined): string {
    const named = collection === undefined ? undefined : this.#named(collection);
    return named ?? this.#unnamed();
  }

  #named(collection: string): string | undefined {
    const there = this.#collections.get(collisionKey(collection));
    if (there !== undefined) return there.path;
    const { fileName } = this.#format;
    const { name: stem, ext } = parse(fileName);
    const name = holdable(collection) + ext;
    // A hidden file is one that a desktop left behind, and is not read.
    if (name.startsWith('.') || checkPortableName(name) !== undefined) return undefined;
    if (collisionKey(name) === collisionKey(fileName)) return undefined;
    const folder = join(this.#root, pathType(join(this.#root, fileName)) === 'folder' ? fileName : stem);
    if (['file', 'other'].includes(pathType(folder)) || pathType(join(folder, name)) !== 'nothing')
      return undefined;
    return join(folder, name);
  }

  /** `contacts.vcf`; in the folder when there is only a folder. */
  #unnamed(): string {
    const { fileName } = this.#format;
    const single = this.#existing.find(
      (file) => file.collection === undefined && basename(file.path) === fileName,
    );
    if (single !== undefined) return single.path;
    const inFolder = this.#existing.find(({ path }) => dirname(path) !== this.#root);
    const top = join(this.#root, fileName);
    const folder =
      pathType(top) === 'folder' ? top : inFolder === undefined ? this.#root : dirname(inFolder.path);
    const path = join(folder, fileName);
    if (pathType(path) === 'nothing') return path;
    throw new MoverError('DESTINATION_UNWRITABLE', { detail: `${path} is not a file` });
  }
}
