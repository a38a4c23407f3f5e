/**
 * An address book that came together over the years: cards as Android, Apple and Google write them.
 */
import { androidPhoto, androidProperty, escaped, folded, structured } from './fold.ts';
import { photoAlbum } from './jpeg.ts';
import { anyDay, compact, dashed, withoutYear } from './moments.ts';
import { makePerson, type Person } from './people.ts';
import type { Random } from './random.ts';

const NOTES: readonly [string, ...string[]] = [
  'Met at the conference; likes tea, not coffee.',
  'Zweite Klingel von links\nHund beißt nicht 🐕',
  'مواعيد العمل: ٩–١٧',
  'Kids: Ana, Léo; allergic to nuts',
  '会社の電話は内線１２３',
];
const COMPANIES: readonly [string, ...string[]] = [
  'Bäckerei Huber',
  'ACME, Inc.',
  '株式会社サンプル',
  'Кафе «Чайка»',
  'Smith & Sons',
];
const JOBS: readonly [string, ...string[]] = ['Owner', 'Ärztin', '課長', 'Инженер'];
const PHOTO_BLOCKS = 12;

interface Details {
  readonly person: Person;
  readonly random: Random;
  readonly photo: Buffer | undefined;
}

/** Every card, as text; `count` of them. */
export function* makeContacts(random: Random, count: number): Generator<string> {
  const album = photoAlbum(random.fork('contacts'), PHOTO_BLOCKS);
  for (let index = 0; index < count; index++) {
    const dice = random.fork(`card/${String(index)}`);
    const write = dice.pick([androidCard, appleCard, googleCard]);
    const photo = dice.chance(0.1) ? album(dice) : undefined;
    yield write({ person: makePerson(random, index), random: dice, photo });
  }
}

/** vCard 2.1, as the Contacts app of Android exports it. */
function androidCard({ person, random, photo }: Details): string {
  const lines = [
    'BEGIN:VCARD\r\nVERSION:2.1\r\n',
    androidProperty('N', person.family, person.given, '', '', ''),
    androidProperty('FN', person.full),
  ];
  if (person.phonetic !== undefined) {
    lines.push(androidProperty('X-PHONETIC-FIRST-NAME', person.phonetic.given));
    lines.push(androidProperty('X-PHONETIC-LAST-NAME', person.phonetic.family));
  }
  lines.push(androidProperty('TEL;CELL', person.mobile));
  if (random.chance(0.6)) lines.push(androidProperty('EMAIL;HOME', person.email));
  if (random.chance(0.4)) {
    lines.push(androidProperty('ADR;HOME', '', '', 'Rosenweg 3', person.city, '', '01234', person.country));
  }
  if (random.chance(0.3)) {
    lines.push(androidProperty('ORG', random.pick(COMPANIES)), androidProperty('TITLE', random.pick(JOBS)));
  }
  if (person.nickname !== undefined) lines.push(androidCustom('nickname', person.nickname, 1, ''));
  if (random.chance(0.3)) lines.push(`BDAY:${dashed(anyDay(random, 1935, 2012))}\r\n`);
  if (random.chance(0.15)) {
    lines.push(androidCustom('contact_event', dashed(anyDay(random, 1970, 2024)), 1, ''));
  }
  if (random.chance(0.2)) lines.push(androidProperty('NOTE', random.pick(NOTES)));
  if (random.chance(0.1)) lines.push('URL:https://example.com/~sample\r\n');
  if (photo !== undefined) lines.push(androidPhoto(photo));
  return [...lines, 'END:VCARD\r\n'].join('');
}

/** `X-ANDROID-CUSTOM:<mime type>;data1;…;data15` */
const androidCustom = (type: string, data1: string, data2: number, data3: string): string =>
  androidProperty(
    'X-ANDROID-CUSTOM',
    `vnd.android.cursor.item/${type}`,
    data1,
    String(data2),
    data3,
    ...Array.from({ length: 12 }, () => ''),
  );

