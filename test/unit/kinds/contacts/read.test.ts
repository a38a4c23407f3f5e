import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contactsFormat, parseContactRecord } from '../../../../src/transfer/kinds/contacts/index.ts';
import { CardSplitter } from '../../../../src/transfer/kinds/contacts/card-splitter.ts';
import { readAll } from '../record-folder.ts';

const cardsOf = (lines: readonly string[]): string[] =>
  lines.map((line) => parseContactRecord(line)?.card.toString('latin1') ?? 'not a record');
const card = (name: string, ...more: string[]): string =>
  ['BEGIN:VCARD', 'VERSION:3.0', `FN:${name}`, ...more, 'END:VCARD', ''].join('\r\n');
const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../../fixtures/contacts/${name}`, import.meta.url));

describe('reading contacts', () => {
  it('gives each card byte for byte, however the bytes come in', async () => {
    const bytes = Buffer.concat([fixture('apple.vcf'), fixture('android.vcf')]);
    for (const chunk of [1, 2, 7, 64, bytes.length]) {
      const { lines, skips } = await readAll(contactsFormat, bytes, { chunk });
      expect(cardsOf(lines).join('')).toBe(bytes.toString('latin1'));
      expect(skips).toEqual([]);
    }
  });

  it.each(['\r\n', '\n', '\r', '\r\r\n'])('understands line ends %j', async (end) => {
    const bytes = (card('Ann') + card('Bob')).replaceAll('\r\n', end);
    for (const chunk of [1, 3, 1000]) {
      const { lines } = await readAll(contactsFormat, bytes, { chunk });
      expect(cardsOf(lines)).toEqual([
        card('Ann').replaceAll('\r\n', end),
        card('Bob').replaceAll('\r\n', end),
      ]);
    }
  });

  it('keeps bytes that are no UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from('BEGIN:VCARD\r\nFN;CHARSET=SHIFT_JIS:'),
      Buffer.from([0x88, 0xc0, 0x93, 0xa1]),
      Buffer.from('\r\nEND:VCARD\r\n'),
    ]);
    const { lines } = await readAll(contactsFormat, bytes);
    expect(parseContactRecord(lines[0] ?? '')?.card).toEqual(bytes);
  });

  it('reads UTF-16 with a byte order mark as the text it is', async () => {
    const text = card('Zoë');
    const { lines, skips } = await readAll(contactsFormat, Buffer.from(`\ufeff${text}`, 'utf16le'), {
      chunk: 5,
    });
    expect(lines.map((line) => parseContactRecord(line)?.card.toString('utf8'))).toEqual([text]);
    expect(skips).toEqual([]);
  });

  it('takes no notice of a byte order mark and blank lines', async () => {
    const { lines, skips } = await readAll(
      contactsFormat,
      `\ufeff${card('Ann')}\r\n\r\n\ufeff${card('Bob')}\r\n`,
    );
    expect(cardsOf(lines)).toEqual([card('Ann'), card('Bob')]);
    expect(skips).toEqual([]);
  });

  it.each(['', '\ufeff', '\r\n\r\n'])('finds nothing in an empty file (%j)', async (text) => {
    expect(await readAll(contactsFormat, text)).toEqual({ lines: [], skips: [] });
  });

  it('keeps a card inside a card as one', async () => {
    const nested = `BEGIN:VCARD\nVERSION:2.1\nN:a\nAGENT:\n${card('Agent')}TEL:1\nEND:VCARD\n`;
    const { lines, skips } = await readAll(contactsFormat, nested + card('Ann'));
    expect(cardsOf(lines)).toEqual([nested, card('Ann')]);
    expect(skips).toEqual([]);
  });

  it('loses one card only when its END is lost', async () => {
    const truncated = 'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Lost\r\n';
    const many = Array.from({ length: 100 }, (_, i) => card(`Person ${i}`));
    const { lines, skips } = await readAll(
      contactsFormat,
      card('First') + truncated + many.join('') + truncated,
    );
    expect(cardsOf(lines)).toEqual([card('First'), ...many]);
    expect(skips).toEqual(['malformed', 'malformed']);
  });

  it('saves a card after a lost END from behind a byte order mark', async () => {
    const { lines } = await readAll(contactsFormat, `BEGIN:VCARD\r\n\ufeff${card('Ann')}`, { chunk: 1 });
    expect(cardsOf(lines)).toEqual([card('Ann')]);
  });

  it('ends a card although a quoted-printable value before its END breaks off', async () => {
    const broken = 'BEGIN:VCARD\r\nVERSION:2.1\r\nNOTE;ENCODING=QUOTED-PRINTABLE:a=\r\nEND:VCARD\r\n';
    const { lines } = await readAll(contactsFormat, broken + card('Ann'));
    expect(cardsOf(lines)).toEqual([broken, card('Ann')]);
  });

  it('reports what is no card, once for each stretch of it', async () => {
    const noise = Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 131 + (i >> 3)) & 0xff));
    const bytes = Buffer.concat([
      noise,
      Buffer.from(`\n${card('Ann')}`),
      noise,
      Buffer.from(`\n${card('Bob')}`),
    ]);
    const { lines, skips } = await readAll(contactsFormat, bytes);
    expect(cardsOf(lines)).toEqual([card('Ann'), card('Bob')]);
    expect(skips).toEqual(['malformed', 'malformed']);
  });

  it('survives a million cards that begin inside one another', async () => {
    const { lines, skips } = await readAll(contactsFormat, 'BEGIN:VCARD\n'.repeat(1_000_000) + card('Ann'));
    expect(cardsOf(lines)).toEqual([card('Ann')]);
    expect(skips).toHaveLength(1_000_000);
  });

  it('moves a property of 100 MB', async () => {
    const bytes = Buffer.from(
      card('Big', `PHOTO;ENCODING=b:${'QUJD'.repeat(25 * 1024 * 1024)}`) + card('Ann'),
    );
    const { lines, skips } = await readAll(contactsFormat, bytes, { chunk: 256 * 1024 });
    expect(lines).toHaveLength(2);
    expect(parseContactRecord(lines[0] ?? '')?.card.length).toBe(bytes.length - card('Ann').length);
    expect(skips).toEqual([]);
  });

  it('skips a card that is larger than a record may be and goes on after it', () => {
    const splitter = new CardSplitter(200);
    const text = card('Big', `NOTE:${'x'.repeat(500)}`) + card('Ann');
    const pieces = [...splitter.push(Buffer.from(text)), ...splitter.end()];
    expect(pieces.map((piece) => piece.type)).toEqual(['skipped', 'gap', 'card']);
    expect(Buffer.concat(pieces.map((piece) => piece.bytes)).toString()).toBe(text);
  });
});

describe('a record from the peer', () => {
  const line = (value: object): string => JSON.stringify(value);
  it.each([
    ['no JSON', '{'],
    ['another shape', line({ vcard: card('Ann') })],
    ['an unknown key', line({ card: card('Ann'), path: '/etc/passwd' })],
    ['no card', line({ card: 'FN:Ann' })],
    ['two cards', line({ card: card('Ann') + card('Bob') })],
    ['a card and something after it', line({ card: `${card('Ann')}junk` })],
    ['a card without END', line({ card: 'BEGIN:VCARD\r\nFN:Ann\r\n' })],
    ['latin1 that is none', line({ card: card('Ωmega'), encoding: 'latin1' })],
    ['a lone surrogate', line({ card: card('\ud800') })],
    ['an address book that is a path', line({ card: card('Ann'), collection: '../../home' })],
    ['an address book that is hidden text', line({ card: card('Ann'), collection: 'a\u202eb' })],
  ])('is refused when it is %s', (_, text) => {
    expect(parseContactRecord(text)).toBeUndefined();
  });

  it('is taken when it is one card of one address book', () => {
    expect(parseContactRecord(line({ card: card('Ann'), collection: 'Family 👨‍👩‍👧' }))).toEqual({
      card: Buffer.from(card('Ann')),
      collection: 'Family 👨‍👩‍👧',
    });
  });
});
