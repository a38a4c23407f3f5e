/** Time zone definitions: when two of the same name may stand for one another. */
import { contentLines } from '../content-line.ts';

export interface ZoneDefinition {
  readonly id: string;
  /** The VTIMEZONE, as written. */
  readonly bytes: Buffer;
  /** What it defines, the same for all spellings; empty when the name alone says it. */
  readonly rules: string;
}

const known = new Map<string, boolean>();
/** Names come from files: what is remembered of them is bounded. */
const MOST_KNOWN = 4_096;

/** Whether the name is in the IANA time zone database, where every program has its own, newer rules for it. */
function isIana(id: string): boolean {
  let answer = known.get(id);
  if (answer === undefined) {
    try {
      new Intl.DateTimeFormat('en', { timeZone: id });
      answer = true;
    } catch {
      answer = false;
    }
    if (known.size === MOST_KNOWN) known.clear();
    known.set(id, answer);
  }
  return answer;
}

/** Lines that say when the clock changes; names, comments and dates of edits do not. */
const RULE = /^(?:BEGIN|END|TZOFFSETFROM|TZOFFSETTO|DTSTART|RRULE|RDATE)[:;]/i;

export function defineZone(id: string, bytes: Buffer): ZoneDefinition {
  if (isIana(id)) return { id, bytes, rules: '' };
  const lines = [...contentLines(bytes.toString('latin1'))].map((line) => line.text.trim().toUpperCase());
  return {
    id,
    bytes,
    rules: lines
      .filter((line) => RULE.test(line))
      .sort()
      .join('\n'),
  };
}

export type Zones = ReadonlyMap<string, ZoneDefinition>;

/**
 * Whether calendars with these zones can become one. Outlook gives different zones the same name ("Customized Time
 * Zone"); in one calendar the times of one of them would change.
 */
export function compatibleZones(a: Zones, b: Zones): boolean {
  for (const [id, { rules }] of b) {
    const there = a.get(id);
    if (there !== undefined && there.rules !== rules) return false;
  }
  return true;
}