/** vCard 3.0, as an iPhone or iCloud exports it. */
function appleCard({ person, random, photo }: Details): string {
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    'PRODID:-//Apple Inc.//iPhone OS 17.4//EN',
    `N:${structured(person.family, person.given, '', '', '')}`,
    `FN:${escaped(person.full)}`,
  ];
  let item = 0;
  const labelled = (property: string, label: string): string[] => {
    item += 1;
    return [`item${String(item)}.${property}`, `item${String(item)}.X-ABLabel:${label}`];
  };
  if (person.nickname !== undefined) lines.push(`NICKNAME:${escaped(person.nickname)}`);
  if (random.chance(0.3)) lines.push(`ORG:${structured(random.pick(COMPANIES), '')}`);
  lines.push(`TEL;type=CELL;type=VOICE;type=pref:${person.mobile}`);
  if (random.chance(0.6)) lines.push(`EMAIL;type=INTERNET;type=HOME;type=pref:${person.email}`);
  if (random.chance(0.4)) {
    lines.push(
      `ADR;type=HOME;type=pref:${structured('', '', 'Rosenweg 3', person.city, '', '01234', person.country)}`,
    );
  }
  if (random.chance(0.2))
    lines.push(...labelled('URL;type=pref:https\\://example.com/~sample', '_$!<HomePage>!$_'));
  if (random.chance(0.2)) lines.push(...labelled(`X-ABRELATEDNAMES:${escaped('Ånna 🌻')}`, '_$!<Sister>!$_'));
  const birthday = anyDay(random, 1935, 2012);
  if (random.chance(0.2)) lines.push(`BDAY;X-APPLE-OMIT-YEAR=1604:1604${withoutYear(birthday).slice(1)}`);
  else if (random.chance(0.3)) lines.push(`BDAY:${dashed(birthday)}`);
  if (random.chance(0.2)) {
    lines.push(
      ...labelled(`X-ABDATE;type=pref:${dashed(anyDay(random, 1970, 2024))}`, '_$!<Anniversary>!$_'),
    );
  }
  if (random.chance(0.2)) lines.push(`NOTE:${escaped(random.pick(NOTES))}`);
  if (photo !== undefined) lines.push(`PHOTO;ENCODING=b;TYPE=JPEG:${photo.toString('base64')}`);
  return [...lines, 'END:VCARD'].map(folded).join('');
}

/** vCard 3.0, as Google Contacts exports it. */
function googleCard({ person, random, photo }: Details): string {
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `FN:${escaped(person.full)}`,
    `N:${structured(person.family, person.given, '', '', '')}`,
  ];
  if (person.nickname !== undefined) lines.push(`NICKNAME:${escaped(person.nickname)}`);
  if (person.phonetic !== undefined) {
    lines.push(
      `X-PHONETIC-FIRST-NAME:${person.phonetic.given}`,
      `X-PHONETIC-LAST-NAME:${person.phonetic.family}`,
    );
  }
  if (random.chance(0.7)) lines.push(`EMAIL;TYPE=INTERNET;TYPE=HOME:${person.email}`);
  lines.push(`TEL;TYPE=CELL:${person.mobile}`);
  if (random.chance(0.2)) {
    lines.push(`item1.TEL:${person.landline}`, `item1.X-ABLabel:${escaped('Ferienhaus 🏡')}`);
  }
  if (random.chance(0.2)) lines.push(`BDAY:${withoutYear(anyDay(random, 1935, 2012))}`);
  else if (random.chance(0.3)) lines.push(`BDAY:${compact(anyDay(random, 1935, 2012))}`);
  if (random.chance(0.2)) {
    lines.push(
      `item2.X-ABDATE:${compact(anyDay(random, 1970, 2024))}`,
      'item2.X-ABLabel:_$!<Anniversary>!$_',
    );
  }
  if (random.chance(0.2)) lines.push(`NOTE:${escaped(random.pick(NOTES))}`);
  lines.push('CATEGORIES:myContacts');
  if (photo !== undefined) lines.push(`PHOTO;ENCODING=b;TYPE=JPEG:${photo.toString('base64')}`);
  return [...lines, 'END:VCARD'].map(folded).join('');
}
