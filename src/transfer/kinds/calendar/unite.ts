/**
 * One component out of two versions of it. The base keeps every byte and takes what it lacks: properties, values of those
 * that may stand several times, alarms. Where two values contradict each other, the winner's stands; without a winner the
 * two are not united, and both versions stay.
 */
import { contentOf, type Line, type Node } from './tree.ts';

export interface Version {
  readonly text: string;
  readonly tree: Node;
}

/** Stand once in a component (RFC 5545 section 3.6): two values are a contradiction. */
const ONCE = new Set([
  ...[
    'SUMMARY',
    'DESCRIPTION',
    'LOCATION',
    'DTSTART',
    'DTEND',
    'DUE',
    'DURATION',
    'RRULE',
    'STATUS',
    'CLASS',
  ],
  ...['PRIORITY', 'TRANSP', 'URL', 'GEO', 'COLOR', 'ORGANIZER', 'COMPLETED', 'PERCENT-COMPLETE'],
  ...['ACTION', 'TRIGGER', 'REPEAT'],
]);
/** Stand as often as there are values, so the winner's do not replace another's. */
const MANY = new Set([
  ...['ATTENDEE', 'CATEGORIES', 'COMMENT', 'CONTACT', 'ATTACH', 'EXDATE', 'RDATE', 'RESOURCES'],
  ...['RELATED-TO', 'REQUEST-STATUS', 'CONFERENCE', 'IMAGE'],
]);
/** Different ways to say one thing (RFC 5545 sections 3.6.1 and 3.6.2). */
const END = new Set(['DTEND', 'DURATION', 'DUE']);
/** About the copy, not about the event: the base has its own. */
const OF_THE_COPY = new Set([
  'UID',
  'DTSTAMP',
  'SEQUENCE',
  'LAST-MODIFIED',
  'CREATED',
  'RECURRENCE-ID',
  'ACKNOWLEDGED',
]);

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The base with all that `other` adds to it; the same string when that is nothing, undefined when they contradict each
 * other. `hasWinner`: the base is the newer version. Work is linear in their lines.
 */
export function unite(base: Version, other: Version, hasWinner: boolean): string | undefined {
  const edits = new Union(base, other, hasWinner).edits();
  if (edits === undefined) return undefined;
  if (edits.length === 0) return base.text;
  edits.sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let kept = 0;
  for (const { start, end, text } of edits) {
    parts.push(base.text.slice(kept, start), text);
    kept = end;
  }
  return parts.join('') + base.text.slice(kept);
}

class Union {
  readonly #base: Version;
  readonly #other: Version;
  readonly #hasWinner: boolean;
  #edits: Edit[] = [];

  constructor(base: Version, other: Version, hasWinner: boolean) {
    this.#base = base;
    this.#other = other;
    this.#hasWinner = hasWinner;
  }

  edits(): Edit[] | undefined {
    return this.#nodes(this.#base.tree, this.#other.tree) ? this.#edits : undefined;
  }

