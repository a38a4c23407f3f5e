import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contactsFormat } from '../../../../src/transfer/kinds/contacts/index.ts';
import { counts, readAll, RecordFolder } from '../record-folder.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/contacts/${name}`, import.meta.url), 'latin1');
const card = (name: string, ...more: string[]): string =>
  ['BEGIN:VCARD', 'VERSION:3.0', `FN:${name}`, ...more, 'END:VCARD', ''].join('\r\n');
const card21 = (name: string, ...more: string[]): string => card(name, ...more).replace('3.0', '2.1');
const card40 = (name: string, ...more: string[]): string => card(name, ...more).replace('3.0', '4.0');
const without = { skipped: [], files: [] };
const written = { skipped: [], files: ['contacts.vcf'] };

let folder: RecordFolder;
beforeEach(() => {
  folder = new RecordFolder(contactsFormat);
});
afterEach(() => {
  folder.remove();
});

describe('merging contacts', () => {
  it('writes cards that are added one after another, as they came', async () => {
    const bytes = fixture('apple.vcf') + card('Ann') + fixture('android.vcf');
    const result = await folder.mergeFile(Buffer.from(bytes, 'latin1'));
    // The Android card is of the same person as the Apple one.
    expect(counts(result)).toEqual({ added: 2, merged: 1, same: 0, ...written });
    expect(folder.text().endsWith(card('Ann'))).toBe(true);
  });

  it('changes no byte when it runs again', async () => {
    const source = Buffer.from(fixture('apple.vcf') + card('Ann') + fixture('android.vcf'), 'latin1');
    await folder.mergeFile(source);
    const before = folder.bytes();
    expect(counts(await folder.mergeFile(source))).toEqual({ added: 0, merged: 0, same: 3, ...without });
    expect(folder.bytes()).toEqual(before);
  });

  it('keeps what stands around the cards, in any line-end style, and ends a line before it adds', async () => {
    const there = `\ufeff\n\n${card('Ann').replaceAll('\r\n', '\n')}\n\nnot a card\n${card('Bob').trimEnd()}`;
    folder.put(there);
    await folder.mergeFile(card('Cid'));
    expect(folder.bytes().toString()).toBe(`${there}\r\n${card('Cid')}`);
  });

  it('puts nothing behind a card that was cut off, but into a file beside it that the next merge finds', async () => {
    const cutOff = `${card('Ann')}BEGIN:VCARD\r\nFN:Cut o`;
    folder.put(cutOff);
    const result = await folder.mergeFile(card('Bob'));
    expect(counts(result)).toMatchObject({ added: 1, files: ['contacts (2).vcf'] });
    expect(folder.text()).toBe(cutOff);
    expect(readFileSync(join(folder.path, 'contacts (2).vcf'), 'latin1')).toBe(card('Bob'));
    expect(counts(await folder.mergeFile(card('Bob')))).toMatchObject({ same: 1, files: [] });
    await folder.mergeFile(card('Cid'));
    expect(readFileSync(join(folder.path, 'contacts (2).vcf'), 'latin1')).toBe(card('Bob') + card('Cid'));
  });

  it('never merges on a name alone', async () => {
    folder.put(card('Ann Lee', 'TEL:+1 212 555 0001', 'EMAIL:ann@example.org'));
    const result = await folder.mergeFile(
      card('Ann Lee', 'NOTE:another') + card('Ann Lee', 'TEL:+1 212 555 0002') + card('Ann Lee'),
    );
    expect(counts(result)).toMatchObject({ added: 3, merged: 0, same: 0 });
  });

  it('never merges on a number alone', async () => {
    folder.put(card('Ann Lee', 'TEL:+1 212 555 0001'));
    expect(counts(await folder.mergeFile(card('Bob Lee', 'TEL:+1 212 555 0001')))).toMatchObject({
      added: 1,
    });
  });

  it('knows a person by name and number in other spellings', async () => {
    folder.put(card('Ann Lee', 'TEL;TYPE=CELL:+49 170 1234567'));
    const result = await folder.mergeFile(card('ANN  LEE', 'TEL;type=CELL:0170/123 45 67', 'NOTE:new'));
    expect(counts(result)).toEqual({ added: 0, merged: 1, same: 0, ...written });
    expect(folder.text()).toBe(card('Ann Lee', 'TEL;TYPE=CELL:+49 170 1234567', 'NOTE:new'));
  });

  it('does not take a number of another country for the same', async () => {
    folder.put(card('Ann Lee', 'TEL:+49 170 1234567'));
    expect(counts(await folder.mergeFile(card('Ann Lee', 'TEL:+43 170 1234567')))).toMatchObject({
      added: 1,
    });
  });

  it('says same when nothing is new, in whatever order and case it is written', async () => {
    folder.put(card('Ann Lee', 'TEL:123456', 'EMAIL:a@example.org', 'NOTE:x'));
    const again =
      'begin:vcard\nversion:3.0\nnote:x\nemail:A@Example.org\ntel:12 34 56\nfn:Ann Lee\nend:vcard\n';
    expect(counts(await folder.mergeFile(again))).toEqual({ added: 0, merged: 0, same: 1, ...without });
  });

  it('says same of a card that has no name when it is the same card', async () => {
    const nameless =
      'BEGIN:VCARD\r\nVERSION:2.1\r\nEMAIL;PREF:a@example.org\r\nCATEGORIES:Mine\r\nEND:VCARD\r\n';
    folder.put(nameless);
    expect(counts(await folder.mergeFile(nameless + nameless))).toMatchObject({ same: 2 });
  });

  it('knows a person by what arrived a moment before', async () => {
    folder.put(card('Ann', 'TEL:12345'));
    const incoming = card('Ann', 'TEL:12345', 'TEL:67890') + card('Ann', 'TEL:67890', 'NOTE:x');
    expect(counts(await folder.mergeFile(incoming))).toMatchObject({ merged: 2, added: 0 });
    expect(folder.text()).toBe(card('Ann', 'TEL:12345', 'TEL:67890', 'NOTE:x'));
  });

  it('takes a card that the source holds twice once', async () => {
    const result = await folder.mergeFile(card('Ann', 'TEL:12345') + card('Ann', 'TEL:12345'));
    expect(counts(result)).toEqual({ added: 1, merged: 0, same: 1, ...written });
    expect(folder.text()).toBe(card('Ann', 'TEL:12345'));
  });

  it('does not set what one program writes of itself against another', async () => {
    folder.put(card('Ann', 'TEL:12345', 'REV:2019-01-01T00:00:00Z', 'UID:1'));
    const other = card(
      'Ann',
      'TEL:12345',
      'REV:2024-01-01T00:00:00Z',
      'PRODID:-//x//EN',
      'UID:2',
      'X-ABUID:2',
    );
    expect(counts(await folder.mergeFile(other))).toMatchObject({ same: 1, files: [] });
  });

  it('keeps the photo of the destination, and takes one when it has none', async () => {
    folder.put(card('Ann', 'TEL:12345', 'PHOTO;ENCODING=b:QUFB') + card('Bob', 'TEL:12345', 'PHOTO:'));
    const result = await folder.mergeFile(
      card('Ann', 'TEL:12345', 'PHOTO;ENCODING=b:QkJC') + card('Bob', 'TEL:12345', 'PHOTO;ENCODING=b:QkJC'),
    );
    expect(counts(result)).toMatchObject({ same: 1, merged: 1 });
    expect(folder.text()).toBe(
      card('Ann', 'TEL:12345', 'PHOTO;ENCODING=b:QUFB') + card('Bob', 'TEL:12345', 'PHOTO;ENCODING=b:QkJC'),
    );
  });

  it('takes both numbers when only their digits at the end agree', async () => {
    folder.put(card('Ann', 'TEL:+49 30 12345678', 'EMAIL:a@example.org'));
    await folder.mergeFile(card('Ann', 'TEL:+49 40 12345678', 'EMAIL:a@example.org'));
    expect(folder.text()).toBe(
      card('Ann', 'TEL:+49 30 12345678', 'EMAIL:a@example.org', 'TEL:+49 40 12345678'),
    );
  });

  it('gives an unlabelled number its label instead of doubling it, and a second one beside the first', async () => {
    folder.put(card('Ann', 'TEL:12345'));
    await folder.mergeFile(card('Ann', 'TEL;TYPE=HOME:12345') + card('Ann', 'TEL;TYPE=WORK:12345'));
    expect(folder.text()).toBe(card('Ann', 'TEL;TYPE=HOME;TYPE=WORK:12345'));
  });

  it('takes a labelled property with its label into a group of its own', async () => {
    folder.put(card('Ann', 'item1.TEL:12345', 'item1.X-ABLabel:Boat'));
    await folder.mergeFile(
      card('Ann', 'TEL:12345', 'item1.TEL:67890', 'item1.X-ABLabel:_$!<AssistantPhone>!$_'),
    );
    expect(folder.text()).toBe(
      card(
        'Ann',
        'item1.TEL:12345',
        'item1.X-ABLabel:Boat',
        'item2.TEL:67890',
        'item2.X-ABLabel:_$!<AssistantPhone>!$_',
      ),
    );
  });

  it('adds to one of the cards of one file and leaves the other bytes alone', async () => {
    const before = `\n${card('Zoe', 'TEL:99999')}\n`;
    const after = `\n\n${card('Yan', 'TEL:88888').replaceAll('\r\n', '\n')}`;
    const ann = card('Ann', 'TEL:12345').replaceAll('\r\n', '\n');
    folder.put(before + ann + after);
    await folder.mergeFile(card('Ann', 'TEL:12345', 'NOTE:hi'));
    expect(folder.text()).toBe(before + ann.replace('END', 'NOTE:hi\nEND') + after);
  });

  it('keeps address books apart, and finds a contact in any of them', async () => {
    folder.put(card('Ann', 'TEL:12345'));
    const { lines } = await readAll(contactsFormat, card('Ann', 'TEL:12345') + card('Bob'), {
      collection: 'Work',
    });
    expect(counts(await folder.merge(lines))).toMatchObject({ same: 1, added: 1 });
    expect(folder.text()).toBe(card('Ann', 'TEL:12345'));
    expect(folder.text('Work')).toBe(card('Bob'));
  });

  it('never writes over a file that it was not shown', async () => {
    folder.put(card('Ann'), 'Work');
    const { lines } = await readAll(contactsFormat, card('Bob'), { collection: 'Work' });
    await expect(folder.merge(lines)).rejects.toMatchObject({ code: 'DESTINATION_FAILED' });
    expect(folder.text('Work')).toBe(card('Ann'));
  });

  it('merges into a file in UTF-16, which becomes UTF-8', async () => {
    folder.put(Buffer.from(`\ufeff${card('Zoë', 'TEL:12345')}`, 'utf16le'));
    expect(counts(await folder.mergeFile(card('Zoë', 'TEL:12345')))).toMatchObject({ same: 1, files: [] });
    await folder.mergeFile(card('Bob'));
    expect(folder.bytes().toString()).toBe(card('Zoë', 'TEL:12345') + card('Bob'));
  });

  it('skips a malformed record and takes the others', async () => {
    const { lines } = await readAll(contactsFormat, card('Ann'));
    const result = await folder.merge(['{"card":"x"}', ...lines, 'null', '[[[[']);
    expect(counts(result)).toMatchObject({ added: 1, skipped: [{ reason: 'malformed', count: 3 }] });
  });

  it('stops when it is told to and leaves nothing but its work folder', async () => {
    const { lines } = await readAll(contactsFormat, card('Ann'));
    const reason = new Error('stopped');
    await expect(folder.merge(lines, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(readdirSync(folder.path)).toEqual(['work']);
  });

  it('holds up when everyone is the same person', async () => {
    const many = Array.from({ length: 600 }, (_, i) => card('Ann', 'TEL:12345', `EMAIL:a${i}@example.org`));
    const result = await folder.mergeFile(many.join(''));
    expect(result.added + result.merged).toBe(600);
    for (const i of [0, 1, 300, 599]) expect(folder.text()).toContain(`EMAIL:a${i}@example.org`);
    expect(counts(await folder.mergeFile(many.join('')))).toMatchObject({ same: 600, files: [] });
  });
});

describe('birthdays and anniversaries', () => {
  const merged = async (there: string, incoming: string): Promise<string> => {
    folder.put(there);
    await folder.mergeFile(incoming);
    return folder.text();
  };

  it.each([
    ['ANNIVERSARY:20090710'],
    ['X-ANNIVERSARY;VALUE=DATE:2009-07-10'],
    ['X-MS-ANNIVERSARY:20090710'],
    ['item7.X-ABDATE;type=pref:2009-07-10\r\nitem7.X-ABLabel:_$!<Anniversary>!$_'],
    ['X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2009-07-10;1;;;;;;;;;;;;;'],
  ])('recognise an anniversary as %s', async (spelling) => {
    const there = card('Ann', 'TEL:12345', 'ANNIVERSARY:2009-07-10');
    expect(await merged(there, card('Ann', 'TEL:12345', spelling))).toBe(there);
  });

  it('keep two different anniversaries', async () => {
    const there = card('Ann', 'TEL:12345', 'ANNIVERSARY:2009-07-10');
    const text = await merged(there, card('Ann', 'TEL:12345', 'X-ANNIVERSARY:2012-07-10'));
    expect(text).toContain('ANNIVERSARY:2009-07-10\r\nX-ANNIVERSARY:2012-07-10');
  });

  it.each([
    ['2.1', card21('Ann', 'TEL:12345'), 'BDAY:--04-12'],
    ['3.0', card('Ann', 'TEL:12345'), 'BDAY:--04-12'],
    ['4.0', card40('Ann', 'TEL:12345'), 'BDAY:--0412'],
  ])('never show the year 1604 in a card of version %s', async (_, there, expected) => {
    const text = await merged(there, card('Ann', 'TEL:12345', 'BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12'));
    expect(text).toContain(`${expected}\r\n`);
    expect(text).not.toContain('1604');
  });

  it('know a birthday without its year', async () => {
    const there = card('Ann', 'TEL:12345', 'BDAY:1980-04-12');
    const apple = card('Ann', 'TEL:12345', 'BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12');
    expect(await merged(there, apple)).toBe(there);
  });
});

describe('a merge between versions', () => {
  const rich = (version: string): string =>
    ['BEGIN:VCARD', `VERSION:${version}`, 'FN:Ann', 'TEL:12345', 'END:VCARD', ''].join('\r\n');

  it.each(['2.1', '3.0', '4.0'])('brings all of an Apple card into a card of version %s', async (version) => {
    folder.put(rich(version).replace('FN:Ann', 'FN:Maja Lindqvist').replace('12345', '+46701234567'));
    const source = Buffer.from(fixture('apple.vcf'), 'latin1');
    expect(counts(await folder.mergeFile(source))).toMatchObject({ merged: 1, added: 0 });
    expect(counts(await folder.mergeFile(source))).toMatchObject({ same: 1, files: [] });
  });

  it.each(['2.1', '3.0', '4.0'])(
    'brings all of an Android card into a card of version %s',
    async (version) => {
      folder.put(rich(version).replace('FN:Ann', 'FN:Maja Lindqvist').replace('12345', '+46701234567'));
      const source = Buffer.from(fixture('android.vcf'), 'latin1');
      expect(counts(await folder.mergeFile(source))).toMatchObject({ merged: 1, added: 0 });
      expect(counts(await folder.mergeFile(source))).toMatchObject({ same: 1, files: [] });
    },
  );

  it('writes quoted-printable as UTF-8 text with escapes in 3.0', async () => {
    folder.put(card('Ann', 'TEL:12345'));
    const note = 'NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:caf=C3=A9, =\r\nb=C3=A4r; a\\b=0D=0Aend';
    await folder.mergeFile(card21('Ann', 'TEL:12345', note));
    expect(folder.bytes().toString()).toBe(card('Ann', 'TEL:12345', 'NOTE:café\\, bär\\; a\\\\b\\nend'));
  });

  it('writes text with line breaks as quoted-printable in 2.1', async () => {
    folder.put(card21('Ann', 'TEL:12345'));
    await folder.mergeFile(
      card('Ann', 'TEL:12345', 'ADR;TYPE=HOME:;;Old Road 1\\; rear\\nhouse;Örebro;;;Sweden'),
    );
    expect(folder.text()).toContain(
      'ADR;HOME;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;Old=20Road=201\\;=20rear=0D=0Ahouse;=C3=96rebro;;;Sweden\r\n',
    );
  });

  it('writes pictures as each version has them', async () => {
    const picture = (text: string): string | undefined => /^PHOTO.*$/m.exec(text)?.[0].trim();
    const incoming = card40('Ann', 'TEL:12345', 'PHOTO:data:image/jpeg;base64,QUFB');
    for (const [there, expected] of [
      [card21('Ann', 'TEL:12345'), 'PHOTO;ENCODING=BASE64;JPEG:QUFB'],
      [card('Ann', 'TEL:12345'), 'PHOTO;ENCODING=b;TYPE=JPEG:QUFB'],
      [card40('Ann', 'TEL:12345'), 'PHOTO:data:image/jpeg;base64,QUFB'],
    ] as const) {
      folder.put(there);
      await folder.mergeFile(incoming);
      expect(picture(folder.text())).toBe(expected);
    }
  });

  it('folds what it writes at 75 octets, never inside a character', async () => {
    folder.put(card('Ann', 'TEL:12345'));
    await folder.mergeFile(
      card21('Ann', 'TEL:12345', `NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:${'=F0=9F=98=80'.repeat(60)}`),
    );
    const lines = folder.bytes().toString('latin1').split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(75);
    for (const line of lines) expect(Buffer.from(line, 'latin1').toString('utf8')).not.toContain('\ufffd');
    expect(folder.bytes().toString().replaceAll('\r\n ', '')).toContain('😀'.repeat(60));
  });
});
