/** A person's files of records, and records from a peer. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { calendarFormat } from '../../../../src/transfer/kinds/calendar/index.ts';
import { callsFormat } from '../../../../src/transfer/kinds/calls/index.ts';
import { contactsFormat } from '../../../../src/transfer/kinds/contacts/index.ts';
import { SKIP_REASON_NAMES, type RecordFormat } from '../../../../src/transfer/kinds/kind.ts';
import { messagesFormat } from '../../../../src/transfer/kinds/messages/index.ts';
import { ERROR_CODES } from '../../../../src/transfer/errors.ts';
import { Destination, readAll } from '../../../unit/kinds/xml/run-format.ts';
import { type Target, unlessLater } from '../target.ts';

const fixture = (path: string): Buffer => readFileSync(new URL(`../../../fixtures/${path}`, import.meta.url));

/** What a record may grow by on its way: six bytes for a control character in JSON, and the names of its fields. */
const GROWTH = 16;
const NAMES_BYTES = 4_096;

interface Format {
  readonly format: RecordFormat;
  readonly files: readonly string[];
  readonly tokens: readonly string[];
  /** What reads a file of it, and what merges into one. */
  readonly reads: RegExp;
  readonly merges: RegExp;
}

function reading({ format, files, tokens, reads }: Format): Target {
  return {
    promise: 'it is read: one JSON object a line, every loss with a reason, in bounds',
    covers: reads,
    tokens,
    seeds: () => files.map(fixture),
    open: () => async (bytes) => {
      const chunkBytes = 1 + ((bytes.at(-1) ?? 0) << 3);
      const { lines, records, skips } = await readAll(format, bytes, chunkBytes);
      for (const line of lines) assert(!line.includes('\n'));
      for (const record of records) assert.equal(typeof record, 'object');
      for (const reason of skips) assert(SKIP_REASON_NAMES.includes(reason));
      const size = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
      assert(size < GROWTH * bytes.length + NAMES_BYTES * (lines.length + 1));
    },
  };
}

/** Between the file at the destination and the records that come, one a line. */
const BORDER = '\0\0\0';

/** Any records into any file. */
function merging({ format, files, tokens, merges }: Format): Target {
  return {
    promise: 'it is merged into what is there, or fails for a reason that has a name',
    covers: merges,
    share: 1 / 3,
    tokens: [
      ...[BORDER, '{}', '[]', 'null', '"', '1e999', '"__proto__":{}', '\\ud800'],
      ...tokens,
      ...tokens.map((token) => JSON.stringify(token)),
    ],
    seeds: async () => {
      const seeds: Buffer[] = [];
      for (const existing of ['', ...files]) {
        for (const incoming of files) {
          const { lines } = await readAll(format, fixture(incoming));
          const file = existing === '' ? Buffer.alloc(0) : fixture(existing);
          seeds.push(Buffer.concat([file, Buffer.from(BORDER), Buffer.from(lines.slice(0, 6).join('\n'))]));
        }
      }
      return seeds;
    },
    open: () => async (bytes) => {
      const border = bytes.indexOf(BORDER);
      const at = border === -1 ? bytes.length : border;
      const incoming = bytes.subarray(at + BORDER.length).toString();
      const destination = new Destination(format, bytes.subarray(0, at));
      try {
        await unlessLater(ERROR_CODES, () => destination.merge(incoming === '' ? [] : incoming.split('\n')));
        assert(destination.files().length > 0);
      } finally {
        destination.remove();
      }
    },
  };
}

const CONTACTS: Format = {
  format: contactsFormat,
  files: ['contacts/android.vcf', 'contacts/apple.vcf'],
  tokens: [
    'BEGIN:VCARD\r\n',
    'END:VCARD\r\n',
    'VERSION:4.0\r\n',
    ';ENCODING=QUOTED-PRINTABLE:=\r\n',
    'AGENT:',
    'item1.',
  ],
  reads: /kinds\/(?:contacts\/(?:read|record|card-splitter)|content-line)\.ts$/,
  merges: /kinds\/(?:contacts\/[\w-]+|content-line|splice\/[\w-]+|digest-set)\.ts$/,
};
const CALENDAR: Format = {
  format: calendarFormat,
  files: ['calendar/outlook.ics', 'calendar/phone.ics'],
  tokens: [
    ...['BEGIN:VEVENT\r\n', 'END:VEVENT\r\n', 'BEGIN:VTIMEZONE\r\n', 'RRULE:FREQ=SECONDLY\r\n', 'UID:x\r\n'],
    ...['END:VCALENDAR\r\n', 'RECURRENCE-ID:20200101T000000Z\r\n', 'EXDATE:', 'TZID=', 'SEQUENCE:2\r\n'],
  ],
  reads:
    /kinds\/(?:calendar\/(?:read|record|calendar-splitter|component|header|time-zone)|content-line)\.ts$/,
  merges: /kinds\/(?:calendar\/[\w-]+|content-line|splice\/[\w-]+)\.ts$/,
};
const MESSAGES: Format = {
  format: messagesFormat,
  files: ['messages/quirks.xml'],
  tokens: [
    ...[
      '<sms ',
      '/>',
      '<mms>',
      '<!DOCTYPE a [<!ENTITY b "c">]>',
      '&b;',
      '&#55357;',
      '<![CDATA[',
      'date="9e99" ',
    ],
    ...['</smses>', '<part ', '<addr ', '<parts>', 'data="AAAA" '],
  ],
  reads:
    /kinds\/(?:messages\/(?:from-element|model)|xml\/(?:elements|decode|references|value))\.ts$|saxes\/saxes\.js$/,
  merges: /kinds\/(?:messages\/[\w-]+|xml\/[\w-]+|splice\/[\w-]+)\.ts$/,
};
const CALLS: Format = {
  format: callsFormat,
  files: ['calls/quirks.xml'],
  tokens: ['<call ', '/>', '<!DOCTYPE a>', '&#x110000;', 'duration="-1" ', '</calls>', 'presentation="3" '],
  reads:
    /kinds\/(?:calls\/(?:element|model)|xml\/(?:elements|decode|references|value))\.ts$|saxes\/saxes\.js$/,
  merges: /kinds\/(?:calls\/[\w-]+|xml\/[\w-]+|splice\/[\w-]+)\.ts$/,
};

export const vcard = reading(CONTACTS);
export const vcardMerge = merging(CONTACTS);
export const ics = reading(CALENDAR);
export const icsMerge = merging(CALENDAR);
export const smsXml = reading(MESSAGES);
export const smsXmlMerge = merging(MESSAGES);
export const callsXml = reading(CALLS);
export const callsXmlMerge = merging(CALLS);
