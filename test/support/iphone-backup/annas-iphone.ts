/** A small iPhone with one of everything that goes wrong easily. */
import type { BackedUpFile } from './make-backup.ts';
import {
  CALENDAR,
  CALLS,
  cocoa,
  CONTACTS,
  database,
  IMAGES,
  MESSAGES,
  PHOTOS,
  typedStream,
} from './databases.ts';

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('picture of Anna')]);
const HOME = 'HomeDomain';
/** Nanoseconds since 2001, as iOS counts since 11. */
const nano = (iso: string): bigint => BigInt(cocoa(iso)) * 1_000_000_000n;

const contacts = database(CONTACTS, {
  ABMultiValueLabel: [
    ['_$!<Mobile>!$_'],
    ['_$!<HomeFAX>!$_'],
    ['Ski hut'],
    ['_$!<Anniversary>!$_'],
    ['_$!<Sister>!$_'],
  ],
  ABMultiValueEntryKey: [['Street'], ['City'], ['ZIP'], ['Country'], ['service'], ['username']],
  ABPerson: [
    [
      1,
      'Anna',
      'Müller',
      null,
      null,
      null,
      null,
      'Post; AG',
      'Süd',
      'likes\ntea, cake',
      0,
      String(cocoa('1990-02-28T12:00:00Z')),
      'Chef',
      'Anni',
      'Dr.',
      null,
    ],
    [
      2,
      'Ben',
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      0,
      String(cocoa('1604-04-12T12:00:00Z')),
      null,
      null,
      null,
      null,
    ],
    [3, null, null, null, null, null, null, 'Bakery', null, null, 1, null, null, null, null, null],
  ],
  ABMultiValue: [
    [1, 1, 3, 0, 1, '+49 170 5551234'],
    [2, 1, 3, 1, 2, '030 1'],
    [3, 1, 3, 2, 3, '+43 5 77'],
    [4, 1, 4, 0, null, 'anna@example.org'],
    [5, 1, 5, 0, null, null],
    [6, 1, 12, 0, 4, String(cocoa('1999-07-10T12:00:00Z'))],
    [7, 1, 23, 0, 5, 'Berta'],
    [8, 1, 13, 0, null, null],
    [9, 3, 22, 0, null, 'https://bakery.example/a,b'],
  ],
  ABMultiValueEntry: [
    [5, 1, 'Hauptstr. 1'],
    [5, 2, 'Köln'],
    [5, 3, '50667'],
    [8, 5, 'Jabber'],
    [8, 6, 'anna@chat.example'],
  ],
  ABGroup: [
    [1, 'Family'],
    [2, 'Work, old'],
  ],
  ABGroupMembers: [
    [1, 1, 0, 1],
    [2, 2, 0, 1],
  ],
});

const images = database(IMAGES, {
  ABFullSizeImage: [[1, 1, 0, JPEG]],
  ABThumbnailImage: [
    [1, 3, Buffer.from('raw pixels')],
    [2, 3, Buffer.from('raw pixels')],
  ],
});

const LONG_TEXT = `Grüße 🎉 ${'x'.repeat(300)}`;

const messages = database(
  MESSAGES,
  {
    handle: [
      [1, '+491705551234', 'SMS'],
      [2, 'ben@example.org', 'iMessage'],
      [3, '+4369911', 'iMessage'],
    ],
    chat: [
      [1, 'a', 45, '+491705551234', null],
      [2, 'b', 43, 'chat1', 'Skiing'],
    ],
    chat_handle_join: [
      [1, 1],
      [2, 2],
      [2, 3],
    ],
    message: [
      [1, 'm1', 'Hello, "you" & <me>', null, 1, 'SMS', nano('2024-01-02T03:04:05Z'), 0, 1, 0, 0, 0, null],
      [
        2,
        'm2',
        null,
        typedStream(LONG_TEXT),
        1,
        'iMessage',
        nano('2024-01-02T03:05:05Z'),
        1,
        1,
        0,
        0,
        0,
        null,
      ],
      [
        3,
        'm3',
        null,
        typedStream('Who comes?'),
        2,
        'iMessage',
        nano('2024-01-03T00:00:00Z'),
        0,
        0,
        0,
        0,
        0,
        null,
      ],
      [4, 'm4', '\uFFFCLook', null, 1, 'iMessage', nano('2024-01-04T00:00:00Z'), 0, 1, 0, 0, 0, null],
      [5, 'm5', 'Loved “Look”', null, 1, 'iMessage', nano('2024-01-04T00:01:00Z'), 0, 1, 2_000, 0, 0, null],
      [6, 'm6', null, null, 2, 'iMessage', nano('2024-01-05T00:00:00Z'), 0, 1, 0, 2, 0, null],
      [
        7,
        'm7',
        null,
        null,
        1,
        'iMessage',
        nano('2024-01-06T00:00:00Z'),
        1,
        1,
        0,
        0,
        nano('2024-01-06T00:01:00Z'),
        null,
      ],
      [
        8,
        'm8',
        null,
        Buffer.from('no stream'),
        1,
        'iMessage',
        nano('2024-01-07T00:00:00Z'),
        0,
        1,
        0,
        0,
        0,
        null,
      ],
      [9, 'm9', 'in the bin', null, 1, 'iMessage', nano('2024-01-08T00:00:00Z'), 0, 1, 0, 0, 0, null],
      [10, 'm10', 'old', null, 1, 'SMS', cocoa('2012-05-06T07:08:09Z'), 0, 1, 0, 0, 0, null],
    ],
    chat_message_join: [
      [1, 1],
      [1, 2],
      [2, 3],
      [1, 4],
      [1, 5],
      [2, 6],
      [1, 7],
      [1, 8],
      [1, 10],
    ],
    attachment: [
      [1, 'g1', '~/Library/SMS/Attachments/ab/11/G1/IMG_7.jpeg', 'image/jpeg', 'IMG_7.jpeg'],
      [2, 'g2', '~/Library/SMS/Attachments/ab/11/G2/gone.mov', 'video/quicktime', 'gone.mov'],
    ],
    message_attachment_join: [
      [4, 1],
      [4, 2],
    ],
    chat_recoverable_message_join: [[1, 9, 0]],
  },
  true,
);

