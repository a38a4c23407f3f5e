/** Rows of a made-up phone, with the columns and the spellings of Android's own databases. */
import type { PhoneData, Row } from './phone-data.ts';

const ITEM = 'vnd.android.cursor.item/';

/** A body that holds what stands between two rows, the very next one's included. */
export const FORGED = 'Hello, world, body=x\nRow: 7 looks like a row\nRow: 1 _id=2, body=forged\n\nend';
export const PICTURE = Buffer.from('\xff\xd8 a picture \0\r\n\xff', 'latin1');

const sms = (id: number, columns: Row): Row => ({
  ...{
    _id: id,
    thread_id: 1,
    address: '+4915550001',
    date: 1_700_000_000_000 + id,
    date_sent: 1_700_000_000_000,
  },
  ...{ type: 1, protocol: 0, read: 1, status: -1, locked: 0, subject: null, body: 'hi' },
  ...columns,
});

const mms = (id: number, columns: Row): Row => ({
  ...{ _id: id, thread_id: 2, date: 1_700_000_100 + id, date_sent: 1_700_000_090, msg_box: 1, m_type: 132 },
  ...{
    sub: null,
    sub_cs: null,
    ct_t: 'application/vnd.wap.multipart.related',
    text_only: 0,
    read: 1,
    seen: 1,
  },
  ...{ rr: null, d_rpt: null, pri: null, locked: 0 },
  ...columns,
});

const part = (id: number, mid: number, columns: Row): Row => ({
  ...{
    _id: id,
    mid,
    seq: 0,
    ct: 'text/plain',
    name: null,
    chset: 106,
    cd: null,
    fn: null,
    cid: null,
    cl: null,
    text: null,
  },
  ...columns,
});

const address = (id: number, type: number, number: string): Row => ({
  _id: id,
  type,
  charset: 106,
  address: number,
});

let dataId = 0;
const item = (raw: number, type: string, ...values: readonly (string | null)[]): Row => ({
  ...{ _id: (dataId += 1), raw_contact_id: raw, is_super_primary: 0, mimetype: ITEM + type },
  ...Object.fromEntries(
    Array.from({ length: 15 }, (_, index) => [`data${String(index + 1)}`, values[index] ?? null]),
  ),
});

