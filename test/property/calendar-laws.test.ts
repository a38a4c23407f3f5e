/**
 * Laws of merging versions of events, over the quirks in which real programs write them again: properties in another order
 * and spelling, lists in lines of their own, times in UTC, lines folded anywhere, DTSTAMP of the export.
 *
 * What stands once (summary, start, place) is drawn per event, not per version: versions that contradict each other are
 * kept apart, which merge.test.ts shows, and then a third that says less could belong to either.
 */
import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { calendarFormat } from '../../src/transfer/kinds/calendar/index.ts';
import { readAll, type RecordFolder } from '../unit/kinds/record-folder.ts';
import { contentLine, expectNoChange, withFolder } from './record-harness.ts';

const UIDS = ['a@x', 'b@x', 'c@x'] as const;
/** What each event says once; the second of two is what a newer version says. */
const ONCE = {
  LOCATION: ['Room\\, 1', 'Room 2'],
  DESCRIPTION: ['Dear all\\,\\nsee you 😀', 'changed'],
  STATUS: ['CONFIRMED', 'TENTATIVE'],
  URL: ['https://Example.org/a', 'https://example.org/b'],
} as const;
const MANY = [
  ...['CATEGORIES:HEALTH', 'CATEGORIES:WORK', 'EXDATE:20240108T090000Z', 'EXDATE:20240115T090000Z'],
  ...['ATTENDEE;CN=Ann;ROLE=CHAIR:mailto:ann@example.org', 'ATTENDEE:mailto:bob@example.org'],
  ...['COMMENT:x\\;y', 'X-CUSTOM;X-P="a:b":1', 'RELATED-TO:b@x'],
];
const ALARMS = ['-PT15M', '-PT1H', 'PT0S'];

interface Version {
  readonly uid: (typeof UIDS)[number];
  readonly newer: boolean;
  readonly once: readonly (keyof typeof ONCE)[];
  readonly many: readonly string[];
  readonly alarms: readonly string[];
}
const version: fc.Arbitrary<Version> = fc.record({
  uid: fc.constantFrom(...UIDS),
  newer: fc.boolean(),
  once: fc.subarray(Object.keys(ONCE) as (keyof typeof ONCE)[]),
  many: fc.subarray(MANY),
  alarms: fc.subarray(ALARMS),
});
/** One version of each event. */
const device = fc.uniqueArray(version, { selector: ({ uid }) => uid, maxLength: 3 });
/** The same with no winner among the versions. */
const equalDevice = device.map((versions) => versions.map((each) => ({ ...each, newer: false })));

interface Program {
  readonly turned: boolean;
  readonly inUtc: boolean;
  readonly joined: boolean;
  readonly quoted: boolean;
  readonly stamp: string;
  readonly lineEnd: string;
}
const program: fc.Arbitrary<Program> = fc.record({
  turned: fc.boolean(),
  inUtc: fc.boolean(),
  joined: fc.boolean(),
  quoted: fc.boolean(),
  stamp: fc.constantFrom('20240101T000000Z', '20250505T050505Z'),
  lineEnd: fc.constantFrom('\r\n', '\n'),
});

function eventOf({ uid, newer, once, many, alarms }: Version, by: Program): string[] {
  const lists = ['CATEGORIES', 'EXDATE'].flatMap((name) => {
    const values = many
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1));
    if (values.length === 0) return [];
    return by.joined ? [`${name}:${values.join(',')}`] : values.map((value) => `${name}:${value}`);
  });
  const others = many
    .filter((line) => !/^(?:CATEGORIES|EXDATE):/.test(line))
    .map((line) => (by.quoted ? line.replace('CN=Ann', 'CN="Ann"').replace('mailto:', 'MAILTO:') : line));
  const said = [
    `UID:${uid}`,
    `DTSTAMP:${by.stamp}`,
    by.inUtc ? 'DTSTART:20240101T090000Z' : 'DTSTART;TZID=Europe/Berlin:20240101T100000',
    by.inUtc ? 'DURATION:P0DT1H0M0S' : 'DURATION:PT1H',
    `SUMMARY:Event ${uid}`,
    ...(newer ? ['SEQUENCE:1'] : []),
    ...once.map((name) => `${name}:${ONCE[name][newer ? 1 : 0]}`),
    ...lists,
    ...others,
  ];
  const rings = alarms.flatMap((trigger) => [
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `TRIGGER:${trigger}`,
    'END:VALARM',
  ]);
  return ['BEGIN:VEVENT', ...(by.turned ? said.toReversed() : said), ...rings, 'END:VEVENT'];
}

