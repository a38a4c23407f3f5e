/**
 * Takes one component after another into what is there (FORMATS.md, "Calendar"). In the order of arrival:
 * - the same content is there: `same`;
 * - its key (UID and RECURRENCE-ID, or summary, start and rule) is there: the newer of the two stays, `merged` when
 *   that is the one that came;
 * - otherwise `added`.
 * A file that gives several events one UID and one revision, as some programs do, keeps them all: one of them replaces
 * another that came in the same move only when it is newer.
 */
import { hash32 } from '../splice/hash.ts';
import { HashMultimap } from '../splice/hash-multimap.ts';
import type { RecordStore } from '../splice/record-store.ts';
import { compareRevisions, parseComponent, type Component } from './component.ts';
import type { Place } from './places.ts';

type Outcome = 'added' | 'merged' | 'same';

interface Candidate {
  readonly record: number;
  readonly component: Component;
}

/** Which files the copies of an event may lie in for them to be one. */
export interface Scope {
  /** Path of each source of the store. */
  readonly sources: readonly string[];
  /** Paths that arriving calendars belong into. */
  readonly targets: ReadonlySet<string>;
  /** By label of the calendars that arrive. */
  readonly places: readonly Place[];
  /** Labels of those that hold messages about events, not events. */
  readonly messages: ReadonlySet<number>;
}

/** Labels of what is there already. */
const EVENT = 0;
const MESSAGE = 1;

export class EventMerge {
  readonly #store: RecordStore;
  readonly #records = new HashMultimap();

  constructor(store: RecordStore) {
    this.#store = store;
  }

  /** Bytes of memory that grow with the records. */
  get byteLength(): number {
    return this.#records.byteLength + this.#store.byteLength;
  }

  addExisting(offset: number, bytes: Buffer, component: Component | undefined, isMessage: boolean): void {
    const record = this.#store.addExisting(offset, bytes.length, isMessage ? MESSAGE : EVENT);
    if (component !== undefined) this.#index(record, component);
  }

  take(bytes: Buffer, component: Component, label: number, scope: Scope): Outcome {
    const same = this.#find(`content\0${component.content}`, label, scope);
    if (same.some((each) => each.component.content === component.content)) return 'same';
    const { key } = component;
    const versions =
      key === undefined || scope.messages.has(label)
        ? []
        : this.#find(`key\0${key}`, label, scope).filter(
            (each) => each.component.key === key && !this.#isMessage(each.record, scope),
          );
    const there = versions.filter((each) => each.record < this.#store.existing);
    const rivals = there.length > 0 ? there : versions;
    const [first] = rivals;
    if (first !== undefined) {
      const newest = rivals.reduce(
        (best, each) =>
          compareRevisions(each.component.revision, best.component.revision) > 0 ? each : best,
        first,
      );
      const order = compareRevisions(component.revision, newest.component.revision);
      if (order > 0) {
        this.#store.replace(newest.record, bytes, label);
        this.#index(newest.record, component);
        return 'merged';
      }
      if (order < 0 || there.length > 0) return 'same';
    }
    this.#index(this.#store.addIncoming(bytes, label), component);
    return 'added';
  }

  #isMessage(record: number, scope: Scope): boolean {
    const label = this.#store.label(record);
    return this.#store.isNew(record) ? scope.messages.has(label) : label === MESSAGE;
  }

  #index(record: number, component: Component): void {
    this.#records.add(hash32(`content\0${component.content}`), record);
    if (component.key !== undefined) this.#records.add(hash32(`key\0${component.key}`), record);
  }

  #find(text: string, label: number, scope: Scope): Candidate[] {
    const found: Candidate[] = [];
    for (const record of this.#records.get(hash32(text))) {
      if (!this.#isInScope(record, label, scope)) continue;
      const component = parseComponent(this.#store.read(record));
      if (component !== undefined) found.push({ record, component });
    }
    return found;
  }

  /**
   * An event may rightly be in two calendars, so copies are sought in the file it belongs into; and in files that
   * nothing of this move belongs into: there a person, or an earlier move, keeps it in another order.
   */
  #isInScope(record: number, label: number, scope: Scope): boolean {
    const target = scope.places[label]?.path;
    const source = this.#store.sourceOf(record);
    if (source === undefined) return scope.places[this.#store.label(record)]?.path === target;
    const path = scope.sources[source];
    return path === target || (path !== undefined && !scope.targets.has(path));
  }
}
