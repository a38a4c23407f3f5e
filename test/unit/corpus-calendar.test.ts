/**
 * Real iCalendar files of many programs: read, merged into an empty destination, read back, written anew by another
 * library and sent again, raised by SEQUENCE and sent again. Defined over the files of
 * the corpus beside the repository; without it, one test says so.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { calendarFormat, parseCalendarRecord } from '../../src/transfer/kinds/calendar/index.ts';
import { formatCalendarRecord } from '../../src/transfer/kinds/calendar/record.ts';
import { readAll, RecordFolder } from './kinds/record-folder.ts';

const corpus = fileURLToPath(new URL('../../../shared/corpus/ical', import.meta.url));
const files = existsSync(corpus)
  ? readdirSync(corpus, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ics'))
      .sort()
  : [];

/** Files of which not every component moves, and why. */
const SKIPPED: Readonly<Record<string, string>> = {
  'ical.js/samples/recur_instances.ics': 'one of its two VTIMEZONEs has no TZID',
  'ical4j/invalid/13-MoonPhase.ics': 'cut off inside its last event',
};
/** Files that hold two revisions of one event: the newer arrives. */
const REVISIONS: Readonly<Record<string, string>> = {
  'ical4j/valid/classify.ics': 'SEQUENCE 1 and 0 of one UID',
  'ical4j/valid/incoming.ics': 'requests of one UID with SEQUENCE 2 (twice) and 0',
};

/** Files whose changed lines must be there all the same: they are mended. */
const MENDED: ReadonlySet<string> = new Set(['ical4j/invalid/bhav23-2.ics', 'vobject/ruby_rrule.ics']);

/** Files with values that ical.js writes as others: it does not write the same event again. */
const GARBLED: ReadonlySet<string> = new Set([
  ...['ical4j/invalid/lastfm.ics', 'ical4j/invalid/schedule-unstable.ics', 'ical4j/invalid/smallcluster.ics'],
  ...['ical4j/valid/zidestoreical4jbomb.ics', 'vobject/vobject_0050.ics'],
]);

/** The records with each component as `change` makes it. */
const changed = (lines: readonly string[], change: (text: string) => string): string[] =>
  lines.map((line) => {
    const record = parseCalendarRecord(line);
    return record?.parsed?.zone === undefined && record?.parsed !== undefined
      ? formatCalendarRecord({
          ...{ component: Buffer.from(change(record.component.toString('latin1')), 'latin1') },
          ...{ calendar: record.calendar, properties: record.properties, collection: record.collection },
          zones: record.zones.map(({ bytes }) => bytes),
        })
      : line;
  });

/** A later revision of a component, as the program of another device makes it. */
function raised(text: string): string {
  const [, sequence = '0'] = /^SEQUENCE:(\d+)/im.exec(text) ?? [];
  const without = text.replace(/^SEQUENCE:.*\r?\n?/gim, '');
  const end = without.toUpperCase().lastIndexOf('END:');
  const at = Math.min(...[without.slice(12).search(/^(?:BEGIN|END):/im) + 12, end].filter((n) => n > 11));
  return `${without.slice(0, at)}SEQUENCE:${String(Number(sequence) + 1)}\r\n${without.slice(at)}`;
}

/** What ical.js makes of it: properties in its own spelling, lines folded anew. */
function rewritten(text: string): string {
  try {
    const jcal = ICAL.parse(text.replace(/\r*\n|\r/g, '\r\n')) as unknown[];
    return `${ICAL.stringify.component(jcal, ICAL.design.icalendar)}\r\n`;
  } catch {
    return text;
  }
}

const componentsOf = (lines: readonly string[]): string[] =>
  lines.map((line) => parseCalendarRecord(line)?.component.toString('latin1') ?? 'not a record').sort();
/** Content of the file, whatever the order of components and the line ends between them. */
const linesOf = (bytes: Buffer): string[] =>
  bytes
    .toString('latin1')
    .split(/[\r\n]+/)
    .filter((line) => line !== '' && !/^(?:BEGIN|END):VCALENDAR/i.test(line));

describe('the iCalendar corpus', () => {
  if (files.length === 0) {
    it('is absent here', () => {
      expect(existsSync(corpus)).toBe(false);
    });
  }
  for (const name of files) {
    const why = SKIPPED[name] ?? REVISIONS[name];
    it(`moves ${name} ${why === undefined ? 'whole' : `but for what cannot be: ${why}`}`, async () => {
      const bytes = readFileSync(join(corpus, name));
      const { lines, skips } = await readAll(calendarFormat, bytes);
      expect(skips).toEqual(name in SKIPPED ? ['malformed'] : []);
      const folder = new RecordFolder(calendarFormat);
      try {
        const result = await folder.merge(lines);
        expect(result.added + result.merged + result.same).toBe(lines.length);
        const back = await folder.read();
        expect(back.skips).toEqual([]);
        if (name in REVISIONS) expect(back.lines.length).toBeLessThan(lines.length);
        else expect(componentsOf(back.lines)).toEqual(componentsOf(lines));
        if (lines.length > 0 && why === undefined && !MENDED.has(name)) {
          // Every line of the file is there; what we add is asked for by RFC 5545 section 3.6.
          const there = linesOf(folder.bytes());
          for (const line of linesOf(bytes)) expect(there).toContain(line);
        }
        if (lines.length > 0) expect(() => void ICAL.parse(folder.bytes().toString('latin1'))).not.toThrow();
        const before = folder.bytes();
        expect(await folder.merge(lines)).toMatchObject({ same: lines.length, replacements: [] });
        expect(folder.bytes()).toEqual(before);
        // A message about an event (METHOD:REPLY) that says something else is another message.
        if (name in REVISIONS) return;
        const again = GARBLED.has(name) ? lines : changed(lines, rewritten);
        expect(await folder.merge(again)).toMatchObject({ added: 0, skipped: [] });
        expect(await folder.merge(again)).toMatchObject({ same: lines.length, replacements: [] });
        const newer = changed(lines, raised);
        expect(await folder.merge(newer)).toMatchObject({ added: 0, skipped: [] });
        expect(await folder.merge(newer)).toMatchObject({ same: lines.length, replacements: [] });
      } finally {
        folder.remove();
      }
    });
  }
});
