/**
 * Looks at every entry that a source gives before it is offered. The receiver would end the session for one that must not
 * travel, and blame this device; a source that was written wrong is told here, where its author sees it.
 */
import { MoverError } from '../errors.ts';
import type { Entry, SegmentEntry } from '../kinds/entry.ts';
import { isEntry } from '../kinds/entry-shape.ts';
import { compareCodePoints } from '../kinds/files/order.ts';
import { type Kind, KINDS, type RecordKind } from '../kinds/kind.ts';
import { TreeKeys } from '../kinds/tree-keys.ts';
import { LIMITS } from '../limits.ts';
import { checkPath, checkPortableName, collisionKey } from '../paths/safe-path.ts';

/** Names of files are in no message: they may be private, and an author finds the entry by its number. */
export const sourceFault = (what: string): MoverError =>
  new MoverError('SOURCE_INVALID', {
    sentence: `The source of this device gave something that cannot be moved: ${what}.`,
  });

export class EntryCheck {
  readonly #kinds: ReadonlySet<Kind>;
  readonly #segments = new Map<RecordKind, number>();
  readonly #apks = new TreeKeys(collisionKey);
  #kind = 0;
  #count = 0;
  #last: readonly string[] = [];
  #lastIsFile = false;
  #inOrder = true;

  /** @param kinds that were asked for. */
  constructor(kinds: readonly Kind[]) {
    this.#kinds = new Set(kinds);
  }

  /** Whether paths came in ascending order, so that none can have come twice; `checkTree` looks for them otherwise. */
  get inOrder(): boolean {
    return this.#inOrder;
  }

  /** @throws MoverError `SOURCE_INVALID`, with what is wrong. */
  check(entry: Entry): void {
    const wrong = this.#problemOf(entry);
    if (wrong !== undefined) throw sourceFault(`entry ${String(this.#count)} (counted from 0) ${wrong}`);
    this.#count += 1;
  }

  #problemOf(entry: Entry): string | undefined {
    if (!isEntry(entry)) return 'is not of the shape of an entry';
    if (!this.#kinds.has(entry.kind)) return `is of the kind ${entry.kind}, which was not asked for`;
    const kind = KINDS.indexOf(entry.kind);
    if (kind < this.#kind) return `is of the kind ${entry.kind}, after one of ${KINDS[this.#kind] ?? ''}`;
    this.#kind = kind;
    switch (entry.type) {
      case 'file':
      case 'folder': {
        const problem = checkPath(entry.path);
        return problem === undefined
          ? this.#orderProblem(entry.path, entry.type === 'file')
          : `has a path that must not travel (${problem})`;
      }
      case 'apk': {
        const problem = checkPath(entry.path, checkPortableName);
        if (problem !== undefined) return `has a path that must not travel (${problem})`;
        return this.#apks.add(entry.path, 'file') ? undefined : 'has the path of another entry';
      }
      case 'segment':
        return this.#segmentProblem(entry);
    }
  }

  #orderProblem(path: readonly string[], isFile: boolean): string | undefined {
    const order = comparePaths(this.#last, path);
    if (order === 'same' && (isFile || this.#lastIsFile)) return 'has the path of another entry';
    if (order === 'above' && this.#lastIsFile) return 'is below a path that is a file';
    if (order === 'after' || order === 'same') this.#inOrder = false;
    this.#last = path;
    this.#lastIsFile = isFile;
    return undefined;
  }

  #segmentProblem({ kind, index, records, size }: SegmentEntry): string | undefined {
    const expected = this.#segments.get(kind) ?? 0;
    if (index !== expected) return `is segment ${String(index)} where ${String(expected)} was to come`;
    this.#segments.set(kind, index + 1);
    const most = records === 1 ? LIMITS.recordBytes + 1 : LIMITS.segmentBytes;
    return size > most ? `is a segment of more than ${String(most)} bytes` : undefined;
  }
}

/** How the first path lies to the second, depth first by code point. The empty path is before all. */
function comparePaths(
  first: readonly string[],
  second: readonly string[],
): 'before' | 'above' | 'same' | 'after' {
  for (let depth = 0; depth < first.length; depth += 1) {
    const there = second[depth];
    if (there === undefined) return 'after';
    const order = compareCodePoints(first[depth] ?? '', there);
    if (order !== 0) return order < 0 ? 'before' : 'after';
  }
  return first.length === second.length ? 'same' : first.length === 0 ? 'before' : 'above';
}

/** For entries whose order does not show it: whether a path came twice, or is a file here and a folder there. */
export class TreeCheck {
  readonly #tree = new TreeKeys();

  /** @throws MoverError `SOURCE_INVALID` */
  check(entry: Entry): void {
    if ((entry.type === 'file' || entry.type === 'folder') && !this.#tree.add(entry.path, entry.type)) {
      throw sourceFault('two entries have one path');
    }
  }
}
