/** Contacts onto an Android phone by cable, behind Debian's real adb server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newCard } from '../../src/transfer/kinds/contacts/new-card.ts';
import { ANNAS_PHONE } from '../support/android/annas-phone.ts';
import type { AndroidVersion } from '../support/android/fake-phone.ts';
import { openPhone, recordsOf } from '../support/android/open-phone.ts';
import { HOSTILE_TEXTS, linesOf, WrittenPhone } from '../support/android/write-phone.ts';

const versions: readonly AndroidVersion[] = [8, 15];
const RAW = 'com.android.contacts/raw_contacts';
const DATA = 'com.android.contacts/data';

const EVE = `BEGIN:VCARD\r\nVERSION:3.0\r\nN:Müller;Eve;Ruth;Dr.;PhD\r\nFN:Dr. Eve Ruth Müller, PhD\r
X-PHONETIC-FIRST-NAME:Iv\r\nNICKNAME:Evi\r\nORG:Bau\\, GmbH;Planung\r\nTITLE:Chefin\r
TEL;TYPE=CELL:+49 1555 0001\r\nTEL;TYPE=WORK,FAX:030 55\r\nitem1.TEL:040 77\r\nitem1.X-ABLabel:Laube: hinten\r
EMAIL;TYPE=HOME:eve@example.org\r\nADR;TYPE=HOME:;;Weg 1;Berlin;;12345;Deutschland\r
BDAY:1980-02-29\r\nitem2.X-ABDATE:2001-06-01\r\nitem2.X-ABLabel:_$!<Anniversary>!$_\r
item3.X-ABRELATEDNAMES:Tom\r\nitem3.X-ABLabel:_$!<Brother>!$_\r\nURL:https://example.org/a:b\r
IMPP:xmpp:eve@jabber.example\r\nCATEGORIES:Chor,Familie\r\nNOTE:eins\\nzwei\r\nX-ANDROID-STARRED:1\r\nEND:VCARD\r\n`;

const hostile = HOSTILE_TEXTS.map((text, index) =>
  newCard({
    displayName: `Person ${String(index)}`,
    given: `Person ${String(index)}`,
    phones: [{ value: `+4930${String(index)}00777`, types: ['HOME'] }],
    note: text,
    organization: text.replace(/\s+/g, ' ').trim(),
  }).toString(),
);
const FILE = [EVE, ...hostile].join('');
const COUNT = hostile.length + 1;

describe.each(versions)('contacts on a phone with Android %d', (version) => {
  it('arrive with all they say, and a second time nothing is added', async () => {
    const phone = await WrittenPhone.connect({ version });
    const lines = await linesOf('contacts', FILE);
    expect(await phone.write('contacts', lines)).toEqual({ added: COUNT, merged: 0, same: 0, skipped: [] });
    expect(await phone.write('contacts', lines)).toEqual({ added: 0, merged: 0, same: COUNT, skipped: [] });
    const { store } = phone.phone;
    expect(store.all(RAW)).toHaveLength(COUNT);
    const notes = store.all(DATA, { where: "mimetype LIKE '%/note'", sort: '_id' }).map(({ data1 }) => data1);
    expect(notes.sort()).toEqual(['eins\nzwei', ...HOSTILE_TEXTS.map((text) => text.trim())].sort());

    const source = await openPhone();
    const cards = (await recordsOf(source, 'contacts')).map((record) =>
      (record as { card: string }).card.replaceAll('\r\n ', ''),
    );
    const eve = cards.find((card) => card.includes('Eve')) ?? '';
    for (const line of [
      ...[
        'N:Müller;Eve;Ruth;Dr.;PhD',
        'FN:Dr. Eve Ruth Müller\\, PhD',
        'NICKNAME:Evi',
        'ORG:Bau\\, GmbH;Planung',
      ],
      ...['TITLE:Chefin', 'TEL;TYPE=CELL;TYPE=VOICE:+49 1555 0001', 'TEL;TYPE=WORK;TYPE=FAX:030 55'],
      ...['X-ABLabel:Laube: hinten', 'EMAIL;TYPE=HOME:eve@example.org', 'BDAY:1980-02-29'],
      ...['ADR;TYPE=HOME:;;Weg 1;Berlin;;12345;Deutschland', 'X-ABDATE:2001-06-01', 'X-ABLabel:Anniversary'],
      ...['X-ABRELATEDNAMES:Tom', 'X-ABLabel:Brother', 'URL:https://example.org/a:b', 'X-ANDROID-STARRED:1'],
      ...['IMPP:xmpp:eve@jabber.example', 'CATEGORIES:Chor,Familie', 'NOTE:eins\\nzwei'],
    ]) {
      expect(eve).toContain(line);
    }
  });

  it('are there once when the cable was pulled midway, and are taken back', async () => {
    const phone = await WrittenPhone.connect({ version });
    phone.unplugAtInsert(17);
    const lines = await linesOf('contacts', FILE);
    expect(await phone.write('contacts', lines)).toMatchObject({ added: COUNT, skipped: [] });
    const { store } = phone.phone;
    expect(store.all(RAW)).toHaveLength(COUNT);
    expect(store.all(DATA, { where: "mimetype LIKE '%/name'" })).toHaveLength(COUNT);
    const changed = phone.made.filter(({ table }) => table === 'raw-contact').at(-1);
    store.update(
      DATA,
      { data1: 'Somebody' },
      `raw_contact_id = ${String(changed?.id)} AND mimetype LIKE '%/name'`,
    );
    expect(await phone.takeBack()).toEqual({ removed: phone.made.length - 1, gone: 0, left: 1 });
    expect(store.all('com.android.contacts/groups')).toEqual([]);
    expect(store.all(RAW).map(({ _id }) => _id)).toEqual([changed?.id]);
  });
});

describe('contacts on a phone', () => {
  const more =
    'BEGIN:VCARD\r\nVERSION:3.0\r\nN:Müller;Anna;;Dr.;PhD\r\nFN:Dr. Anna Müller, PhD\r\nTEL;TYPE=CELL:015550001\r\n' +
    'TEL:+49155500010\r\nEMAIL:ANNA@example.org\r\nEMAIL;TYPE=WORK:chefin@example.org\r\nBDAY:1981-01-01\r\n' +
    'NOTE:neu\r\nEND:VCARD\r\n';

  it('that are of a person there add what is new about them, and that alone is taken back', async () => {
    const phone = await WrittenPhone.connect({ version: 13, data: ANNAS_PHONE });
    const { store } = phone.phone;
    const before = store.all(DATA);
    const same =
      'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bob\r\nN:;Bob;;;\r\nURL:https://example.org/a,b\r\nEND:VCARD\r\n';
    const other = 'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bob\r\nN:;Bob;;;\r\nTEL:12345678\r\nEND:VCARD\r\n';
    const lines = await linesOf('contacts', more.replace('1981-01-01', '1980-02-29') + same + other);
    const written = await phone.write('contacts', lines);
    expect(written).toMatchObject({ merged: 1, skipped: [] });
    expect(written.added + written.same).toBe(2);
    const added = store.all(DATA, { where: `_id > ${String(before.length)} AND raw_contact_id = 1` });
    expect(added.map(({ data1 }) => data1).sort()).toEqual(['+49155500010', 'chefin@example.org', 'neu']);
    expect(await phone.write('contacts', lines)).toMatchObject({ added: 0, merged: 0, same: 3 });
    await phone.takeBack();
    expect(store.all(DATA)).toEqual(before);
  });

  it('with another birthday are another person', async () => {
    const phone = await WrittenPhone.connect({ version: 13, data: ANNAS_PHONE });
    expect(await phone.write('contacts', await linesOf('contacts', more))).toMatchObject({
      added: 1,
      merged: 0,
    });
    expect(await phone.write('contacts', await linesOf('contacts', more))).toMatchObject({
      added: 0,
      same: 1,
    });
  });

  it('that do not arrive whole are counted as damaged, and taken away', async () => {
    const phone = await WrittenPhone.connect({ version: 13 });
    const { store } = phone.phone;
    store.spoil = (table, values) =>
      table === DATA && values['data1'] === '040 77' ? { ...values, data1: '' } : values;
    expect(await phone.write('contacts', await linesOf('contacts', FILE))).toMatchObject({
      added: COUNT - 1,
      skipped: [{ reason: 'damaged', count: 1 }],
    });
    expect(store.all(RAW)).toHaveLength(COUNT - 1);
    expect(store.all(DATA, { where: "data1 LIKE '%Eve%'" })).toEqual([]);
  });

  it('that takes none are in a file in Download', async () => {
    const phone = await WrittenPhone.connect({ version: 11, data: { readOnly: [RAW, DATA] } });
    const lines = await linesOf('contacts', FILE);
    expect(await phone.write('contacts', lines)).toMatchObject({
      ...{ added: 0, merged: 0, same: 0 },
      skipped: [{ reason: 'as-file', count: COUNT }],
    });
    expect(readFileSync(join(phone.phone.sdcard, 'Download/OpenMover contacts.vcf'), 'utf8')).toBe(FILE);
  });

  it('leave their pictures behind, and that is said', async () => {
    const phone = await WrittenPhone.connect({ version: 13 });
    const card = newCard({
      given: 'Pia',
      phones: [{ value: '0301234567' }],
      photo: { bytes: Buffer.from([1]), type: 'JPEG' },
    });
    expect(await phone.write('contacts', await linesOf('contacts', card.toString()))).toEqual({
      ...{ added: 1, merged: 0, same: 0, skipped: [] },
    });
    expect(phone.told).toMatchObject([{ message: expect.stringContaining('Pictures') as string }]);
  });
});
