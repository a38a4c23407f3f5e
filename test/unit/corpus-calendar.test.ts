/**
 * Real iCalendar files of many programs: read, merged into an empty destination, read back. Defined over the files of
 * the corpus beside the repository; without it, one test says so.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { calendarFormat, parseCalendarRecord } from '../../src/transfer/kinds/calendar/index.ts';
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
  'ical4j/invalid/bhav23-2.ics': 'its one event holds a broken line, which ical.js does not read',
  'vobject/ruby_rrule.ics':
    'the rule of its one event is escaped (FREQ=DAILY\\;COUNT=10), which ical.js does not read',
};
/** Files that hold two revisions of one event: the newer arrives. */
const REVISIONS: Readonly<Record<string, string>> = {
  'ical4j/valid/classify.ics': 'SEQUENCE 1 and 0 of one UID',
  'ical4j/valid/incoming.ics': 'requests of one UID with SEQUENCE 2 (twice) and 0',
};

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
        if (lines.length > 0 && why === undefined) {
          // Every line of the file is there; what we add is asked for by RFC 5545 section 3.6.
          const there = linesOf(folder.bytes());
          for (const line of linesOf(bytes)) expect(there).toContain(line);
        }
        if (lines.length > 0) expect(() => void ICAL.parse(folder.bytes().toString('latin1'))).not.toThrow();
        const before = folder.bytes();
        expect(await folder.merge(lines)).toMatchObject({ same: lines.length, replacements: [] });
        expect(folder.bytes()).toEqual(before);
      } finally {
        folder.remove();
      }
    });
  }
});
