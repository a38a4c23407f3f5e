/** Laws of what is written onto an Android phone: no text is changed on its way, and what was written once is known again. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialectOf, insertCommand } from '../../src/transfer/devices/android/write/binding.ts';
import { contactOf } from '../../src/transfer/devices/android/write/contact-rows.ts';
import { shownCard } from '../../src/transfer/devices/android/write/contacts.ts';
import { eventRowOf } from '../../src/transfer/devices/android/write/event-rows.ts';
import { newEventOf, shownEvents } from '../../src/transfer/devices/android/write/shown-event.ts';
import type { NewEvent } from '../../src/transfer/kinds/calendar/new-calendar.ts';
import { entryOf } from '../../src/transfer/kinds/contacts/entry.ts';
import { sameProperties } from '../../src/transfer/kinds/contacts/known-properties.ts';
import { newCard } from '../../src/transfer/kinds/contacts/new-card.ts';
import { bindings } from '../support/android/provider-commands.ts';
import { HOSTILE_TEXTS } from '../support/android/write-phone.ts';

const text = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS, '', "'", '\\', ':', '::\\\\:', '\\n', '"', '$', '\r\n'),
  fc.string({ unit: 'binary', maxLength: 60 }).map((each) => each.replace(/[\0\p{Surrogate}]/gu, '')),
  fc.string({ unit: 'grapheme', maxLength: 60 }).map((each) => each.replace(/[\0\p{Surrogate}]/gu, '')),
);
const word = fc.oneof(
  fc.constantFrom('Müller', 'Ann; Lee', 'a,b', 'x:y', 'עברית', '👩‍👧', "it's", 'C:\\new'),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .map((each) => each.replace(/[\p{Cc}\p{Cs}\p{Cf}]/gu, 'x')),
);
const types = fc.subarray(['HOME', 'WORK', 'CELL', 'FAX', 'PAGER', 'PREF', 'CAR', 'MSG']);
const label = fc.option(word, { nil: undefined });
const labelled = <V>(value: fc.Arbitrary<V>) =>
  fc
    .record({ value, types, label })
    .map(({ label: own, ...rest }) => (own === undefined ? rest : { ...rest, label: own }));

const card = fc.record({
  ...{ given: word, family: word, middle: word, prefix: word, suffix: word, nickname: word, note: word },
  ...{ organization: word, department: word, title: word },
  birthday: fc.constantFrom('1980-02-29', '--04-12'),
  phones: fc.array(labelled(fc.constantFrom('+49 1555 0001', '030 55', '015550001', '110')), {
    maxLength: 4,
  }),
  emails: fc.array(labelled(fc.constantFrom('a@example.org', 'B@Example.org')), { maxLength: 3 }),
  urls: fc.array(labelled(fc.constantFrom('https://example.org/a:b', 'HTTP://X.org')), { maxLength: 2 }),
  related: fc.array(labelled(word), { maxLength: 2 }),
  dates: fc.array(labelled(fc.constantFrom('2001-06-01', '--12-24')), { maxLength: 2 }),
  addresses: fc.array(
    fc.record({ parts: fc.array(fc.oneof(word, fc.constant('')), { minLength: 7, maxLength: 7 }), types }),
    { maxLength: 2 },
  ),
  groups: fc.uniqueArray(word, { maxLength: 3 }),
  starred: fc.boolean(),
});

const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', undefined);
const hour = fc.integer({ min: 0, max: 400_000 }).map((each) => each * 3_600_000);
const event = fc
  .record({
    ...{ uid: word, summary: word, description: word, location: word, ms: hour, zone },
    lengthHours: fc.integer({ min: 0, max: 100 }),
    allDay: fc.boolean(),
    rules: fc.subarray(['FREQ=DAILY;COUNT=5'], { maxLength: 1 }),
    alarms: fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 3 }),
    guests: fc.uniqueArray(fc.constantFrom('a@example.org', 'B@example.org', 'tel:+49'), { maxLength: 3 }),
    transparent: fc.boolean(),
  })
  .map(({ ms, zone: name, lengthHours, rules, alarms, guests, allDay, ...rest }): NewEvent => {
    const day = 86_400_000;
    const at = (time: number) => ({ ms: time, ...(name === undefined || allDay ? {} : { zone: name }) });
    const start = allDay ? Math.floor(ms / day) * day : ms;
    const length = allDay ? (1 + (lengthHours % 5)) * day : lengthHours * 3_600_000;
    return {
      ...rest,
      ...{ allDay, start: at(start), end: at(start + length), rules },
      alarms: alarms.map((minutes) => ({ offsetSeconds: -60 * minutes })),
      attendees: guests.map((address) => ({ address, name: 'G, "x"' })),
    };
  });

describe('what is written onto a phone', () => {
  it.each([26, 30, 35])('reaches `content` of API level %d word for word, through a real shell', (sdk) => {
    const dialect = dialectOf(sdk, true);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (texts) => {
        const columns = Object.fromEntries(texts.map((each, index) => [`c${String(index)}`, each]));
        const script = `content() { printf '%s\\0' "$@"; }; ${insertCommand('content://sms', columns, dialect)}`;
        const args = execFileSync('/bin/sh', ['-c', script]).toString().split('\0').slice(0, -1);
        expect(args.slice(0, 3)).toEqual(['insert', '--uri', 'content://sms']);
        expect(bindings(args, sdk)).toEqual(columns);
      }),
      { numRuns: 30 },
    );
  });

  it('as a contact says all of itself when it is read and written once more', () => {
    fc.assert(
      fc.property(card, (fields) => {
        const shown = (bytes: Buffer | undefined) => {
          const entry = bytes === undefined ? undefined : entryOf(bytes);
          return entry === undefined ? undefined : shownCard(contactOf(entry.card));
        };
        const first = shown(newCard(fields));
        const second = shown(first);
        const [a, b] = [first, second].map((bytes) => (bytes === undefined ? undefined : entryOf(bytes)));
        expect(a !== undefined && b !== undefined && sameProperties(a.units, b.units)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('as an event is the same event when it is read and written once more', async () => {
    await fc.assert(
      fc.asyncProperty(event, async (fields) => {
        const [came] = await shownEvents([fields]);
        const row = came === undefined ? undefined : eventRowOf(came, 'Europe/Berlin');
        const again = row === undefined ? undefined : newEventOf(row);
        const [shown] = again === undefined ? [] : await shownEvents([again]);
        expect(shown === undefined ? undefined : eventRowOf(shown, 'Asia/Tokyo')).toEqual(row);
        expect(row).toBeDefined();
      }),
      { numRuns: 150 },
    );
  });
});
