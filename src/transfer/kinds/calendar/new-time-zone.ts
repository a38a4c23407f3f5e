/**
 * The definition of an IANA zone as VTIMEZONE (RFC 5545, 3.6.5), out of the rules that this Node knows. It holds what is so
 * in a recent year; programs that know the zone by its name, which are all, take their own.
 */

/** A year whose rules are known and that every date is measured by. */
const YEAR = 2025;
const HOUR_MS = 3_600_000;
const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;

interface Change {
  /** Milliseconds since 1970 of the first instant after it. */
  readonly at: number;
  /** Minutes east of UTC. */
  readonly before: number;
  readonly after: number;
}

/** Undefined for a name that this Node does not know as a zone. */
export function zoneDefinition(zone: string): string[] | undefined {
  const clock = clockOf(zone);
  if (clock === undefined) return undefined;
  const changes = changesIn(clock);
  const out = ['BEGIN:VTIMEZONE', `TZID:${zone}`];
  const [first] = changes;
  if (first === undefined) {
    const offset = offsetText(clock(Date.UTC(YEAR, 0, 1)));
    out.push(
      'BEGIN:STANDARD',
      `TZOFFSETFROM:${offset}`,
      `TZOFFSETTO:${offset}`,
      'DTSTART:19700101T000000',
      'END:STANDARD',
    );
  }
  for (const change of changes) {
    const name = change.after > change.before ? 'DAYLIGHT' : 'STANDARD';
    out.push(
      `BEGIN:${name}`,
      `TZOFFSETFROM:${offsetText(change.before)}`,
      `TZOFFSETTO:${offsetText(change.after)}`,
      ...onset(change),
      `END:${name}`,
    );
  }
  out.push('END:VTIMEZONE');
  return out;
}

/** Minutes east of UTC at an instant. */
function clockOf(zone: string): ((ms: number) => number) | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    return (ms) => {
      const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
      const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
      return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
    };
  } catch {
    return undefined;
  }
}

/** Found by looking at each day, then by halving the day to the minute. */
function changesIn(clock: (ms: number) => number): Change[] {
  const changes: Change[] = [];
  const day = 24 * HOUR_MS;
  for (let from = Date.UTC(YEAR, 0, 1); from < Date.UTC(YEAR + 1, 0, 1); from += day) {
    const [before, after] = [clock(from), clock(from + day)];
    if (before === after) continue;
    let [low, high] = [from, from + day];
    while (high - low > 60_000) {
      const middle = low + Math.floor((high - low) / 120_000) * 60_000;
      if (clock(middle) === before) low = middle;
      else high = middle;
    }
    changes.push({ at: high, before, after });
  }
  return changes;
}

/** When it begins each year, on the clock as it was before: the second Sunday of March, or the last of October. */
function onset({ at, before }: Change): string[] {
  const local = new Date(at + before * 60_000);
  const [day, month] = [local.getUTCDate(), local.getUTCMonth() + 1];
  const lastDay = new Date(Date.UTC(YEAR, month, 0)).getUTCDate();
  const week = day + 7 > lastDay ? -1 : Math.ceil(day / 7);
  const weekday = DAYS[local.getUTCDay()] ?? 'SU';
  const time = local.toISOString().replace(/[-:]|\.\d+Z/g, '');
  return [
    `DTSTART:1970${time.slice(4)}`,
    `RRULE:FREQ=YEARLY;BYMONTH=${String(month)};BYDAY=${String(week)}${weekday}`,
  ];
}

function offsetText(minutes: number): string {
  const whole = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(whole / 60))}${two(whole % 60)}`;
}
