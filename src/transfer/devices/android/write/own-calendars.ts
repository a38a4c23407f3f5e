/** Calendars of our own on a phone: local ones, by the name that the calendar had on the other device. */
import { digestOf } from '../../../kinds/xml/record-digest.ts';
import { AUTHORITY } from '../calendar.ts';
import { ContentReader } from '../content-query.ts';
import { insertCommand } from './binding.ts';
import { ACCOUNT, asAdapter } from './event-writer.ts';
import { digestText } from './row-table.ts';
import { runAll } from './script.ts';
import type { PhoneWriting } from './writing.ts';

const CALENDARS = `${AUTHORITY}/calendars`;
/** CalendarContract.Calendars.CAL_ACCESS_OWNER */
const OWNER = 700;
/** Opaque indigo, as Android's signed ARGB. */
const COLOR = 0xff3f51b5 - 0x1_0000_0000;
const TRIES = 3;

export const calendarDigest = (name: string): string => digestText(digestOf(`calendar ${name}`));

/** Numbers of our calendars by their names. @throws ContentRefused */
export async function ownCalendars(content: ContentReader): Promise<Map<string, number>> {
  const rows = await content.rows({
    uri: CALENDARS,
    where: `account_type='${ACCOUNT.account_type}' AND account_name='${ACCOUNT.account_name}'`,
    numbers: [],
    texts: ['calendar_displayName'],
  });
  return new Map(rows.map((row) => [row.text('calendar_displayName') ?? '', row.id]));
}

/** The calendar of that name, made where there is none; undefined where the phone takes none. */
export async function ownCalendar(
  { link, dialect, signal, made }: PhoneWriting,
  name: string,
): Promise<number | undefined> {
  const content = new ContentReader(link, signal, () => undefined);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const columns = {
      ...ACCOUNT,
      ...{ name, calendar_displayName: name, calendar_color: COLOR, calendar_access_level: OWNER },
      ...{ ownerAccount: ACCOUNT.account_name, visible: 1, sync_events: 1 },
    };
    const { cut } = await runAll(link, [insertCommand(asAdapter('calendars'), columns, dialect)], {
      signal,
    });
    const id = (await ownCalendars(content)).get(name);
    if (id !== undefined) {
      await made([{ type: 'row', table: 'calendar', id, digest: calendarDigest(name) }], signal);
      return id;
    }
    if (cut === undefined) break;
  }
  return undefined;
}
