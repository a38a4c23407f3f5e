/** Whatever is in a person's file of records, or comes as records from a peer, costs at most the records that are bad. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MoverError } from '../../../src/transfer/errors.ts';
import { calendarFormat } from '../../../src/transfer/kinds/calendar/index.ts';
import { callsFormat } from '../../../src/transfer/kinds/calls/index.ts';
import { contactsFormat } from '../../../src/transfer/kinds/contacts/index.ts';
import { SKIP_REASON_NAMES, type RecordFormat } from '../../../src/transfer/kinds/kind.ts';
import { messagesFormat } from '../../../src/transfer/kinds/messages/index.ts';
import { Destination, readAll } from '../../unit/kinds/xml/run-format.ts';
import { inputs, SETTINGS } from './mutations.ts';

const fixture = (path: string): Buffer => readFileSync(new URL(`../../fixtures/${path}`, import.meta.url));

interface Target {
  readonly format: RecordFormat;
  readonly seeds: readonly Buffer[];
  readonly tokens: readonly string[];
}

const TARGETS: readonly Target[] = [
  {
    format: contactsFormat,
    seeds: [fixture('contacts/android.vcf'), fixture('contacts/apple.vcf')],
    tokens: [
      'BEGIN:VCARD\r\n',
      'END:VCARD\r\n',
      'VERSION:4.0\r\n',
      ';ENCODING=QUOTED-PRINTABLE:=\r\n',
      'AGENT:',
      'item1.',
    ],
  },
  {
    format: calendarFormat,
    seeds: [fixture('calendar/outlook.ics'), fixture('calendar/phone.ics')],
    tokens: [
      'BEGIN:VEVENT\r\n',
      'END:VEVENT\r\n',
      'BEGIN:VTIMEZONE\r\n',
      'RRULE:FREQ=SECONDLY\r\n',
      'UID:x\r\n',
      'END:VCALENDAR\r\n',
    ],
  },
  {
    format: messagesFormat,
    seeds: [fixture('messages/quirks.xml')],
    tokens: [
      '<sms ',
      '/>',
      '<mms>',
      '<!DOCTYPE a [<!ENTITY b "c">]>',
      '&b;',
      '&#55357;',
      '<![CDATA[',
      'date="9e99" ',
      '</smses>',
    ],
  },
  {
    format: callsFormat,
    seeds: [fixture('calls/quirks.xml')],
    tokens: ['<call ', '/>', '<!DOCTYPE a>', '&#x110000;', 'duration="-1" ', '</calls>'],
  },
];

/** What a record may grow by on its way: six bytes for a control character in JSON, and the names of its fields. */
const GROWTH = 16;
const NAMES_BYTES = 4_096;

/** A merge that fails must fail for a reason it has a name for. */
async function merged(format: RecordFormat, existing: Buffer, lines: readonly string[]): Promise<string[]> {
  const destination = new Destination(format, existing);
  try {
    await destination.merge(lines).catch((error: unknown) => {
      if (!(error instanceof MoverError)) throw error;
    });
    return destination.files();
  } finally {
    destination.remove();
  }
}

describe.each(TARGETS)('$format.kind', ({ format, seeds, tokens }) => {
  const files = inputs(seeds, tokens);

  it('are read from any file: one JSON object a line, every loss with a reason, in bounds', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.integer({ min: 1, max: 2_000 }), async (bytes, chunkBytes) => {
        const { lines, records, skips } = await readAll(format, bytes, chunkBytes);
        for (const line of lines) expect(line).not.toContain('\n');
        for (const record of records) expect(typeof record).toBe('object');
        for (const reason of skips) expect(SKIP_REASON_NAMES).toContain(reason);
        const size = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
        expect(size).toBeLessThan(GROWTH * bytes.length + NAMES_BYTES * (lines.length + 1));
      }),
      SETTINGS,
    );
  });

  it('are merged into any file, from any records, without a fault', async () => {
    const lines = (await Promise.all(seeds.map((seed) => readAll(format, seed)))).flatMap((one) => one.lines);
    const records = inputs(
      lines.map((line) => Buffer.from(line)),
      [
        '{}',
        '[]',
        'null',
        '"',
        '1e999',
        '"__proto__":{}',
        '\\ud800',
        ...tokens.map((token) => JSON.stringify(token)),
      ],
    ).map((bytes) => bytes.toString().replaceAll('\n', ' '));
    await fc.assert(
      fc.asyncProperty(files, fc.array(records, { maxLength: 4 }), async (existing, incoming) => {
        expect((await merged(format, existing, incoming)).length).toBeGreaterThan(0);
      }),
      { ...SETTINGS, numRuns: Math.ceil(SETTINGS.numRuns / 3) },
    );
  });
});
