/** Who may be there twice is asked; what is merged says all of both. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDuplicates, mergeDuplicates } from '../../../../src/transfer/devices/folder/duplicates.ts';
import { scratchFolder } from '../../../support/scratch.ts';

const { signal } = new AbortController();
const card = (...lines: string[]): string =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\n${lines.map((line) => `${line}\r\n`).join('')}END:VCARD\r\n`;

const ANNA_1 = card('FN:Anna Lee', 'TEL:+49 170 5551234', 'NOTE:tea');
const ANNA_2 = card('FN:ANNA  LEE', 'EMAIL:anna@example.org', 'X-OWN:kept');
const MUM = card('FN:Mum', 'TEL;TYPE=CELL:0170 5551234');
const EVE = card('FN:Eve', 'TEL:+49 89 112233');
const BEN = card('FN:Ben', 'TEL:+49 30 998877');

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = scratchFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe('contacts that may be there twice', () => {
  it('are those of one name or of one number, each pair once, and nothing is changed by looking', async () => {
    const folder = folderWith({ 'contacts.vcf': ANNA_1 + BEN + ANNA_2 + MUM });
    const groups = await findDuplicates(folder, signal);
    expect(groups.map(({ why, cards }) => [why, cards.map(({ name }) => name)])).toEqual([
      ['same-number', ['Anna Lee', 'Mum']],
      ['same-name', ['Anna Lee', 'ANNA  LEE']],
    ]);
    expect(readFileSync(join(folder, 'contacts.vcf'), 'utf8')).toBe(ANNA_1 + BEN + ANNA_2 + MUM);
    expect((await findDuplicates(folder, signal)).map(({ id }) => id)).toEqual(groups.map(({ id }) => id));
  });

  it('become one card that says all of both, and every other byte stays', async () => {
    const folder = folderWith({ 'contacts.vcf': `${ANNA_1}${BEN}`, 'contacts/Work.vcf': `${ANNA_2}${MUM}` });
    const groups = (await findDuplicates(folder, signal)).filter(({ why }) => why === 'same-name');
    expect(await mergeDuplicates(folder, groups, signal)).toEqual({ merged: 1, kept: 0 });
    const [first, second] = ['contacts.vcf', 'contacts/Work.vcf'].map((name) =>
      readFileSync(join(folder, name), 'utf8'),
    );
    for (const line of ['TEL:+49 170 5551234', 'NOTE:tea', 'EMAIL:anna@example.org', 'X-OWN:kept']) {
      expect(first).toContain(line);
    }
    expect(first).toMatch(
      /^BEGIN:VCARD[^]*END:VCARD\r\nBEGIN:VCARD\r\nVERSION:3\.0\r\nFN:Ben[^]*END:VCARD\r\n$/,
    );
    expect(second).toBe(MUM);
    expect((await findDuplicates(folder, signal)).map(({ why }) => why)).toEqual(['same-number']);
    expect(readdirSync(folder).sort()).toEqual(['contacts', 'contacts.vcf']);
  });

  it('of which three are one person become one', async () => {
    const folder = folderWith({ 'contacts.vcf': ANNA_1 + ANNA_2 + MUM });
    const { merged } = await mergeDuplicates(folder, await findDuplicates(folder, signal), signal);
    expect(merged).toBe(2);
    const text = readFileSync(join(folder, 'contacts.vcf'), 'utf8');
    expect(text.match(/BEGIN:VCARD/g)).toHaveLength(1);
    for (const part of ['Mum', 'tea', 'anna@example.org', 'CELL']) expect(text).toContain(part);
  });

  it('are the ones that were chosen, though a card before them was removed while the person decided', async () => {
    const folder = folderWith({ 'contacts.vcf': BEN + ANNA_1 + ANNA_2 + EVE });
    const groups = await findDuplicates(folder, signal);
    writeFileSync(join(folder, 'contacts.vcf'), ANNA_1 + ANNA_2 + EVE);
    expect(await mergeDuplicates(folder, groups, signal)).toEqual({ merged: 1, kept: 0 });
    const text = readFileSync(join(folder, 'contacts.vcf'), 'utf8');
    expect(text.match(/BEGIN:VCARD/g)).toHaveLength(2);
    expect(text).toContain(EVE);
    for (const part of ['NOTE:tea', 'anna@example.org']) expect(text.replace(EVE, '')).toContain(part);
  });

  it('are left alone when one of them was changed while the person decided', async () => {
    const folder = folderWith({ 'contacts.vcf': ANNA_1 + ANNA_2 });
    const groups = await findDuplicates(folder, signal);
    const changed = ANNA_1 + ANNA_2.replace('kept', 'newer');
    writeFileSync(join(folder, 'contacts.vcf'), changed);
    expect(await mergeDuplicates(folder, groups, signal)).toEqual({ merged: 0, kept: 1 });
    expect(readFileSync(join(folder, 'contacts.vcf'), 'utf8')).toBe(changed);
  });

  it('all stay as they are when one of their files cannot be written', async () => {
    // No name is left for the file that is written beside it.
    const long = `contacts/b${'x'.repeat(240)}.vcf`;
    const folder = folderWith({ 'contacts/a.vcf': ANNA_1, [long]: ANNA_2 });
    const groups = await findDuplicates(folder, signal);
    await expect(mergeDuplicates(folder, groups, signal)).rejects.toMatchObject({
      code: 'DESTINATION_FAILED',
    });
    expect(readFileSync(join(folder, 'contacts/a.vcf'), 'utf8')).toBe(ANNA_1);
    expect(readFileSync(join(folder, long), 'utf8')).toBe(ANNA_2);
    expect(readdirSync(join(folder, 'contacts'))).toHaveLength(2);
  });

  it('keep the permissions of their file', async () => {
    const folder = folderWith({ 'contacts.vcf': ANNA_1 + ANNA_2 });
    chmodSync(join(folder, 'contacts.vcf'), 0o640);
    await mergeDuplicates(folder, await findDuplicates(folder, signal), signal);
    expect(statSync(join(folder, 'contacts.vcf')).mode & 0o777).toBe(0o640);
  });
});
