/** Backups of old and new iPhones hold the same things in other tables: all of them arrive. */
import { describe, expect, it } from 'vitest';
import { openSource } from '../../../../src/transfer/devices/open-source.ts';
import type { DeviceIo } from '../../../../src/transfer/devices/device-io.ts';
import type { Source } from '../../../../src/transfer/devices/port.ts';
import { KINDS, type RecordKind } from '../../../../src/transfer/kinds/kind.ts';
import { Ephemeral } from '../../../../src/transfer/privacy/ephemeral.ts';
import { CALENDAR, cocoa, database } from '../../../support/iphone-backup/databases.ts';
import { VERSIONS } from '../../../support/iphone-backup/ios-versions.ts';
import { type BackedUpFile, makeBackup } from '../../../support/iphone-backup/make-backup.ts';
import { scratchFolder } from '../../../support/scratch.ts';

const { signal } = new AbortController();
const io: DeviceIo = {
  tell: () => undefined,
  askPassword: () => Promise.resolve(new Ephemeral('pw')),
  askAccount: () => Promise.resolve(undefined),
  signal,
};

interface Scanned {
  readonly source: Source;
  readonly names: readonly string[];
  readonly left: readonly string[];
}

async function scan(files: readonly BackedUpFile[], version?: string): Promise<Scanned> {
  const folder = makeBackup(scratchFolder(), {
    ...{ password: 'pw', files },
    ...(version === undefined ? {} : { version }),
  });
  const source = await openSource({ from: `iphone-backup:${folder}` }, io);
  const left: string[] = [];
  const names: string[] = [];
  const entries = source.scan({
    kinds: KINDS,
    skip: (kind, reason, count = 1, path = []) =>
      left.push(`${kind} ${reason} ${String(count)} ${path.join('/')}`),
    app: () => undefined,
    signal,
  });
  for await (const entry of entries) if (entry.type === 'file') names.push(entry.path.join('/'));
  return { source, names, left };
}

async function records(source: Source, kind: RecordKind): Promise<Record<string, unknown>[]> {
  let text = '';
  for await (const { bytes } of source.segments(kind, 0, signal)) text += Buffer.from(bytes).toString();
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a backup', () => {
  it.each(VERSIONS)(
    'of iOS $version gives messages as they last were, calls and photos',
    async ({ version, files, texts }) => {
      const { source, names, left } = await scan(files, version);
      const messages = await records(source, 'messages');
      // The preview of a link is no attachment: its message stays a text.
      expect(messages.map(({ element, body }) => [element, body])).toEqual(
        texts.map((text) => ['sms', text]),
      );
      expect(await records(source, 'calls')).toMatchObject([{ number: '+49301', type: 1, duration: 60 }]);
      // Both halves of a Live Photo keep their ending.
      expect(names).toEqual(['DCIM/group12/7B0F2A11 IMG_4711.HEIC', 'DCIM/group12/7B0F2A11 IMG_4711.MOV']);
      expect(left).toContain('files deleted 1 DCIM/100APPLE/IMG_0002.JPG');
      // The message of a game has nothing that another phone could show; an unsent one is gone.
      expect(left.filter((line) => line.startsWith('messages'))).toEqual([
        'messages no-equivalent 1 messages',
        ...(version === '18.1' ? ['messages deleted 1 messages'] : []),
      ]);
      await source.close();
    },
  );

  it('tells which events it leaves behind', async () => {
    const event = (
      id: number,
      title: string,
      start: string | number,
      calendar: number,
    ): (string | number)[] => [...[id, title, start, cocoa('2024-03-04T09:00:00Z'), calendar, 2]];
    const { bytes } = database(CALENDAR, {
      'Calendar (ROWID, store_id, title)': [[1, 1, 'Home']],
      'CalendarItem (ROWID, summary, start_date, end_date, calendar_id, entity_type)': [
        event(1, 'Dinner', cocoa('2024-03-04T08:00:00Z'), 1),
        event(2, 'Damaged', 'not a date', 1),
        event(3, 'Of a calendar that was removed', cocoa('2024-03-04T08:00:00Z'), 9),
      ],
    });
    const { source, left } = await scan([
      { domain: 'HomeDomain', path: 'Library/Calendar/Calendar.sqlitedb', bytes },
    ]);
    expect(await records(source, 'calendar')).toHaveLength(1);
    expect(left).toEqual(['calendar malformed 1 calendar/Damaged', 'calendar deleted 1 calendar']);
    await source.close();
  });
});