export const ANNAS_PHONE: PhoneData = {
  androidId: '1f00ba5e0ddba11f',
  tables: {
    sms: [
      sms(1, { body: FORGED }),
      sms(2, { body: 'the real second one', type: 2, read: 0 }),
      sms(3, { body: 'NULL', address: 'INFO, Bank' }),
      sms(5, { body: null, subject: 'only a subject, body=' }),
      sms(9, { body: '' }),
    ],
    mms: [
      mms(1, { sub: 'Gr\u00c3\u00bc\u00c3\u009fe', sub_cs: 106 }),
      mms(2, { thread_id: 1, msg_box: 2, m_type: 128 }),
    ],
    'mms/part': [
      part(10, 1, { ct: 'application/smil', text: '<smil/>', seq: -1 }),
      part(11, 1, { text: 'Look, text=here\nRow: 2 _id=12, text=' }),
      part(12, 1, { ct: 'image/jpeg', cl: 'IMG_1.jpg', name: 'IMG_1.jpg' }),
      part(13, 2, { text: 'to one' }),
    ],
    'mms/1/addr': [
      address(1, 137, '+4915550002'),
      address(2, 151, '+4915559999'),
      address(3, 130, '+4915550001'),
    ],
    'mms/2/addr': [address(4, 137, 'insert-address-token'), address(5, 151, '+4915550001')],
    'mms-sms/canonical-addresses': [
      { _id: 1, address: '+4915550001' },
      { _id: 2, address: '+4915550002' },
    ],
    'mms-sms/conversations': [
      { _id: 1, recipient_ids: '1' },
      { _id: 2, recipient_ids: '1 2' },
    ],
    'call_log/calls': [
      {
        _id: 1,
        number: '+4915550001',
        date: 1_700_000_000_000,
        duration: 65,
        type: 2,
        presentation: 1,
        post_dial_digits: '',
      },
      {
        _id: 2,
        number: '',
        date: 1_700_000_001_000,
        duration: 0,
        type: 3,
        presentation: 2,
        post_dial_digits: null,
      },
      {
        _id: 3,
        number: '+49,1;2',
        date: 1_700_000_002_000,
        duration: 1,
        type: 1,
        presentation: 1,
        post_dial_digits: ',12',
      },
    ],
    'com.android.contacts/raw_contacts': [
      { _id: 1, contact_id: 7, deleted: 0, starred: 1 },
      { _id: 2, contact_id: 7, deleted: 0, starred: 0 },
      { _id: 3, contact_id: 8, deleted: 0, starred: 0 },
      { _id: 4, contact_id: null, deleted: 1, starred: 0 },
    ],
    'com.android.contacts/data': [
      item(1, 'name', 'Dr. Anna M\u00fcller, PhD', 'Anna', 'M\u00fcller', 'Dr.', null, 'PhD'),
      item(1, 'phone_v2', '+49 1555 0001', '2', null),
      item(1, 'phone_v2', '030 1234', '0', 'Laube; hinten'),
      item(1, 'email_v2', 'anna@example.org', '2', null),
      item(
        1,
        'postal-address_v2',
        'Weg 1\n12345 Berlin',
        '1',
        null,
        'Weg 1',
        null,
        null,
        'Berlin',
        null,
        '12345',
        'Deutschland',
      ),
      item(1, 'organization', 'Bau, GmbH', '1', null, 'Chefin', 'Planung'),
      item(1, 'note', 'Zeile eins,\nRow: 3 _id=9, data1=x'),
      item(1, 'contact_event', '1980-02-29', '3', null),
      item(1, 'contact_event', '--06-01', '1', null),
      item(1, 'group_membership', '5'),
      item(1, 'photo'),
      item(2, 'phone_v2', '+4915550001', '2', null),
      item(2, 'vnd.com.whatsapp.profile', '4915550001@s.whatsapp.net', 'WhatsApp'),
      item(3, 'name', 'Bob'),
      item(3, 'website', 'https://example.org/a,b', '0', 'Blog'),
      item(3, 'im', 'bob', '1', null, null, '-1', 'Matrix'),
      item(4, 'name', 'Deleted'),
    ],
    'com.android.contacts/groups': [
      { _id: 5, deleted: 0, auto_add: 0, favorites: 0, title: 'Chor', system_id: null },
      { _id: 6, deleted: 0, auto_add: 1, favorites: 0, title: 'My Contacts', system_id: 'Contacts' },
    ],
    'com.android.calendar/calendars': [
      { _id: 1, calendar_displayName: 'Privat', ownerAccount: 'anna@example.org' },
      {
        _id: 2,
        calendar_displayName: 'Holidays',
        ownerAccount: 'de.german#holiday@group.v.calendar.google.com',
      },
      { _id: 3, calendar_displayName: 'Chor', ownerAccount: 'local' },
    ],
    'com.android.calendar/events': [
      {
        ...{
          _id: 1,
          calendar_id: 1,
          deleted: 0,
          dtstart: 1_704_099_600_000,
          dtend: null,
          allDay: 0,
          duration: 'P3600S',
        },
        ...{ title: 'Chor, Probe', description: 'a\nRow: 1 _id=2, b', eventLocation: 'Saal; links' },
        ...{
          rrule: 'FREQ=WEEKLY;BYDAY=MO',
          exdate: '20240115T090000Z',
          eventTimezone: 'Europe/Berlin',
          eventStatus: 1,
        },
        ...{ availability: 1, accessLevel: 2, _sync_id: null, uid2445: 'series@example.org' },
      },
      {
        ...{
          _id: 2,
          calendar_id: 1,
          deleted: 0,
          dtstart: 1_704_708_000_000,
          dtend: 1_704_711_600_000,
          allDay: 0,
        },
        ...{
          title: 'Chor, sp\u00e4ter',
          eventTimezone: 'Europe/Berlin',
          original_id: 1,
          originalInstanceTime: 1_704_704_400_000,
        },
        ...{ originalAllDay: 0, eventStatus: 1 },
      },
      {
        ...{
          _id: 3,
          calendar_id: 3,
          deleted: 0,
          dtstart: 1_704_067_200_000,
          dtend: 1_704_153_600_000,
          allDay: 1,
        },
        ...{ title: 'Neujahr', eventTimezone: 'UTC' },
      },
      { _id: 4, calendar_id: 1, deleted: 1, dtstart: 0, dtend: 0, allDay: 0, title: 'deleted' },
      { _id: 5, calendar_id: 2, deleted: 0, dtstart: 0, dtend: 0, allDay: 1, title: 'Tag der Einheit' },
    ],
    'com.android.calendar/reminders': [{ _id: 1, event_id: 1, minutes: 15, method: 1 }],
    'com.android.calendar/attendees': [
      {
        _id: 1,
        event_id: 1,
        attendeeName: 'Bob, B.',
        attendeeEmail: 'bob@example.org',
        attendeeRelationship: 1,
        attendeeStatus: 1,
      },
    ],
  },
  blobs: { 'mms/part/12': PICTURE.toString('base64') },
};
