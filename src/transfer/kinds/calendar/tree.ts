/** A component as its properties and the components in it, each with its place in the text. */
import { blake3UrlSafeBase64 } from '@napi-rs/blake-hash';
import { LIMITS } from '../../limits.ts';
import { contentLines, parseProperty } from '../content-line.ts';
import { durationSeconds, instantOf } from './instant.ts';

export interface Line {
  /** Upper case. */
  readonly name: string;
  /** As written, unfolded. */
  readonly written: string;
  /** What the value means: equal for its different spellings; empty when it says nothing. */
  readonly value: string;
  /** Of a list (EXDATE, CATEGORIES): its items. */
  readonly items: readonly string[] | undefined;
  /** What the parameters mean, in order of their names: `CN=Ann`. */
  readonly parameters: readonly string[];
  readonly tzid: string | undefined;
  /** In the text, line ends included. */
  readonly start: number;
  readonly end: number;
}

export interface Node {
  /** Upper case. */
  readonly name: string;
  readonly lines: Line[];
  readonly children: Node[];
  readonly start: number;
  /** Where a property can be added: before the first component inside, or the END. */
  propertiesEnd: number;
  /** Where the END stands, and where that line ends. */
  childrenEnd: number;
  end: number;
}

const STRUCTURE = /^(BEGIN|END)[ \t]*:[ \t]*([A-Za-z0-9-]+)[ \t]*$/i;
const MOST_DEPTH = 40;

const TIMES = new Set(
  'DTSTART DTEND DUE RECURRENCE-ID EXDATE RDATE LAST-MODIFIED CREATED COMPLETED DTSTAMP ACKNOWLEDGED'.split(
    ' ',
  ),
);
const LISTS = new Set(['EXDATE', 'RDATE', 'CATEGORIES', 'RESOURCES']);
const DURATIONS = new Set(['DURATION', 'TRIGGER']);
const RULES = new Set(['RRULE', 'EXRULE']);
/** These parameters only repeat what the value shows, or what RFC 5545 takes for granted. */
const SAYS_NOTHING =
  /^(?:VALUE=(?:DATE|DATE-TIME|DURATION|TEXT|URI|CAL-ADDRESS|RECUR|INTEGER)|RELATED=START)$/;

const unescape = (text: string): string =>
  text.includes('\\') ? text.replace(/\\([\\,;nN])/g, (_, c: string) => (/n/i.test(c) ? '\n' : c)) : text;

/** Splits at commas that are not escaped. */
const itemsOf = (text: string): string[] => text.match(/(?:\\[\s\S]|[^\\,]|\\$)+/g) ?? [];

function ruleOf(text: string): string {
  const parts = text.toUpperCase().replace(/\s/g, '').split(';');
  return parts
    .filter((part) => part !== '' && part !== 'INTERVAL=1')
    .sort()
    .join(';');
}

/** An address or link: the scheme in small letters, and all of an e-mail address. */
function uriOf(text: string): string {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(text)?.[0].toLowerCase();
  if (scheme === undefined) return text;
  return scheme === 'mailto:' ? text.toLowerCase() : scheme + text.slice(scheme.length);
}

function meaningOf(name: string, value: string, tzid: string | undefined): string {
  const text = value.trim();
  if (text.length > LIMITS.comparedCharacters) return text;
  if (TIMES.has(name)) return text.includes('/') ? text : instantOf(text, tzid);
  if (RULES.has(name)) return ruleOf(text);
  if (DURATIONS.has(name)) {
    const seconds = durationSeconds(text);
    return seconds === undefined ? instantOf(text, tzid) : String(seconds);
  }
  return uriOf(unescape(text)).trim();
}

/** @param budget what lists may still take of `LIMITS.listCharacters`. */
function parseLine(text: string, start: number, end: number, budget: { list: number }): Line | undefined {
  const property = parseProperty(text);
  if (property === undefined) return undefined;
  const { name } = property;
  let tzid: string | undefined;
  const parameters: string[] = [];
  for (const each of property.parameters) {
    const value = each.value.replaceAll('"', '').trim();
    if (each.name === 'TZID') tzid = value;
    const said = `${each.name}=${each.name === 'ENCODING' ? value.toUpperCase() : value}`;
    if (value !== '' && !SAYS_NOTHING.test(said.toUpperCase())) parameters.push(said);
  }
  const isList = LISTS.has(name) && property.value.length <= budget.list;
  if (isList) budget.list -= property.value.length;
  const items = isList
    ? [...new Set(itemsOf(property.value).map((item) => meaningOf(name, item, tzid)))].sort()
    : undefined;
  const value = items === undefined ? meaningOf(name, property.value, tzid) : items.join(',');
  return { name, written: text, value, items, parameters: parameters.sort(), tzid, start, end };
}

/** The tree of one whole component, from BEGIN to END; undefined when it is none, or has too many parameters. Latin1 text. */
export function parseTree(text: string): Node | undefined {
  const open: Node[] = [];
  let root: Node | undefined;
  let parameters = 0;
  const budget: { list: number } = { list: LIMITS.listCharacters };
  for (const line of contentLines(text)) {
    if (line.text.trim() === '') continue;
    if (root !== undefined && open.length === 0) return undefined;
    const [, word, written = ''] = STRUCTURE.exec(line.text) ?? [];
    const name = written.toUpperCase();
    const parent = open.at(-1);
    if (word?.toUpperCase() === 'BEGIN') {
      const { start } = line;
      const node: Node = {
        ...{ name, lines: [], children: [], start },
        ...{ propertiesEnd: -1, childrenEnd: -1, end: -1 },
      };
      if (parent === undefined) root = node;
      else {
        if (parent.propertiesEnd < 0) parent.propertiesEnd = start;
        parent.children.push(node);
      }
      if (open.push(node) > MOST_DEPTH) return undefined;
    } else if (word !== undefined) {
      if (parent?.name !== name) return undefined;
      if (parent.propertiesEnd < 0) parent.propertiesEnd = line.start;
      parent.childrenEnd = line.start;
      parent.end = line.end;
      open.pop();
    } else if (parent === undefined) return undefined;
    else {
      const property = parseLine(line.text, line.start, line.end, budget);
      if (property === undefined) continue;
      parent.lines.push(property);
      parameters += property.parameters.length;
      if (parameters > LIMITS.recordParameters) return undefined;
    }
  }
  return open.length === 0 ? root : undefined;
}

/** Attachments are large: their digest stands for them. */
const shortened = (value: string): string =>
  value.length > 4_096 ? `BLAKE3 ${blake3UrlSafeBase64(value)}` : value;

/**
 * All that the component says, the same for every order and spelling of it; lines named in `without` left out at its
 * own level.
 */
export function contentOf(node: Node, without: ReadonlySet<string> = new Set()): string {
  const lines = node.lines
    .filter((line) => line.value !== '' && !without.has(line.name))
    .map(({ name, parameters, value }) => JSON.stringify([name, parameters, shortened(value)]));
  // Digests: JSON of JSON would double with each level.
  const children = node.children.map((child) => blake3UrlSafeBase64(contentOf(child)));
  return [node.name, ...[...new Set(lines)].sort(), ...children.sort()].join('\n');
}
