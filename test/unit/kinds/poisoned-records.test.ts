/** Records made to cost more than they are worth: each is named and counted, and the one after it arrives. */
import { describe, expect, it } from 'vitest';
import { calendarFormat } from '../../../src/transfer/kinds/calendar/index.ts';
import type { SkipReason } from '../../../src/transfer/kinds/kind.ts';
import { messagesFormat } from '../../../src/transfer/kinds/messages/index.ts';
import { LIMITS } from '../../../src/transfer/limits.ts';
import { counts, readAll, RecordFolder } from './record-folder.ts';

const event = (...lines: string[]): string => ['BEGIN:VEVENT', ...lines, 'END:VEVENT', ''].join('\n');
const calendar = (...events: string[]): string =>
  `BEGIN:VCALENDAR\nVERSION:2.0\n${events.join('')}END:VCALENDAR\n`;
const repeated = (text: string, times: number): string => text.repeat(times).trimEnd();
const attendees = (from: number, to: number, name: string): string[] =>
  Array.from({ length: to - from }, (_, n) => `ATTENDEE;CN=${name}:mailto:a${String(from + n)}@example.org`);

describe('an event', () => {
  it.each<[string, string, SkipReason]>([
    ['more lines than any', repeated('A:\n', LIMITS.recordLines + 1), 'too-large'],
    ['more blank lines than any', `${'\n'.repeat(LIMITS.recordLines)}A:1`, 'too-large'],
    ['more folds than any', `X:1${'\n '.repeat(LIMITS.recordPhysicalLines)}`, 'too-large'],
    ['more parameters than any', repeated(`X${';a'.repeat(8_000)}:1\n`, 60), 'malformed'],
  ])('of %s is skipped, and the next one arrives', async (_, lines, reason) => {
    const read = await readAll(calendarFormat, calendar(event('UID:1', lines), event('UID:2')), {
      chunk: 65_536,
    });
    expect({ lines: read.lines.length, skips: read.skips }).toEqual({ lines: 1, skips: [reason] });
  });

  it.each([
    ['a parameter of megabytes', `DTSTART;X=${'a'.repeat(5_000_000)}:20240101T100000Z`],
    ['a rule of megabytes', `RRULE:FREQ=DAILY;BYDAY=${'MO, '.repeat(1_000_000)}`],
    ['a list of megabytes', `CATEGORIES:${'a,'.repeat(3_000_000)}`],
    ['text of escapes', `DESCRIPTION:${'\\,'.repeat(3_000_000)}`],
    ['a line that is none, of megabytes', ',;'.repeat(3_000_000)],
    ['components as deep as they may be', repeated('BEGIN:X-A\nX:"\\\n', 30) + repeated('\nEND:X-A', 30)],
  ])('with %s arrives, once', async (_, line) => {
    const folder = new RecordFolder(calendarFormat);
    try {
      const source = calendar(event('UID:1', line), event('UID:2'));
      expect(counts(await folder.mergeFile(source))).toMatchObject({ added: 2, skipped: [] });
      expect(counts(await folder.mergeFile(source))).toMatchObject({ same: 2, files: [] });
    } finally {
      folder.remove();
    }
  });

  it('of 20,000 attendees takes in 20,000 others, and twice as many stay two events', async () => {
    const folder = new RecordFolder(calendarFormat);
    try {
      folder.put(calendar(event('UID:1', ...attendees(0, 20_000, 'a'))));
      const others = calendar(event('UID:1', ...attendees(20_000, 40_000, 'a')));
      expect(counts(await folder.mergeFile(others))).toMatchObject({ merged: 1, added: 0 });
      const more = calendar(event('UID:1', ...attendees(40_000, 60_000, 'a')));
      expect(counts(await folder.mergeFile(more))).toMatchObject({ merged: 0, added: 1 });
      expect(counts(await folder.mergeFile(more))).toMatchObject({ same: 1, files: [] });
    } finally {
      folder.remove();
    }
  });
});

describe('a message', () => {
  const sound = '<sms address="1" date="1" type="1" body="x"/>';
  it.each<[string, string, SkipReason]>([
    [
      'more parts than any',
      `<mms date="1" msg_box="1"><parts>${'<part/>'.repeat(60_000)}</parts></mms>`,
      'too-large',
    ],
    [
      'more attributes than any',
      `<mms date="1" msg_box="1"><parts>${`<part ${Array.from({ length: 1_000 }, (_, n) => `a${String(n)}=""`).join(' ')}/>`.repeat(1_100)}</parts></mms>`,
      'too-large',
    ],
    ['elements without end', `<mms date="1" msg_box="1">${'<a>'.repeat(100_000)}</mms>`, 'malformed'],
  ])('of %s is skipped, and the next one arrives', async (_, bad, reason) => {
    const read = await readAll(messagesFormat, `<smses>${sound}${bad}${sound}</smses>`, { chunk: 65_536 });
    expect({ lines: read.lines.length, skips: read.skips }).toEqual({ lines: 2, skips: [reason] });
  });
});