  /** False when they contradict each other. */
  #nodes(base: Node, from: Node): boolean {
    const there = new KnownLines(base);
    const own = new Set(base.lines);
    for (const line of from.lines) {
      const known = there.has(line.name);
      if (known && (line.value === '' || OF_THE_COPY.has(line.name))) continue;
      const equal = there.saying(line);
      if (equal !== undefined) this.#sameValue(base, equal, line, own);
      else if (there.says(line.name)) {
        if (this.#hasWinner ? !MANY.has(line.name) : ONCE.has(line.name)) {
          if (!this.#hasWinner) return false;
          continue;
        }
        this.#insert(base.propertiesEnd, line);
      } else {
        const end = END.has(line.name) ? endOf(base) : undefined;
        if (end !== undefined && !this.#hasWinner && end !== endOf(from)) return false;
        if (end === undefined) this.#insert(base.propertiesEnd, line);
      }
      there.add(line);
    }
    this.#children(base, from);
    return true;
  }

  /** The value is there. What its parameters say more is taken in, unless they are the winner's or the time's own. */
  #sameValue(base: Node, equal: readonly Line[], line: Line, own: ReadonlySet<Line>): void {
    if (this.#hasWinner || ONCE.has(line.name) || line.items !== undefined) return;
    if (equal.some((each) => includes(each.parameters, line.parameters))) return;
    const poorer = equal.find((each) => own.has(each) && includes(line.parameters, each.parameters));
    if (poorer === undefined) this.#insert(base.propertiesEnd, line);
    else this.#edits.push({ start: poorer.start, end: poorer.end, text: this.#raw(line) });
  }

  #children(base: Node, from: Node): void {
    const contents = new Set(base.children.map((child) => contentOf(child)));
    const there = new Map(base.children.map((child) => [keyOf(child), child]));
    for (const child of from.children) {
      const content = contentOf(child);
      if (contents.has(content)) continue;
      contents.add(content);
      const known = there.get(keyOf(child));
      const before = this.#edits.length;
      if (known !== undefined && this.#nodes(known, child)) continue;
      this.#edits.length = before;
      this.#insert(base.childrenEnd, child);
    }
  }

  #insert(at: number, what: Line | Node): void {
    this.#edits.push({ start: at, end: at, text: this.#raw(what) });
  }

  #raw({ start, end }: { readonly start: number; readonly end: number }): string {
    const raw = this.#other.text.slice(start, end);
    return /[\r\n]$/.test(raw) ? raw : `${raw}\r\n`;
  }
}

/** Lines of a component by what they say. */
class KnownLines {
  readonly #names = new Set<string>();
  /** Of values that are not empty. */
  readonly #saying = new Set<string>();
  readonly #values = new Map<string, Line[]>();

  constructor(node: Node) {
    for (const line of node.lines) this.add(line);
  }

  add(line: Line): void {
    this.#names.add(line.name);
    if (line.value !== '') this.#saying.add(line.name);
    for (const value of line.items ?? [line.value]) {
      const key = `${line.name}:${value}`;
      const known = this.#values.get(key);
      if (known === undefined) this.#values.set(key, [line]);
      else if (known.length < MOST_ALIKE) known.push(line);
    }
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Whether there is one of that name that is not empty. */
  says(name: string): boolean {
    return this.#saying.has(name);
  }

  /** The lines with that value; of a list, when all its items are in lines of that name. */
  saying({ name, value, items }: Line): readonly Line[] | undefined {
    if (items === undefined) return this.#values.get(`${name}:${value}`);
    return items.every((item) => this.#values.has(`${name}:${item}`)) ? [] : undefined;
  }
}

/** Of one value with different parameters; more would let one record cost the square of its lines. */
const MOST_ALIKE = 16;

function includes(all: readonly string[], some: readonly string[]): boolean {
  return some.length === 0 || (some.length <= MOST_ALIKE && some.every((each) => all.includes(each)));
}

/** What tells an alarm from the others of its event; any other component is told by its UID, or by all it says. */
function keyOf(node: Node): string {
  const valueOf = (name: string): string => node.lines.find((line) => line.name === name)?.value ?? '';
  if (node.name === 'VALARM') return JSON.stringify(['VALARM', valueOf('ACTION'), valueOf('TRIGGER')]);
  const uid = valueOf('UID');
  return JSON.stringify([node.name, uid === '' ? contentOf(node) : uid]);
}

/** When it ends, however that is said; undefined when it is not. */
function endOf(node: Node): string | undefined {
  const valueOf = (name: string): string | undefined =>
    node.lines.find((line) => line.name === name && line.value !== '')?.value;
  const end = valueOf('DTEND') ?? valueOf('DUE');
  const duration = valueOf('DURATION');
  if (end !== undefined || duration === undefined) return end;
  const start = valueOf('DTSTART');
  return start?.startsWith('@') === true ? `@${String(Number(start.slice(1)) + Number(duration))}` : duration;
}
