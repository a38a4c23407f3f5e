/**
 * What went wrong with calendars in 0.1.0, each kind of it with what is right: a table of the destination before, what
 * arrives, and what another reader (ical.js) finds afterwards. The files beside the repository that these are made after
 * are tried too where they are.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ICAL from 'ical.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarFormat } from '../../src/transfer/kinds/calendar/index.ts';
import { counts, RecordFolder } from './kinds/record-folder.ts';

const calendar = (...lines: string[]): string =>
  [...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//EN'], ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]): string[] => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
const ALARM = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:r', 'TRIGGER:-PT30M', 'END:VALARM'];
const START = 'DTSTART:20240601T100000Z';
const MEETING = [START, 'SUMMARY:Meeting'];
const DENTIST = ['UID:u@x', START, 'SUMMARY:Dentist'];
const OVERRIDE = ['UID:r@x', 'SUMMARY:moved', 'SEQUENCE:1'];

interface Case {
  readonly name: string;
  /** Of the case beside the repository. */
  readonly file: string;
  readonly there: readonly string[];
  readonly arrives: readonly string[];
  readonly result: Readonly<Record<string, number>>;
  /** Of every event that another reader finds: all its properties, and its alarms. */
  readonly events: readonly (readonly string[])[];
}

const cases: readonly Case[] = [
  {
    name: 'two meetings without UID in two places are two',
    file: 'F01a-nouid-other-place',
    there: event(...MEETING, 'LOCATION:Room 1'),
    arrives: event(...MEETING, 'LOCATION:Room 2'),
    result: { added: 1, merged: 0, same: 0 },
    events: [
      [...MEETING, 'LOCATION:Room 1'],
      [...MEETING, 'LOCATION:Room 2'],
    ],
  },
  {
    name: 'a UID that a program uses again is another event',
    file: 'F01b-reused-uid',
    there: event('UID:1@default', START, 'SUMMARY:Algebra'),
    arrives: event('UID:1@default', 'DTSTART:20240901T100000Z', 'SUMMARY:Biology'),
    result: { added: 1, merged: 0, same: 0 },
    events: [
      ['UID:1@default', START, 'SUMMARY:Algebra'],
      ['UID:1@default', 'DTSTART:20240901T100000Z', 'SUMMARY:Biology'],
    ],
  },
  {
    name: 'what an equal revision says more is taken in',
    file: 'F01c-same-revision-more-said',
    there: event(...DENTIST),
    arrives: event(...DENTIST, 'DESCRIPTION:card', ...ALARM),
    result: { added: 0, merged: 1, same: 0 },
    events: [[...DENTIST, 'DESCRIPTION:card', 'alarm -PT30M']],
  },
  {
    name: 'a newer version keeps the reminder that only the older has',
    file: 'F01d-newer-replaces-reminder',
    there: event(...DENTIST, 'SEQUENCE:0', 'CATEGORIES:HEALTH', ...ALARM),
    arrives: event(...DENTIST.with(1, 'DTSTART:20240601T110000Z'), 'SEQUENCE:1'),
    result: { added: 0, merged: 1, same: 0 },
    events: [
      [...DENTIST.with(1, 'DTSTART:20240601T110000Z'), 'SEQUENCE:1', 'CATEGORIES:HEALTH', 'alarm -PT30M'],
    ],
  },
  {
    name: 'the time of an export makes no version newer',
    file: 'F01e-export-time-destroys-destination',
    there: event(...DENTIST, 'DTSTAMP:20240101T000000Z', 'DESCRIPTION:my note', ...ALARM),
    arrives: event(...DENTIST, 'DTSTAMP:20240301T000000Z'),
    result: { added: 0, merged: 0, same: 1 },
    events: [[...DENTIST, 'DTSTAMP:20240101T000000Z', 'DESCRIPTION:my note', 'alarm -PT30M']],
  },
  ...(
    [
      [
        'F02a-rrule-trailing-blank',
        ['RRULE:FREQ=WEEKLY;COUNT=6;BYDAY=TH '],
        ['RRULE:FREQ=WEEKLY;COUNT=6;BYDAY=TH'],
      ],
      ['F02b-byday-blank', ['RRULE:FREQ=DAILY;BYDAY=MO, TU'], ['RRULE:FREQ=DAILY;BYDAY=MO,TU']],
      ['F02c-apple-radius', ['X-APPLE-RADIUS=49.9'], ['X-APPLE-RADIUS:49.9']],
      [
        'F02d-unfolded-description',
        ['DESCRIPTION:Dear Team,', 'please come'],
        ['DESCRIPTION:Dear Team\\,\\nplease come'],
      ],
    ] as const
  ).map(([file, flawed, mended]) => ({
    name: `one flawed line never costs the event: ${flawed.join(' / ')}`,
    file,
    there: [],
    arrives: event('UID:q', START, ...flawed, 'SUMMARY:x'),
    result: { added: 1, merged: 0, same: 0 },
    events: [['UID:q', START, ...mended, 'SUMMARY:x']],
  })),
  {
    name: 'an occurrence in UTC and in its zone is one, and the newer change of it wins',
    file: 'F08-recurrence-id-zone',
    there: event(...OVERRIDE, 'RECURRENCE-ID;TZID=Pacific/Auckland:20260410T110000'),
    arrives: event(...OVERRIDE.with(2, 'SEQUENCE:2'), 'RECURRENCE-ID:20260409T230000Z'),
    result: { added: 0, merged: 1, same: 0 },
    events: [[...OVERRIDE.with(2, 'SEQUENCE:2'), 'RECURRENCE-ID:20260409T230000Z']],
  },
];