const fileOf = (versions: readonly Version[], by: Program): Buffer =>
  Buffer.from(
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:x',
      ...versions.flatMap((each) => eventOf(each, by)),
      'END:VCALENDAR',
    ]
      .map((line) => contentLine(line, by.lineEnd))
      .join(''),
    'latin1',
  );

const linesOf = async (versions: readonly Version[], by: Program): Promise<string[]> =>
  (await readAll(calendarFormat, fileOf(versions, by))).lines;

/** What another reader finds in each event, by UID: values as they are meant, alarms by their trigger. */
function meaning(folder: RecordFolder): Record<string, string[]> {
  const bytes = folder.bytes();
  if (bytes.length === 0) return {};
  const root = new ICAL.Component(ICAL.parse(bytes.toString('utf8')) as never);
  return Object.fromEntries(
    root.getAllSubcomponents('vevent').map((event) => {
      const said = event.getAllProperties().flatMap((property) =>
        // The start may be written in UTC or in its zone, and the stamp is that of an export.
        ['dtstamp', 'dtstart'].includes(property.name)
          ? []
          : property.getValues().map((value) => `${property.name} ${String(value).toLowerCase()}`),
      );
      const rings = event
        .getAllSubcomponents('valarm')
        .map((alarm) => `alarm ${String(alarm.getFirstPropertyValue('trigger'))}`);
      return [String(event.getFirstPropertyValue('uid')), [...new Set([...said, ...rings])].sort()];
    }),
  );
}

async function merged(parts: readonly (readonly string[])[]): Promise<Record<string, string[]>> {
  return withFolder(calendarFormat, async (folder) => {
    for (const lines of parts) if (lines.length > 0) await folder.merge(lines);
    return meaning(folder);
  });
}

const LAW_RUNS = { numRuns: 60 };

describe('versions of events', () => {
  it('lose no property and no alarm of either in a merge, and again change no byte', () =>
    fc.assert(
      fc.asyncProperty(device, device, program, program, (there, arriving, one, other) =>
        withFolder(calendarFormat, async (folder) => {
          folder.put(fileOf(there, one));
          const lines = await linesOf(arriving, other);
          await folder.merge(lines);
          const now = meaning(folder);
          for (const { uid, once, many, alarms } of [...there, ...arriving]) {
            const said = now[uid] ?? [];
            for (const name of once)
              expect(said.some((each) => each.startsWith(`${name.toLowerCase()} `))).toBe(true);
            for (const line of many) {
              const name = (/^[A-Z-]+/.exec(line)?.[0] ?? '').toLowerCase();
              expect(said.filter((each) => each.startsWith(`${name} `)).length).toBeGreaterThan(0);
            }
            expect(said.filter((each) => each.startsWith('alarm '))).toHaveLength(
              new Set(
                [...there, ...arriving].filter((each) => each.uid === uid).flatMap((each) => each.alarms),
              ).size,
            );
            expect(alarms.length).toBeLessThanOrEqual(said.length);
          }
          await expectNoChange(folder, lines);
        }),
      ),
      LAW_RUNS,
    ));

  it('come to the same, whichever device has it first', () =>
    fc.assert(
      fc.asyncProperty(device, device, program, program, async (a, b, one, other) => {
        const [first, second] = [await linesOf(a, one), await linesOf(b, other)];
        expect(await merged([first, second])).toEqual(await merged([second, first]));
      }),
      LAW_RUNS,
    ));

  it('of three devices come to the same in any order', () =>
    fc.assert(
      fc.asyncProperty(
        equalDevice,
        equalDevice,
        equalDevice,
        program,
        program,
        async (a, b, c, one, other) => {
          const [x, y, z] = [await linesOf(a, one), await linesOf(b, other), await linesOf(c, one)];
          const all = await merged([x, y, z]);
          for (const order of [
            [z, y, x],
            [y, z, x],
            [x, z, y],
          ])
            expect(await merged(order)).toEqual(all);
        },
      ),
      { numRuns: 40 },
    ));

  it('that another program wrote again are never added a second time', () =>
    fc.assert(
      fc.asyncProperty(device, program, program, (there, one, other) =>
        withFolder(calendarFormat, async (folder) => {
          folder.put(fileOf(there, one));
          const again = await folder.merge(await linesOf(there, other));
          expect(again).toMatchObject({ added: 0, skipped: [] });
        }),
      ),
      LAW_RUNS,
    ));
});
