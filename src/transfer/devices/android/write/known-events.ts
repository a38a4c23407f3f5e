/** The events of a phone, to look up whether one that comes is there: by the rules of kinds/calendar. */
import type { Component } from '../../../kinds/calendar/component.ts';
import { componentOf } from '../../../kinds/calendar/record.ts';
import { unite } from '../../../kinds/calendar/unite.ts';
import { hash32 } from '../../../kinds/record-merge/hash.ts';

export interface KnownEvent {
  /** Undefined for one that is about to be written. */
  readonly id: number | undefined;
  readonly calendar: number;
}

interface Kept extends KnownEvent {
  /** Latin1. */
  readonly text: string;
}

export type FoundEvent =
  | { readonly state: 'same' }
  | { readonly state: 'less'; readonly event: KnownEvent; readonly there: Component }
  | { readonly state: 'absent' };

export class KnownEvents {
  readonly #events: Kept[] = [];
  readonly #byKey = new Map<number, number[]>();

  add(component: Component, event: KnownEvent): void {
    this.#events.push({ ...event, text: component.text });
    for (const key of [`content\0${component.content}`, `key\0${component.key}`]) {
      const hash = hash32(key);
      const known = this.#byKey.get(hash);
      if (known === undefined) this.#byKey.set(hash, [this.#events.length - 1]);
      else known.push(this.#events.length - 1);
    }
  }

  /**
   * Copies are sought in the calendar that the event goes into, and in those that nothing of this move goes into: an event
   * may rightly be in two calendars.
   */
  find(component: Component, inScope: (calendar: number) => boolean): FoundEvent {
    const { key, content } = component;
    for (const { there } of this.#look(`content\0${content}`, inScope)) {
      if (there.content === content) return { state: 'same' };
    }
    for (const { event, there } of this.#look(`key\0${key}`, inScope)) {
      if (there.key !== key) continue;
      // Some programs give one UID to many events.
      if (there.summary !== component.summary && there.start !== component.start) continue;
      const united = unite(there, component, false);
      if (united === undefined) continue;
      if (united === there.text) return { state: 'same' };
      return { state: 'less', event, there };
    }
    return { state: 'absent' };
  }

  #look(
    key: string,
    inScope: (calendar: number) => boolean,
  ): { readonly event: KnownEvent; readonly there: Component }[] {
    return (this.#byKey.get(hash32(key)) ?? []).flatMap((place) => {
      const event = this.#events[place];
      if (event === undefined || !inScope(event.calendar)) return [];
      const there = componentOf(Buffer.from(event.text, 'latin1'))?.parsed;
      return there === undefined ? [] : [{ event, there }];
    });
  }
}
