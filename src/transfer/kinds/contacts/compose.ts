/**
 * Writes what one card says more into another card of the same person. The destination's lines stay as they are, byte
 * for byte, save where the other card has a fuller value of what may stand only once or more types of the same value; new
 * lines come before its END, in its version and with its line ends.
 */
import type { Card, CardLine } from './card.ts';
import { convertLine, typeParameter } from './convert.ts';
import type { Joining, Plan } from './plan.ts';
import { ALTERNATE, type ComparableProperty } from './comparable-property.ts';

interface Cards {
  readonly to: Card;
  readonly from: Card;
}

/** Groups that the card does not have: `item1`, `item2` … */
function* freeGroups(card: Card): Generator<string, never> {
  const taken = new Set(card.lines.map((line) => line.property?.group?.toLowerCase()));
  for (let number = 1; ; number++) if (!taken.has(`item${number}`)) yield `item${number}`;
}

type Groups = ReturnType<typeof freeGroups>;

/** The types and parameters that a unit is to have and its own line does not say. */
function joinedParameters({ standing }: Joining, own: ComparableProperty, { to }: Cards): string {
  const types = [...standing.types].filter((type) => !own.types.has(type) && !type.startsWith('label:'));
  const parameters = [...standing.parameters].filter(
    ([name]) => !own.parameters.has(name) && name !== 'X-ABADR',
  );
  const others = parameters.map(([name, value]) => `;${name}=${value}`).join('');
  return typeParameter(types, to.version) + others;
}

/** The line `written`, which begins with a name of `nameLength` characters, with further parameters after the name. */
const withParameters = (written: string, nameLength: number, parameters: string): string =>
  written.slice(0, nameLength) + parameters + written.slice(nameLength);

function labelLines(joining: Joining, group: string, { to, from }: Cards): string {
  return joining.labels.map((line) => convertLine(line, from, to, { group })).join('');
}

/** A unit of the other card as new lines, with what joins it. */
function addition(
  comparable: ComparableProperty,
  joining: Joining | undefined,
  cards: Cards,
  groups: Groups,
): string {
  const { to, from } = cards;
  const own = joining?.instead ?? comparable;
  const [line] = own.lines;
  if (line === undefined) return '';
  const hasLabels = (joining?.labels.length ?? 0) > 0 || comparable.lines.length > 1;
  const inGroup = hasLabels || line.property?.group !== undefined;
  const group = inGroup && line.property !== undefined ? groups.next().value : undefined;
  let written = convertLine(line, from, to, { group });
  if (joining !== undefined && line.property !== undefined) {
    const nameLength = (group === undefined ? 0 : group.length + 1) + line.property.name.length;
    written = withParameters(written, nameLength, joinedParameters(joining, own, cards));
  }
  for (const label of comparable.lines.slice(1)) written += convertLine(label, from, to, { group });
  return written + (joining === undefined || group === undefined ? '' : labelLines(joining, group, cards));
}

/**
 * A value that contradicts one of which the card may have one only: an anniversary as a dated line of its own, as Apple
 * has them; others under a name that no program reads as the property itself.
 */
function alternate(comparable: ComparableProperty, { to, from }: Cards, groups: Groups): string {
  const [line] = comparable.lines;
  if (line?.property === undefined) return '';
  const { name } = line.property;
  if (comparable.name === 'ANNIVERSARY') {
    const clashes = to.lines.some((each) => each.property?.name === name && !name.startsWith('X-ABDATE'));
    const group = clashes || comparable.lines.length > 1 ? groups.next().value : undefined;
    const as = clashes ? 'X-ABDATE' : name;
    const label = clashes ? `${group ?? ''}.X-ABLabel:_$!<Anniversary>!$_${to.lineEnd}` : '';
    const labels = comparable.lines.slice(1).map((each) => convertLine(each, from, to, { group }));
    return convertLine(line, from, to, { group, as }) + label + labels.join('');
  }
  if (comparable.name === 'FN' && to.version === '4.0') return convertLine(line, from, to);
  return convertLine(line, from, to, { as: name.startsWith(ALTERNATE) ? name : ALTERNATE + comparable.name });
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What changes in the text of a unit that stands in the card, and label lines that come with it. */
function editOf(
  comparable: ComparableProperty,
  joining: Joining,
  cards: Cards,
  groups: Groups,
): { edit: Edit; labels: string } {
  const { to, from } = cards;
  const [line] = comparable.lines;
  if (line?.property === undefined) throw new RangeError('nothing joins what is no property');
  const known = line.property.group;
  const group = known ?? (joining.labels.length > 0 ? groups.next().value : undefined);
  const labels = group === undefined ? '' : labelLines(joining, group, cards);
  const [insteadLine] = joining.instead?.lines ?? [];
  if (joining.instead !== undefined && insteadLine?.property !== undefined) {
    const written = convertLine(insteadLine, from, to, { group });
    const nameLength = (group === undefined ? 0 : group.length + 1) + insteadLine.property.name.length;
    const parameters = joinedParameters(joining, joining.instead, cards);
    const text = withParameters(written, nameLength, parameters);
    return { edit: { start: line.start, end: line.end, text }, labels };
  }
  const end = headEnd(to, line);
  const prefix = known === undefined && group !== undefined ? `${group}.` : '';
  const text = prefix + to.text.slice(line.start, end) + joinedParameters(joining, comparable, cards);
  return { edit: { start: line.start, end, text }, labels };
}

/** Where more parameters go: behind the line's own, for readers show the first type; behind its name if the head is folded. */
function headEnd({ text }: Card, line: CardLine): number {
  const { property } = line;
  if (property === undefined) return line.start;
  const length = line.text.length - property.value.length - 1;
  const head = text.slice(line.start, line.start + length);
  return line.start + (line.text.startsWith(head) ? length : property.nameEnd);
}

/** The bytes of `to` as `plan` says, with the UID of `from` when `takesUid`. */
export function applyPlan(to: Card, from: Card, plan: Plan, takesUid: boolean): Buffer {
  const cards = { to, from };
  const groups = freeGroups(to);
  const ownProperties = new Set(plan.additions);
  const edits: Edit[] = [];
  let added = '';
  for (const [comparable, joining] of plan.joining) {
    if (ownProperties.has(comparable)) continue;
    const { edit, labels } = editOf(comparable, joining, cards, groups);
    edits.push(edit);
    added += labels;
  }
  for (const comparable of plan.additions)
    added += addition(comparable, plan.joining.get(comparable), cards, groups);
  for (const comparable of plan.alternates) added += alternate(comparable, cards, groups);
  const uid = takesUid ? from.lines.find((line) => line.property?.name === 'UID') : undefined;
  if (uid !== undefined) added += convertLine(uid, from, to);
  let text = '';
  let at = 0;
  for (const edit of edits.sort((a, b) => a.start - b.start)) {
    text += to.text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  text += to.text.slice(at, to.endAt);
  return Buffer.from(withOpenLineEnded(text, to.lineEnd) + added + to.text.slice(to.endAt), 'latin1');
}

const withOpenLineEnded = (text: string, lineEnd: string): string =>
  /[\r\n]$/.test(text) ? text : text + lineEnd;
