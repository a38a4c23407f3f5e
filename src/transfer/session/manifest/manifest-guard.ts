/**
 * Looks at every entry of a manifest before anything is done with it: names that could leave their folder or clash,
 * kinds and apps nobody asked for, counts and sizes beyond the offer. A manifest that lies ends the session.
 */
import { MoverError } from '../../errors.ts';
import type { Entry } from '../../kinds/entry.ts';
import type { Kind } from '../../kinds/kind.ts';
import { LIMITS } from '../../limits.ts';
import { checkPath, checkPortableName, collisionKey } from '../../paths/safe-path.ts';
import { TreeKeys } from '../../kinds/tree-keys.ts';
import type { KindOffer } from '../../wire/messages.ts';

interface Expected {
  entries: number;
  bytes: number;
  records: number;
  segments: number;
}

const violation = (detail: string): MoverError => new MoverError('PEER_VIOLATION', { detail });

export class ManifestGuard {
  readonly #left = new Map<Kind, Expected>();
  readonly #apps: ReadonlySet<string>;
  readonly #files = new TreeKeys();
  readonly #apks = new TreeKeys(collisionKey);
  #count = 0;

  constructor(agreed: { readonly offer: readonly KindOffer[]; readonly apps: readonly string[] }) {
    for (const { kind, entries, bytes, items } of agreed.offer) {
      this.#left.set(kind, { entries, bytes, records: items, segments: 0 });
    }
    this.#apps = new Set(agreed.apps);
  }

  /** Entries seen so far. */
  get count(): number {
    return this.#count;
  }

  /** @throws MoverError `PEER_VIOLATION`. */
  check(entry: Entry): void {
    this.#count += 1;
    if (this.#count > LIMITS.entries) throw violation('too many entries');
    const left = this.#left.get(entry.kind);
    if (left === undefined) throw violation('an entry of a kind nobody asked for');
    left.entries -= 1;
    left.bytes -= entry.size;
    if (left.entries < 0 || left.bytes < 0) throw violation('more entries or bytes than were offered');
    switch (entry.type) {
      case 'file':
      case 'folder':
        this.#checkPath(entry.path);
        if (!this.#files.add(entry.path, entry.type)) throw violation('two entries of one name');
        break;
      case 'apk':
        if (!this.#apps.has(entry.path[0])) throw violation('an app nobody asked for');
        if (checkPath(entry.path, checkPortableName) !== undefined)
          throw violation('a name that must not travel');
        if (!this.#apks.add(entry.path, 'file')) throw violation('two entries of one name');
        break;
      case 'segment':
        if (entry.index !== left.segments) throw violation('a segment out of order');
        // A single record may be large, and has a line feed behind it; merging holds a record in memory.
        if (entry.size > (entry.records === 1 ? LIMITS.recordBytes + 1 : LIMITS.segmentBytes)) {
          throw violation('a segment that is too large');
        }
        left.segments += 1;
        left.records -= entry.records;
        if (left.records < 0) throw violation('more records than were offered');
        break;
    }
  }

  #checkPath(path: readonly string[]): void {
    if (checkPath(path) !== undefined) throw violation('a name that must not travel');
  }
}
