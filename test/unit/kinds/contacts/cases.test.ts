/**
 * Cards of real programs that were doubled, mixed up or maimed when they were merged, each with what is right. Cases made
 * after public reports of other tools.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contactsFormat } from '../../../../src/transfer/kinds/contacts/index.ts';
import { counts, RecordFolder } from '../record-folder.ts';

type Version = '2.1' | '3.0' | '4.0';

const cardOf = (version: Version, lines: readonly string[]): string =>
  ['BEGIN:VCARD', `VERSION:${version}`, ...lines, 'END:VCARD', ''].join('\r\n');
const NAMED = ['N:Berg;Anna;;;', 'FN:Anna Berg'];
const ANNA = [...NAMED, 'TEL:+491701234567'];
const anna = (...more: string[]): string => cardOf('3.0', [...ANNA, ...more]);
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

let folder: RecordFolder;
beforeEach(() => {
  folder = new RecordFolder(contactsFormat);
});
afterEach(() => {
  folder.remove();
});

interface Case {
  readonly what: string;
  readonly there: string;
  readonly comes: string | Buffer;
  readonly outcome: 'added' | 'merged' | 'same';
  /** Cards afterwards, as UTF-8 text. */
  readonly right: string;
}

const CASES: readonly Case[] = [
  {
    what: 'a name with a language is one name, and its language joins it',
    there: anna(),
    comes: cardOf('2.1', ['N;LANGUAGE=de:Berg;Anna', 'FN:Anna Berg', 'TEL;CELL;VOICE:0170 1234567']),
    outcome: 'merged',
    right: cardOf('3.0', ['N;LANGUAGE=de:Berg;Anna;;;', 'FN:Anna Berg', 'TEL;TYPE=CELL:+491701234567']),
  },
  {
    what: 'empty values say nothing',
    there: anna('BDAY:1980-05-01'),
    comes: anna('BDAY:', 'NOTE:', 'TEL;TYPE=HOME:', 'ADR;TYPE=HOME:;;;;;;', 'EMAIL: '),
    outcome: 'same',
    right: anna('BDAY:1980-05-01'),
  },
  {
    what: 'a whole birthday takes the place of one without its year',
    there: anna('BDAY;VALUE=date:1604-05-01'),
    comes: anna('BDAY:1981-05-01'),
    outcome: 'merged',
    right: anna('BDAY:1981-05-01'),
  },
  {
    what: 'a whole birthday takes the place of an empty one',
    there: anna('BDAY:', 'NOTE:x'),
    comes: anna('BDAY:1981-05-01'),
    outcome: 'merged',
    right: anna('BDAY:1981-05-01', 'NOTE:x'),
  },
  {
    what: 'two birthdays on other days without years are no reason for two cards, and both stay',
    there: anna('BDAY:--05-01'),
    comes: anna('BDAY:--06-02'),
    outcome: 'merged',
    right: anna('BDAY:--05-01', 'X-OPENMOVER-BDAY:--06-02'),
  },
  {
    what: 'father and son with one telephone and two birthdays are two',
    there: anna('BDAY:1950-01-01'),
    comes: anna('BDAY:1980-02-02'),
    outcome: 'added',
    right: anna('BDAY:1950-01-01') + anna('BDAY:1980-02-02'),
  },
  {
    what: 'a group is not the person of its name',
    there: anna('X-ADDRESSBOOKSERVER-KIND:group'),
    comes: anna('NOTE:x'),
    outcome: 'added',
    right: anna('X-ADDRESSBOOKSERVER-KIND:group') + anna('NOTE:x'),
  },
  {
    what: 'a card of the same UID and name is the same person with another number',
    there: cardOf('3.0', ['UID:4d1f-1', ...ANNA]),
    comes: cardOf('3.0', ['UID:4d1f-1', ...NAMED, 'TEL:+491729999999']),
    outcome: 'merged',
    right: cardOf('3.0', ['UID:4d1f-1', ...ANNA, 'TEL:+491729999999']),
  },
  {
    what: 'a contradicting single value is kept under another name',
    there: anna('GENDER:F'),
    comes: anna('GENDER:O'),
    outcome: 'merged',
    right: anna('GENDER:F', 'X-OPENMOVER-GENDER:O'),
  },
  {
    what: 'a second anniversary is a date with a label, for a card has one ANNIVERSARY',
    there: anna('ANNIVERSARY:2009-07-10'),
    comes: anna('ANNIVERSARY:2012-07-10'),
    outcome: 'merged',
    right: anna('ANNIVERSARY:2009-07-10', 'item1.X-ABDATE:2012-07-10', 'item1.X-ABLabel:_$!<Anniversary>!$_'),
  },
  {
    what: 'a crop rectangle makes no second picture',
    there: anna('PHOTO;ENCODING=b;TYPE=JPEG:/9j/AAAA'),
    comes: anna('PHOTO;X-ABCROP-RECTANGLE=ABClipRect_1&0&0&320&320&abc==;ENCODING=b;TYPE=JPEG:/9j/BBBB'),
    outcome: 'same',
    right: anna('PHOTO;ENCODING=b;TYPE=JPEG:/9j/AAAA'),
  },
  {
    what: 'a picture takes the place of a link to one',
    there: anna('PHOTO:https://lh3.example.org/contacts/abc'),
    comes: anna('PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ'),
    outcome: 'merged',
    right: anna('PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ'),
  },
  {
    what: 'a link to a picture does not take the place of one',
    there: anna('PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ'),
    comes: anna('PHOTO:https://lh3.example.org/contacts/abc'),
    outcome: 'same',
    right: anna('PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ'),
  },
  {
    what: 'the slots of Evolution join the values',
    there: anna('EMAIL;TYPE=HOME:a@x.org'),
    comes: cardOf('3.0', [
      ...NAMED,
      'TEL;X-EVOLUTION-UI-SLOT=1:+491701234567',
      'EMAIL;X-EVOLUTION-UI-SLOT=1;TYPE=HOME:a@x.org',
    ]),
    outcome: 'merged',
    right: cardOf('3.0', [
      ...NAMED,
      'TEL;X-EVOLUTION-UI-SLOT=1:+491701234567',
      'EMAIL;TYPE=HOME;X-EVOLUTION-UI-SLOT=1:a@x.org',
    ]),
  },
  {
    what: 'further types join the value',
    there: anna('EMAIL;TYPE=HOME:a@x.org', 'ADR;TYPE=WORK:;;Old Road 1;Bonn;;53111;Germany'),
    comes: anna('EMAIL;TYPE=WORK,HOME:A@X.org', 'ADR;TYPE=HOME;TYPE=pref:;;Old  Road 1;Bonn;;53111;Germany;'),
    outcome: 'merged',
    right: anna(
      'EMAIL;TYPE=HOME;TYPE=WORK:a@x.org',
      'ADR;TYPE=WORK;TYPE=HOME:;;Old Road 1;Bonn;;53111;Germany',
    ),
  },
  {
    what: 'a label joins the value that has none',
    there: anna('EMAIL:a@x.org'),
    comes: anna('item1.EMAIL:a@x.org', 'item1.X-ABLabel:Boat'),
    outcome: 'merged',
    right: anna('item1.EMAIL:a@x.org', 'item1.X-ABLabel:Boat'),
  },
  {
    what: 'a fuller address takes the place of a lesser one of its type, with the types of both',
    there: anna('ADR;TYPE=HOME:;;;Bonn;;;', 'ORG:Acme', 'NOTE:one'),
    comes: anna('ADR;TYPE=HOME,PARCEL:;;Old Road 1;Bonn;;53111;', 'ORG:Acme;Sales', 'NOTE:one\\ntwo'),
    outcome: 'merged',
    right: anna('ADR;TYPE=HOME,PARCEL:;;Old Road 1;Bonn;;53111;', 'ORG:Acme;Sales', 'NOTE:one\\ntwo'),
  },
  {
    what: 'an empty label says nothing',
    there: anna('item1.EMAIL:a@x.org'),
    comes: anna('item1.EMAIL:a@x.org', 'item1.X-ABLabel:'),
    outcome: 'same',
    right: anna('item1.EMAIL:a@x.org'),
  },
  {
    what: 'invisible marks and other blanks are no part of a number, an address or a note',
    there: anna('EMAIL:a@x.org', 'NOTE:one two'),
    comes: cardOf('3.0', [
      '\ufeffN:Berg;Anna;;;'.slice(1),
      'FN:Anna\u00a0Berg\u200e',
      'TEL:\u202a+49 170 1234567\u202c',
      'EMAIL:\ufeffa@x.org',
      'NOTE:one\u00a0two\u200b',
    ]),
    outcome: 'same',
    right: anna('EMAIL:a@x.org', 'NOTE:one two'),
  },
  {
    what: 'bytes that are no UTF-8, though it is said, are windows-1252',
    there: anna(),
    comes: cardOf('2.1', [...ANNA, 'NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:3=E8me =E9tage']),
    outcome: 'merged',
    right: anna('NOTE:3ème étage'),
  },
  {
    what: 'UTF-8 is UTF-8, though ISO-8859-1 is said',
    there: anna(),
    comes: cardOf('2.1', [...ANNA, 'NOTE;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Stra=C3=\r\n=9Fe']),
    outcome: 'merged',
    right: anna('NOTE:Straße'),
  },
  {
    what: 'Latin-1 without a charset becomes UTF-8 in another version',
    there: cardOf('4.0', ANNA),
    comes: latin1(anna('NOTE:Stra\xdfe\\, Tor 2')),
    outcome: 'merged',
    right: cardOf('4.0', [...ANNA, 'NOTE:Straße\\, Tor 2']),
  },
  {
    what: 'a character set of several bytes is read as it says',
    there: anna(),
    comes: cardOf('2.1', [...ANNA, 'NOTE;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=93=FA=96=7B']),
    outcome: 'merged',
    right: anna('NOTE:日本'),
  },
  {
    what: 'names with a slash are properties of their own',
    there: cardOf('2.1', ANNA),
    comes: anna('X-KADDRESSBOOK-X-Profession:Developer', 'X-messaging/skype-All:anna.skype'),
    outcome: 'merged',
    right: cardOf('2.1', [
      ...ANNA,
      'X-KADDRESSBOOK-X-Profession:Developer',
      'X-messaging/skype-All:anna.skype',
    ]),
  },
  {
    what: 'quoted-printable in 3.0 is read as what it is',
    there: cardOf('4.0', ANNA),
    comes: anna('NOTE;ENCODING=QUOTED-PRINTABLE:Stra=C3=9Fe'),
    outcome: 'merged',
    right: cardOf('4.0', [...ANNA, 'NOTE:Straße']),
  },
  {
    what: 'a picture under another name is a picture',
    there: anna(),
    comes: cardOf('2.1', [...ANNA, 'X-MS-CARDPICTURE;TYPE=JPEG;ENCODING=BASE64:', ' /9j/4AAQSkZJRg==', '']),
    outcome: 'merged',
    right: anna('X-MS-CARDPICTURE;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg=='),
  },
  {
    what: 'an encoding that is said twice is one encoding',
    there: cardOf('4.0', ANNA),
    comes: anna('PHOTO;ENCODING=b,b;TYPE=JPEG,jpeg;X-ABCROP-RECTANGLE=a&0&-49&274&274&e:/9j/4AAQ'),
    outcome: 'merged',
    right: cardOf('4.0', [
      ...ANNA,
      'PHOTO;X-ABCROP-RECTANGLE=a&0&-49&274&274&e:data:image/jpeg;base64,/9j/4AAQ',
    ]),
  },
  {
    what: 'a number with its country takes the place of the one without, and of two countries both stay',
    there: cardOf('3.0', [...NAMED, 'TEL;TYPE=CELL:0664 1234567', 'EMAIL:a@x.org']),
    comes: cardOf('3.0', [
      ...NAMED,
      'TEL;TYPE=CELL:+43 664 1234567',
      'TEL;TYPE=CELL:+49 664 1234567',
      'EMAIL:a@x.org',
    ]),
    outcome: 'merged',
    right: cardOf('3.0', [
      ...NAMED,
      'TEL;TYPE=CELL:+43 664 1234567',
      'EMAIL:a@x.org',
      'TEL;TYPE=CELL:+49 664 1234567',
    ]),
  },
  {
    what: 'a number without its country says nothing new',
    there: cardOf('3.0', [...NAMED, 'TEL:+43 664 1234567', 'TEL:+49 664 1234567']),
    comes: cardOf('3.0', [...NAMED, 'TEL:0664 1234567']),
    outcome: 'same',
    right: cardOf('3.0', [...NAMED, 'TEL:+43 664 1234567', 'TEL:+49 664 1234567']),
  },
  {
    what: 'a fuller name takes the place of a lesser one',
    there: cardOf('3.0', ['N:Anna Berg;;;;', 'FN:Anna Berg', 'TEL:+491701234567']),
    comes: cardOf('3.0', ['N:Berg;Anna;Maria;Dr.;', 'FN:Anna Berg', 'TEL:+491701234567']),
    outcome: 'merged',
    right: cardOf('3.0', ['N:Berg;Anna;Maria;Dr.;', 'FN:Anna Berg', 'TEL:+491701234567']),
  },
  {
    what: 'related people are told apart by their labels',
    there: anna('item1.X-ABRELATEDNAMES:Eva', 'item1.X-ABLabel:_$!<Sister>!$_'),
    comes: anna('item1.X-ABRELATEDNAMES:Eva', 'item1.X-ABLabel:_$!<Mother>!$_'),
    outcome: 'merged',
    right: anna(
      'item1.X-ABRELATEDNAMES:Eva',
      'item1.X-ABLabel:_$!<Sister>!$_',
      'item2.X-ABRELATEDNAMES:Eva',
      'item2.X-ABLabel:_$!<Mother>!$_',
    ),
  },
];

