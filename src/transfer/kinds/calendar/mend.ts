/**
 * Lines that no reader of RFC 5545 takes, made such that all do. One of them would cost the event in most programs, and
 * some of those the whole calendar. Text is latin1; everything but the flawed lines stays byte for byte.
 */
import { LIMITS } from '../../limits.ts';
import { contentLines, parseProperty } from '../content-line.ts';

const STRUCTURE = /^(BEGIN|END)[ \t]*:[ \t]*([A-Za-z0-9-]+)[ \t]*$/i;
const RULES = new Set(['RRULE', 'EXRULE']);
/** Properties that people write text into, so that a line without a name after one is the rest of that text. */
const TEXTS = new Set(['DESCRIPTION', 'SUMMARY', 'LOCATION', 'COMMENT', 'CONTACT']);
/** Apple lost the fold before a parameter: `X-APPLE-RADIUS=49.9`. */
const ASSIGNMENT = /^[ \t]*(X-[A-Za-z0-9-]+)=(.*)$/;
/** What RFC 5545 section 3.3.11 asks to be escaped in text, where it is not. */
const UNESCAPED = /(\\.)|([,;])/g;

const escaped = (text: string): string =>
  text.replace(UNESCAPED, (_, known: string | undefined, bare: string) => known ?? `\\${bare}`);

/** The line as it should have been; undefined when it is sound. `before` is the property that stands before it. */
function mendLine(text: string, before: string | undefined): string | undefined {
  if (text.length > LIMITS.comparedCharacters) return undefined;
  if (text.trim() === '' || STRUCTURE.test(text)) return undefined;
  const property = parseProperty(text);
  if (property === undefined) {
    const [, name, value] = ASSIGNMENT.exec(text) ?? [];
    if (name !== undefined) return `${name}:${value ?? ''}`;
    const trimmed = escaped(text.trim());
    return before !== undefined && TEXTS.has(before) ? ` \\n${trimmed}` : `COMMENT:${trimmed}`;
  }
  const colon = text.length - property.value.length;
  // The rules of vCalendar 1.0 (`W1 MO TU`) are made of blanks.
  if (RULES.has(property.name) && /[\s\\]/.test(property.value) && property.value.includes('='))
    return text.slice(0, colon) + property.value.replace(/\s|\\(?=[;,])/g, '');
  const head = text.slice(0, colon);
  return (head.split('"').length - 1) % 2 === 1 ? head.replaceAll('"', '') + property.value : undefined;
}

/** The name of a line that needs no closer look: it has one, no quotes, and is no rule. */
function soundName(line: string): string | undefined {
  const name = /^([A-Za-z0-9-]+)[;:]/.exec(line)?.[1]?.toUpperCase();
  return name === undefined || RULES.has(name) || line.includes('"') || !line.includes(':')
    ? undefined
    : name;
}

/** The text of one or more components with every flawed line mended; the same string when none is. */
export function mendLines(text: string): string {
  const parts: string[] = [];
  let kept = 0;
  let before: string | undefined;
  for (const { text: line, start, end } of contentLines(text)) {
    const sound = soundName(line);
    if (sound !== undefined) {
      before = sound;
      continue;
    }
    const mended = mendLine(line, before);
    if (mended !== undefined) {
      const raw = text.slice(start, end);
      parts.push(text.slice(kept, start), mended, raw.slice(raw.search(/[\r\n]*$/)));
      kept = end;
    }
    if (mended?.startsWith(' ') !== true) before = parseProperty(mended ?? line)?.name;
  }
  return kept === 0 ? text : parts.join('') + text.slice(kept);
}

/**
 * A component whose BEGINs and ENDs do not match: those left open are closed, those that close nothing left out. The
 * first line is the BEGIN of the component. Undefined for one that says nothing.
 */
export function mendStructure(text: string): string | undefined {
  const open: string[] = [];
  let says = false;
  let mended = '';
  const close = (): void => {
    if (mended !== '' && !/[\r\n]$/.test(mended)) mended += '\r\n';
    mended += `END:${open.pop() ?? ''}\r\n`;
  };
  for (const { text: line, start, end } of contentLines(text)) {
    const [, word, name = ''] = STRUCTURE.exec(line) ?? [];
    const begins = word?.toUpperCase() === 'BEGIN';
    if (begins) open.push(name.toUpperCase());
    else if (word !== undefined) {
      const place = open.lastIndexOf(name.toUpperCase());
      if (place < 0) continue;
      while (open.length > place + 1) close();
      open.pop();
    } else says = true;
    mended += text.slice(start, end);
    if (open.length === 0) break;
  }
  while (open.length > 0) close();
  return says ? mended : undefined;
}
