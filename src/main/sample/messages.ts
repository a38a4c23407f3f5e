/**
 * Years of messages in the form of SMS Backup & Restore, with the columns in it that must not pass on: service
 * centre, subscription, backup id, transaction ids. All of those are plainly made up.
 */
import { photoAlbum } from './jpeg.ts';
import { momentOf, readable } from './moments.ts';
import { makePerson, type Person } from './people.ts';
import type { Random } from './random.ts';
import { type Attributes, emptyTag, openTag, XML_HEAD } from './xml.ts';

/** People one writes with, however large the address book. */
const CORRESPONDENTS = 200;
const MMS_SHARE = 0.06;
const PHOTO_BLOCKS = 16;

const TEXTS: readonly [string, ...string[]] = [
  'Bin gleich da 🚗',
  'ok',
  'Happy birthday!!! 🎂🎉 Have a great day',
  'Kannst du bitte Milch & Brot mitbringen? <3',
  'مرحبا، كيف حالك؟ 😊',
  'שלום! נפגשים ב-8?',
  '了解です。では明日10時に駅で。',
  'Привіт! Як справи?\nПередзвони, будь ласка.',
  'เจอกันที่เดิมนะ 👍🏽',
  '"Quoted" text, it\'s 50% off; see https://example.com/?a=1&b=2',
  'Your code is 000000. Do not share it.',
  '👨‍👩‍👧‍👦 ❤️ 🇩🇪',
  'Line one\r\nLine two\n\nLine four',
  'I will be late, the train is stuck again. I will call you when I know more, do not wait with dinner, and please ' +
    'tell the others that the tickets are in my other jacket. Sorry! 😬',
];
const SHORT_CODES: readonly [string, ...string[]] = ['22000', 'ExampleBank', 'InfoSMS'];

/** The whole file, in pieces; `count` messages, oldest first. */
export function* makeMessages(random: Random, count: number): Generator<string> {
  const people = Array.from({ length: CORRESPONDENTS }, (_, index) => makePerson(random, index));
  const dice = random.fork('messages');
  const album = photoAlbum(dice, PHOTO_BLOCKS);
  yield XML_HEAD;
  yield `${openTag('smses', {
    count,
    backup_set: '00000000-0000-4000-8000-000000000000',
    backup_date: momentOf(dice, count, count),
    type: 'full',
  })}>\n`;
  for (let index = 0; index < count; index++) {
    const date = momentOf(dice, index, count);
    yield dice.chance(MMS_SHARE) ? mms(dice, people, album, date, index) : sms(dice, people, date);
  }
  yield '</smses>\n';
}

const pickPerson = (random: Random, people: readonly Person[]): Person | undefined =>
  people[random.int(0, people.length - 1)];

function sms(random: Random, people: readonly Person[], date: number): string {
  const person = random.chance(0.9) ? pickPerson(random, people) : undefined;
  const type = random.chance(0.5) ? 1 : random.chance(0.96) ? 2 : random.pick([3, 4, 5, 6]);
  return `  ${emptyTag(
    'sms',
    {
      protocol: 0,
      address: person?.mobile ?? random.pick(SHORT_CODES),
      date,
      type,
      subject: 'null',
      body: random.pick(TEXTS),
      toa: 'null',
      sc_toa: 'null',
      service_center: type === 1 ? '+10009999999' : 'null',
      read: random.chance(0.98) ? 1 : 0,
      status: type === 2 && random.chance(0.1) ? random.pick([0, 32, 64]) : -1,
      locked: random.chance(0.01) ? 1 : 0,
      date_sent: type === 1 ? date - random.int(500, 5_000) : 0,
      sub_id: 1,
      readable_date: readable(date),
      contact_name: person?.full ?? '(Unknown)',
    },
    random.chance(0.5),
  )}`;
}

function mms(
  random: Random,
  people: readonly Person[],
  album: (dice: Random) => Buffer,
  date: number,
  index: number,
): string {
  const received = random.chance(0.5);
  const group = random.chance(0.3) ? random.int(2, 5) : 1;
  const others = Array.from({ length: group }, () => pickPerson(random, people)?.mobile ?? '22000');
  const surrogates = random.chance(0.5);
  const text = random.pick(TEXTS);
  const photo = random.chance(0.7) ? album(random) : undefined;
  const head: Attributes = {
    date,
    // Seconds here, milliseconds everywhere else.
    date_sent: received ? Math.floor(date / 1000) - 2 : 0,
    ct_t: 'application/vnd.wap.multipart.related',
    msg_box: received ? 1 : 2,
    m_type: received ? 132 : 128,
    address: others.join('~'),
    sub: random.chance(0.1) ? 'Grüße 🌍' : 'null',
    text_only: photo === undefined ? 1 : 0,
    read: 1,
    seen: 1,
    rr: 129,
    d_rpt: 129,
    pri: 129,
    locked: 0,
    m_id: `sample-${String(index)}@mms.example.com`,
    tr_id: `T${index.toString(16)}`,
    ct_l: received ? `http://mms.example.com/${String(index)}` : 'null',
    creator: 'com.example.messaging',
    sub_id: 1,
    sim_slot: 0,
    _id: index + 1,
    readable_date: readable(date),
    contact_name: '(Unknown)',
  };
  const parts = [
    part(-1, 'application/smil', 'smil.xml', { text: SMIL }),
    ...(photo === undefined
      ? []
      : [part(0, 'image/jpeg', 'IMG_0001.jpg', { text: 'null', data: photo.toString('base64') })]),
    part(0, 'text/plain', 'text_0.txt', { text }, surrogates),
  ];
  const own = 'insert-address-token';
  const from = received ? (others[0] ?? own) : own;
  const to = received ? [own, ...others.slice(1)] : others;
  const addresses = [addr(from, 137), ...to.map((address) => addr(address, 151))];
  return `  ${openTag('mms', head, surrogates)}>\n    <parts>\n${parts.join('')}    </parts>\n    <addrs>\n${addresses.join('')}    </addrs>\n  </mms>\n`;
}

const SMIL =
  '<smil><head><layout><root-layout/><region id="Image" fit="meet" top="0" left="0" height="80%" width="100%"/>' +
  '</layout></head><body><par dur="5000ms"><img src="IMG_0001.jpg" region="Image"/></par></body></smil>';

const part = (seq: number, type: string, name: string, content: Attributes, surrogates = false): string =>
  `      ${emptyTag(
    'part',
    {
      seq,
      ct: type,
      name,
      chset: type.startsWith('text/') ? 106 : 'null',
      cd: 'null',
      fn: 'null',
      cid: `<${name}>`,
      cl: name,
      ctt_s: 'null',
      ctt_t: 'null',
      ...content,
    },
    surrogates,
  )}`;

const addr = (address: string, type: number): string =>
  `      ${emptyTag('addr', { address, type, charset: 106 })}`;
