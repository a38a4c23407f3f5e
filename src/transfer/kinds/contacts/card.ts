/** A card taken apart for comparing: its properties with their raw place in the card's text. */
import { LIMITS } from '../../limits.ts';
import { contentLines, parseProperty, type Property } from '../content-line.ts';
import { componentsOf, textOf, type Version } from './text-value.ts';

/** One property, or something that is none (a card inside the card) with `property` undefined. */
export interface CardLine {
  readonly property: Property | undefined;
  /** Unfolded. */
  readonly text: string;
  /** Raw place in the card's text, line ends included. */
  readonly start: number;
  readonly end: number;
}

export interface Card {
  /** The card, one latin1 character a byte. */
  readonly text: string;
  readonly version: Version;
  /** The line end the card uses. */
  readonly lineEnd: string;
  readonly lines: readonly CardLine[];
  /** Where its END line begins: what is added goes here. */
  readonly endAt: number;
}

function versionOf(lines: readonly CardLine[]): Version {
  for (const { property } of lines) {
    if (property?.name !== 'VERSION') continue;
    const value = property.value.trim();
    return value === '4.0' || value === '3.0' ? value : '2.1';
  }
  // Android reads a card without VERSION as 2.1.
  return '2.1';
}

/**
 * Takes one whole card apart (as `CardSplitter` cuts them). A line without a colon belongs to the value before it, as
 * some 2.1 writers break ADR; a card inside the card is one opaque line. Undefined for a card of more properties than
 * anything real has.
 */
export function parseCard(bytes: Buffer): Card | undefined {
  const text = bytes.toString('latin1');
  const lines: CardLine[] = [];
  let depth = 0;
  let count = 0;
  let nestedStart = 0;
  let endAt = text.length;
  for (const line of contentLines(text)) {
    if (++count > LIMITS.recordProperties) return undefined;
    const property = parseProperty(line.text);
    const isCard = property?.value.trim().toUpperCase() === 'VCARD';
    if (isCard && property.name === 'BEGIN') {
      if (++depth === 2) nestedStart = line.start;
    } else if (isCard && property.name === 'END') {
      depth--;
      if (depth === 0) endAt = line.start;
      if (depth === 1) {
        const nested = text.slice(nestedStart, line.end);
        lines.push({ property: undefined, text: nested, start: nestedStart, end: line.end });
      }
    } else if (depth === 1) {
      const before = lines.at(-1);
      if (property !== undefined || before?.property === undefined) lines.push({ property, ...line });
      else {
        const value = `${before.property.value}\n${line.text}`;
        lines[lines.length - 1] = {
          property: { ...before.property, value },
          text: `${before.text}\n${line.text}`,
          start: before.start,
          end: line.end,
        };
      }
    }
  }
  const lineEnd = /\r?\n|\r/.exec(text)?.[0] ?? '\r\n';
  return { text, version: versionOf(lines), lineEnd, lines, endAt };
}

/**
 * Marks that no one sees: soft hyphen, direction and width marks, byte order marks. The two joiners and the tags of flags
 * are not among them: they are part of how a word or a picture is spelled.
 */
const INVISIBLE =
  /[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/g;

/** Text without what no one sees: invisible marks, kinds and amounts of blanks, blanks at the ends of lines. */
export function visibleText(text: string): string {
  return text
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim();
}

/** Text as people compare it: case, width, and kinds of blanks do not count. Unicode NFKC and full case folding. */
export function foldText(text: string): string {
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase();
  return folded
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The full name, folded: FN, else the parts of N in the order they are spoken, else ORG; empty when there is none. */
export function foldedName(card: Card): string {
  const find = (name: string): Property | undefined =>
    card.lines.find((line) => line.property?.name === name && line.property.value.trim() !== '')?.property;
  const full = find('FN');
  if (full !== undefined) return foldText(textOf(full, card.version));
  const parts = find('N');
  if (parts !== undefined) {
    const [family = '', given = '', additional = '', prefix = '', suffix = ''] = componentsOf(
      parts,
      card.version,
    );
    const name = foldText([prefix, given, additional, family, suffix].join(' '));
    if (name !== '') return name;
  }
  const organisation = find('ORG');
  return organisation === undefined ? '' : foldText(componentsOf(organisation, card.version).join(' '));
}