describe('a card that comes to another', () => {
  it.each(CASES)('is right: $what', async ({ there, comes, outcome, right }) => {
    folder.put(there);
    const result = await folder.mergeFile(comes);
    expect(folder.bytes().toString()).toBe(right);
    expect(counts(result)).toMatchObject({ added: 0, merged: 0, same: 0, [outcome]: 1 });
    const again = await folder.mergeFile(comes);
    expect(counts(again)).toMatchObject({ same: 1, files: [] });
  });

  it('is read from UTF-16 without a byte order mark, in either order', async () => {
    const little = Buffer.from(anna('NOTE:Straße'), 'utf16le');
    await folder.mergeFile(Buffer.from(little).swap16());
    expect(folder.bytes().toString()).toBe(anna('NOTE:Straße'));
    expect(counts(await folder.mergeFile(little))).toMatchObject({ same: 1 });
  });
});

describe('a UID', () => {
  const uidsIn = (text: string): string[] => [...text.matchAll(/^UID:(.*)\r$/gm)].map(([, uid = '']) => uid);

  it('never stands twice in one address book: another person gets a new one, the same each time', async () => {
    const other = cardOf('3.0', ['UID:4d1f-1', 'FN:Bert Tal', 'TEL:+491701111111']);
    folder.put(cardOf('3.0', ['UID:4d1f-1', ...ANNA]));
    expect(counts(await folder.mergeFile(other + other))).toMatchObject({ added: 1, same: 1 });
    const text = folder.text();
    expect(uidsIn(text)).toEqual(['4d1f-1', expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/)]);
    expect(counts(await folder.mergeFile(other))).toMatchObject({ same: 1, files: [] });
    expect(folder.text()).toBe(text);
  });

  it('is not taken from the other card when a third has it', async () => {
    folder.put(cardOf('3.0', ['UID:u', 'FN:Bert Tal']) + anna());
    await folder.mergeFile(cardOf('3.0', ['UID:u', ...ANNA, 'NOTE:x']));
    expect(folder.text()).toBe(cardOf('3.0', ['UID:u', 'FN:Bert Tal']) + anna('NOTE:x'));
  });

  it('may be the same in two address books', async () => {
    folder.put(cardOf('3.0', ['UID:u', 'FN:Bert Tal']));
    await folder.mergeFile(cardOf('3.0', ['UID:u', 'FN:Cid Ort']), { collections: ['Work'] });
    expect(uidsIn(folder.text() + folder.text('Work'))).toEqual(['u', 'u']);
  });
});

describe('what nobody can know', () => {
  it('is not guessed: a card that may be the father or the son stays a card of its own', async () => {
    const both = anna('BDAY:1950-01-01') + anna('BDAY:1980-02-02');
    folder.put(both);
    const open = anna('NOTE:x');
    expect(counts(await folder.mergeFile(open))).toMatchObject({ added: 1 });
    expect(folder.text()).toBe(both + open);
    expect(counts(await folder.mergeFile(open))).toMatchObject({ same: 1, files: [] });
  });

  it('is no question where one of them shares more with the card', async () => {
    folder.put(anna('BDAY:1950-01-01') + anna('BDAY:1980-02-02', 'TEL:+491702222222'));
    await folder.mergeFile(anna('TEL:+491702222222', 'NOTE:x'));
    expect(folder.text()).toBe(
      anna('BDAY:1950-01-01') + anna('BDAY:1980-02-02', 'TEL:+491702222222', 'NOTE:x'),
    );
  });
});
