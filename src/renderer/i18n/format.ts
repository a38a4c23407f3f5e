/**
 * Numbers, sizes, speeds and times as the language of the window writes them (ECMA-402). Pure; formatters are kept
 * because making one takes longer than a hundred uses of it.
 */

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

export interface Formats {
  /** 18,377 */
  count(value: number): string;
  /** 61.4 GB. Decimal, as disks and systems count: 1 kB is 1,000 B. */
  bytes(value: number): string;
  /** 71 MB/s */
  speed(bytesPerSecond: number): string;
  /** "5 min", "1 hr, 20 min", "40 sec": as rough as an estimate deserves. */
  duration(seconds: number): string;
  /** 0:42, for what counts down */
  clock(seconds: number): string;
  /** 63% of 0.63; never 100% before all is there */
  percent(share: number): string;
  /** "contacts, messages and files" */
  list(items: readonly string[]): string;
}

const made = new Map<string, Formats>();

/** @param language BCP 47 */
export function formatsOf(language: string): Formats {
  const known = made.get(language);
  if (known !== undefined) return known;
  const formats = makeFormats(language);
  made.set(language, formats);
  return formats;
}

function makeFormats(language: string): Formats {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const percentage = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const conjunction = new Intl.ListFormat(language, { type: 'conjunction' });
  const parts = new Intl.ListFormat(language, { type: 'unit', style: 'short' });
  const twoDigits = new Intl.NumberFormat(language, { minimumIntegerDigits: 2, useGrouping: false });
  const units = new Map<string, Intl.NumberFormat>();

  const inUnit = (value: number, unit: string, digits = 0): string => {
    const key = `${unit} ${digits}`;
    let format = units.get(key);
    if (format === undefined) {
      format = new Intl.NumberFormat(language, {
        style: 'unit',
        unit,
        // The short form of a byte is a word in some languages, and the narrow one may lack its space.
        unitDisplay: unit.startsWith('byte') ? 'narrow' : 'short',
        maximumFractionDigits: digits,
      });
      units.set(key, format);
    }
    const text = format.format(value);
    return unit.startsWith('byte') ? text.replace(/(\p{Nd})(?=\p{L})/u, '$1\u00a0') : text;
  };

  const bytes = (value: number, suffix = ''): string => {
    let scaled = Math.max(0, value);
    let unit = 0;
    // What would round to 1,000 is 1 of the next unit.
    while (Math.round(scaled) >= 1_000 && unit < UNITS.length - 1) {
      scaled /= 1_000;
      unit += 1;
    }
    const digits = unit === 0 || scaled >= 99.95 ? 0 : 1;
    return inUnit(scaled, `${UNITS[unit] ?? 'byte'}${suffix}`, digits);
  };

  return {
    count: (value) => number.format(value),
    bytes: (value) => bytes(value),
    speed: (bytesPerSecond) => bytes(bytesPerSecond, '-per-second'),
    duration: (seconds) => {
      const whole = Math.max(1, Math.ceil(seconds));
      if (whole < 60) return inUnit(whole <= 10 ? whole : Math.ceil(whole / 10) * 10, 'second');
      const minutes = Math.ceil(whole / 60);
      if (minutes < 60) return inUnit(minutes, 'minute');
      const hours = Math.floor(minutes / 60);
      const rest = minutes % 60;
      return rest === 0 || hours >= 10
        ? inUnit(hours, 'hour')
        : parts.format([inUnit(hours, 'hour'), inUnit(rest, 'minute')]);
    },
    clock: (seconds) => {
      const whole = Math.max(0, Math.ceil(seconds));
      return `${number.format(Math.floor(whole / 60))}:${twoDigits.format(whole % 60)}`;
    },
    percent: (share) => percentage.format(share >= 1 ? 1 : Math.floor(Math.max(0, share) * 100) / 100),
    list: (items) => conjunction.format(items),
  };
}
