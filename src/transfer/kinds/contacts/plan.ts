/** What a merge is to do with one card to make it say all that another of the same person says. */
import type { CardLine } from './card.ts';
import { KnownProperties, type Standing } from './known-properties.ts';
import type { ComparableProperty } from './comparable-property.ts';

/** What joins a unit that stands in the card already, or is added to it. */
export interface Joining {
  /** All types and parameters that the unit is to have. */
  readonly standing: Standing;
  readonly labels: CardLine[];
  /** A fuller value, of the other card, that stands in place of the unit's own. */
  instead: ComparableProperty | undefined;
}

export interface Plan {
  /** By the unit of either card that they join. */
  readonly joining: ReadonlyMap<ComparableProperty, Joining>;
  readonly additions: readonly ComparableProperty[];
  /** Values of which a card may have one only, and the card has another. */
  readonly alternates: readonly ComparableProperty[];
}

const PARAMETER_NAME = /^[A-Z0-9-]+$/;

class Planner {
  readonly #known: KnownProperties;
  /** The unit that first stood in that place. */
  readonly #places = new Map<Standing, ComparableProperty>();
  readonly joining = new Map<ComparableProperty, Joining>();
  readonly additions: ComparableProperty[] = [];
  readonly alternates: ComparableProperty[] = [];

  constructor(units: readonly ComparableProperty[]) {
    this.#known = new KnownProperties([]);
    for (const unit of units) this.#places.set(this.#known.add(unit), unit);
  }

  take(unit: ComparableProperty): void {
    if (unit.isBlank) return;
    const found = this.#known.find(unit);
    switch (found.state) {
      case 'there':
        this.#join(found.standing, unit, found.also);
        return;
      case 'fuller':
        this.#joiningOf(found.standing).instead = unit;
        this.#known.replace(found.standing, unit);
        this.#join(found.standing, unit);
        return;
      case 'contrary':
        this.alternates.push(unit);
        this.#known.add({ ...unit, isAlternate: true });
        return;
      case 'absent':
        this.additions.push(unit);
        this.#places.set(this.#known.add(unit), unit);
    }
  }

  #joiningOf(standing: Standing): Joining {
    const place = this.#places.get(standing) ?? standing.comparable;
    const known = this.joining.get(place);
    if (known !== undefined) return known;
    const joining: Joining = { standing, labels: [], instead: undefined };
    this.joining.set(place, joining);
    return joining;
  }

  #join(standing: Standing, unit: ComparableProperty, also: readonly Standing[] = []): void {
    // Of two pictures the destination's stays as it is; categories have no types.
    if (unit.meaning.type === 'words') return;
    if (unit.meaning.type === 'photo' && standing.comparable !== unit) return;
    for (const type of unit.types) {
      if (standing.types.has(type) || also.some(({ types }) => types.has(type))) continue;
      standing.types.add(type);
      const { labels } = this.#joiningOf(standing);
      // A value that takes the place of another brings its types with it, but not the lines that label it.
      if (standing.comparable !== unit && !type.startsWith('label:')) continue;
      for (const line of unit.lines.slice(1)) if (!labels.includes(line)) labels.push(line);
    }
    for (const [name, value] of unit.parameters) {
      if ([standing, ...also].some(({ parameters }) => parameters.has(name))) continue;
      if (!PARAMETER_NAME.test(name)) continue;
      standing.parameters.set(name, value);
      const { labels } = this.#joiningOf(standing);
      const line = unit.lines.slice(1).find((each) => each.property?.name === name);
      if (line !== undefined && !labels.includes(line)) labels.push(line);
    }
  }
}

export function planMerge(there: readonly ComparableProperty[], other: readonly ComparableProperty[]): Plan {
  const planner = new Planner(there);
  for (const unit of other) planner.take(unit);
  return planner;
}

/** Whether the card says all already, so that nothing need be written. */
export const isEmptyPlan = ({ joining, additions, alternates }: Plan): boolean =>
  joining.size === 0 && additions.length === 0 && alternates.length === 0;