/** The events of a file as another reader has them, sorted. */
function eventsOf(text: string): string[][] {
  const parsed = ICAL.parse(text) as unknown[];
  const roots = (Array.isArray(parsed[0]) ? parsed : [parsed]) as unknown[][];
  return roots
    .flatMap((root) => new ICAL.Component(root as never).getAllSubcomponents('vevent'))
    .map((each) => [
      ...each.getAllProperties().map((property) => property.toICALString().replace(/\r\n /g, '')),
      ...each
        .getAllSubcomponents('valarm')
        .map((alarm) => `alarm ${String(alarm.getFirstPropertyValue('trigger'))}`),
    ])
    .map((lines) => lines.sort())
    .sort();
}

let folder: RecordFolder;
beforeEach(() => {
  folder = new RecordFolder(calendarFormat);
});
afterEach(() => {
  folder.remove();
});

describe('a calendar case', () => {
  it.each(cases)('$name', async ({ there, arrives, result, events }) => {
    if (there.length > 0) folder.put(calendar(...there));
    expect(counts(await folder.mergeFile(calendar(...arrives)))).toMatchObject(result);
    expect(eventsOf(folder.text())).toEqual(events.map((lines) => [...lines].sort()).sort());
    const bytes = folder.bytes();
    expect(counts(await folder.mergeFile(calendar(...arrives)))).toMatchObject({ same: 1, files: [] });
    expect(folder.bytes()).toEqual(bytes);
  });
});

const outside = fileURLToPath(new URL('../../../shared/cases/records', import.meta.url));
const files = [
  ...cases.map(({ file, result }) => ({ file, result })),
  { file: 'F02e-rfc7529', result: { added: 1 } },
];

describe('the case beside the repository', () => {
  if (!existsSync(outside)) {
    it('is absent here', () => {
      expect(existsSync(outside)).toBe(false);
    });
    return;
  }
  it.each(files)('$file comes out right', async ({ file, result }) => {
    const [there, arrives] = ['dest', 'src'].map((side) => `${outside}/${file}.${side}.ics`);
    if (there !== undefined && existsSync(there)) folder.put(readFileSync(there));
    const { added = 0, merged = 0 } = result;
    const outcome = await folder.mergeFile(readFileSync(arrives ?? ''));
    expect(counts(outcome)).toMatchObject({ added, merged, skipped: [] });
  });
});
