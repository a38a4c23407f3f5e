/**
 * Date and time values of RFC 5545 (sections 3.3.4, 3.3.5) as text that is equal when they mean the same moment: one
 * program writes an occurrence in the zone of its series, another in UTC.
 */

const DATE_TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)$/;

/** Names come from files: what is remembered of them is bounded. */
const MOST_KNOWN = 1_024;
const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** Prefixes of Mozilla and Evolution: `/freeassociation.sourceforge.net/Tzfile/Europe/Berlin`. */
function ianaNames(tzid: string): string[] {
  const parts = tzid.split('/').filter((part) => part !== '');
  return [tzid, parts.slice(-3).join('/'), parts.slice(-2).join('/')];
}

/** A format for the zone of that name in the IANA database; undefined when it has none. */
function formatOf(tzid: string): Intl.DateTimeFormat | undefined {
  if (formats.has(tzid)) return formats.get(tzid);
  let format: Intl.DateTimeFormat | undefined;
  for (const timeZone of ianaNames(tzid)) {
    try {
      format = new Intl.DateTimeFormat('en', {
        ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
        ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
      });
      break;
    } catch {
      // Not a name of that database.
    }
  }
  if (formats.size === MOST_KNOWN) formats.clear();
  formats.set(tzid, format);
  return format;
}

/** How far the zone's clock is ahead of UTC at that moment. */
function offsetMs(format: Intl.DateTimeFormat, utcMs: number): number {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(utcMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - utcMs;
}

/**
 * A value of DTSTART, RECURRENCE-ID and the like: moments as seconds since 1970, dates and floating times as they stand,
 * times in a zone that only the file defines together with its name.
 */
export function instantOf(value: string, tzid: string | undefined): string {
  const match = DATE_TIME.exec(value.trim().toUpperCase());
  if (match === null) return value.trim().toUpperCase();
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const wallMs = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  if (match[7] === 'Z') return `@${String(wallMs / 1000)}`;
  if (tzid === undefined || tzid === '') return match[0];
  const format = formatOf(tzid);
  if (format === undefined) return `${match[0]} ${tzid}`;
  // The offset of the moment sought, not of the one an offset away, matters within hours of a change of the clock.
  const first = wallMs - offsetMs(format, wallMs);
  return `@${String((wallMs - offsetMs(format, first)) / 1000)}`;
}

const DURATION = /^([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Seconds of a duration (RFC 5545 section 3.3.6; `P3600S` is Android's); undefined when it is none. */
export function durationSeconds(value: string): number | undefined {
  const match = DURATION.exec(value.trim().toUpperCase());
  if (match === null) return undefined;
  const [weeks, days, hours, minutes, seconds] = match.slice(2).map((part) => Number(part ?? 0));
  const total =
    (((weeks ?? 0) * 7 + (days ?? 0)) * 24 + (hours ?? 0)) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  return match[1] === '-' ? -total : total + 0;
}
