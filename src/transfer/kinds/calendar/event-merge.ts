/**
 * Takes one component after another into what is there. In the order of arrival:
 * - the same content is there: `same`;
 * - a version of it is there (UID and occurrence are equal; without a UID, all it says but the marks of its revision): the
 *   newer takes what it lacks from the other, and without a winner one takes what the other says more. `merged` when that
 *   changed what is there, otherwise `same`;
 * - versions that contradict each other and of which none is newer, and an event that differs in both summary and start
 *   from all of its UID, which some programs give to many: `added`.
 */
import { hash32 } from '../record-merge/hash.ts';
import { HashMultimap } from '../record-merge/hash-multimap.ts';
import type { RecordStore } from '../record-merge/record-store.ts';
import { compareRevisions, parseComponent, type Component } from './component.ts';
import type { Place } from './places.ts';
import { componentOf } from './record.ts';
import { unite } from './unite.ts';

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
  /** Lets the event loop have its turn: one record can take the better part of a second. */
  readonly pause: () => Promise<void> | undefined;
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

  async take(component: Component, label: number, scope: Scope): Promise<Outcome> {
    const same = this.#find(`content\0${component.content}`, label, scope);
    if (same.some((each) => each.component.content === component.content)) return 'same';
    if (!scope.messages.has(label)) {
      const outcome = await this.#join(component, label, scope);
      if (outcome !== undefined) return outcome;
    }
    this.#index(this.#store.addIncoming(Buffer.from(component.text, 'latin1'), label), component);
    return 'added';
  }

  /** Joins it with a version that is there; undefined when there is none that it can be one with. */
  async #join(component: Component, label: number, scope: Scope): Promise<Outcome | undefined> {
    const { key } = component;
    const versions = this.#find(`key\0${key}`, label, scope)
      .filter((each) => each.component.key === key && !this.#isMessage(each.record, scope))
      .map((each) => ({ ...each, likeness: likeness(each.component, component) }))
      .sort((a, b) => b.likeness - a.likeness);
    for (const { record, component: there, likeness: alike } of versions) {
      await scope.pause();
      if (alike === 0 && there.revision.sequence === component.revision.sequence) continue;
      const order = compareRevisions(component.revision, there.revision);
      const united = order > 0 ? unite(component, there, true) : unite(there, component, order < 0);
      if (united === undefined) continue;
      if (united === there.text) return 'same';
      await scope.pause();
      const bytes = Buffer.from(united, 'latin1');
      // More than one record may hold: both stay.
      const now = componentOf(bytes);
      if (now === undefined) continue;
      this.#store.replace(record, bytes, label);
      this.#index(record, now.parsed);
      return 'merged';
    }
    return undefined;
  }

  #isMessage(record: number, scope: Scope): boolean {
    const label = this.#store.label(record);
    return this.#store.isNew(record) ? scope.messages.has(label) : label === MESSAGE;
  }

  #index(record: number, component: Component): void {
    this.#records.add(hash32(`content\0${component.content}`), record);
    this.#records.add(hash32(`key\0${component.key}`), record);
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

/** How much two of one UID have in common: nothing of what a person knows an event by, one of the two, both, or all. */
function likeness(a: Component, b: Component): 0 | 1 | 2 | 3 {
  if (a.substance() === b.substance()) return 3;
  const summary = a.summary === b.summary ? 1 : 0;
  return a.start === b.start ? (summary === 1 ? 2 : 1) : summary;
}