const calls = database(CALLS, {
  ZCALLRECORD: [
    [1, 1, 1, 0, cocoa('2024-02-01T10:00:00Z'), 61.4, Buffer.from('+49301')],
    [2, 0, 1, 1, cocoa('2024-02-02T10:00:00Z'), 5, '+49302'],
    [3, 0, 1, 0, cocoa('2024-02-03T10:00:00Z'), 0, null],
    [4, 0, 8, 0, cocoa('2024-02-04T10:00:00Z'), 0, null],
  ],
  ZHANDLE: [[1, 2, 'anna@example.org']],
  Z_2REMOTEPARTICIPANTHANDLES: [[4, 1]],
});

const calendar = database(CALENDAR, {
  Calendar: [
    [1, 1, 'Home'],
    [2, 1, 'Work'],
    [3, 1, 'Empty'],
  ],
  Location: [[1, 'Café; Süd', 'Hauptstr. 1']],
  CalendarItem: [
    [
      1,
      'Standup',
      'every day, \nreally',
      cocoa('2024-03-04T08:00:00Z'),
      'Europe/Berlin',
      cocoa('2024-03-04T08:15:00Z'),
      'Europe/Berlin',
      0,
      2,
      1,
      1,
      null,
      2,
      null,
      0,
      null,
      'UID-1',
    ],
    [
      2,
      'Holiday',
      null,
      cocoa('2024-07-01T00:00:00Z'),
      '_float',
      cocoa('2024-07-02T23:59:59Z'),
      '_float',
      1,
      1,
      null,
      null,
      null,
      2,
      null,
      0,
      null,
      'UID-2',
    ],
    [
      3,
      'Lunar day',
      null,
      cocoa('2024-07-01T00:00:00Z'),
      null,
      null,
      null,
      1,
      1,
      null,
      null,
      null,
      2,
      'gregorian',
      0,
      null,
      'UID-3',
    ],
  ],
  Recurrence: [[1, 2, 1, 0, null, 'D=0MO,0WE', 1]],
  ExceptionDate: [[1, 1, cocoa('2024-03-06T08:00:00Z')]],
  Alarm: [[1, null, -900, 1]],
  Identity: [[1, 'Ben', 'mailto:ben@example.org']],
  Participant: [
    [1, 7, 1, 1, 1, null, null],
    [2, 8, 0, null, 1, 'anna@example.org', null],
  ],
});

const photos = database(PHOTOS, {
  ZASSET: [
    [1, 'DCIM/100APPLE', 'IMG_0001.HEIC', 0, cocoa('2023-08-09T10:11:12Z')],
    [2, 'DCIM/100APPLE', 'IMG_0002.JPG', 1, cocoa('2023-08-10T10:11:12Z')],
  ],
  ZADDITIONALASSETATTRIBUTES: [],
});

const media = (path: string, text = path, rest: Partial<BackedUpFile> = {}): BackedUpFile => ({
  ...{ domain: 'CameraRollDomain', path: `Media/${path}`, bytes: Buffer.from(text) },
  ...rest,
});

export const ANNAS_FILES: readonly BackedUpFile[] = [
  { domain: HOME, path: 'Library/AddressBook/AddressBook.sqlitedb', bytes: contacts.bytes },
  { domain: HOME, path: 'Library/AddressBook/AddressBookImages.sqlitedb', bytes: images.bytes },
  { domain: HOME, path: 'Library/SMS/sms.db', bytes: messages.bytes },
  { domain: HOME, path: 'Library/SMS/sms.db-wal', bytes: messages.log },
  { domain: HOME, path: 'Library/CallHistoryDB/CallHistory.storedata', bytes: calls.bytes },
  { domain: HOME, path: 'Library/Calendar/Calendar.sqlitedb', bytes: calendar.bytes },
  { domain: 'MediaDomain', path: 'Library/SMS/Attachments/ab/11/G1/IMG_7.jpeg', bytes: JPEG },
  media('PhotoData/Photos.sqlite', '', { bytes: photos.bytes }),
  media('DCIM/100APPLE/IMG_0001.HEIC'),
  media('DCIM/100APPLE/IMG_0001.MOV', 'v'.repeat(300_001), { modified: 1_600_000_000 }),
  media('DCIM/100APPLE/IMG_0002.JPG'),
  media('DCIM/100APPLE/IMG_0003.PNG', 'lost', { missing: true }),
  media('PhotoData/Mutations/DCIM/100APPLE/IMG_0001/Adjustments/FullSizeRender.jpg'),
  media('PhotoData/Thumbnails/V2/DCIM/100APPLE/IMG_0001.HEIC/5005.JPG'),
];

export { JPEG, LONG_TEXT };
