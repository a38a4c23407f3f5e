/**
 * Real vCard files of many programs: read, merged into an empty destination, read back. Defined over the files of the
 * corpus beside the repository; without it, one test says so.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { contactsFormat, parseContactRecord } from '../../src/transfer/kinds/contacts/index.ts';
import { readAll, RecordFolder } from './kinds/record-folder.ts';

const corpus = fileURLToPath(new URL('../../../shared/corpus/vcard', import.meta.url));
const files = existsSync(corpus)
  ? readdirSync(corpus, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.vcf'))
      .sort()
  : [];

/** Cards are counted as a person would: by the BEGIN lines that are not inside another card. */
const NESTED: Readonly<Record<string, number>> = { 'aosp-opt-vcard/v21_nest.vcf': 1 };

describe('the vCard corpus', () => {
  if (files.length === 0) {
    it('is absent here', () => {
      expect(existsSync(corpus)).toBe(false);
    });
  }
  for (const name of files) {
    it(`moves ${name} byte for byte, once`, async () => {
      const bytes = readFileSync(join(corpus, name));
      const { lines, skips } = await readAll(contactsFormat, bytes);
      const begun = bytes.toString('latin1').match(/^BEGIN:VCARD/gim)?.length ?? 0;
      expect(skips).toEqual([]);
      expect(lines).toHaveLength(NESTED[name] ?? begun);
      const folder = new RecordFolder(contactsFormat);
      try {
        expect(await folder.merge(lines)).toMatchObject({ added: lines.length, merged: 0, same: 0 });
        expect((await folder.read()).lines).toEqual(lines);
        const cards = lines.map((line) => parseContactRecord(line)?.card ?? Buffer.alloc(0));
        expect(folder.bytes()).toEqual(Buffer.concat(cards));
        expect(await folder.merge(lines)).toMatchObject({ same: lines.length, replacements: [] });
        // Merging into a copy of itself in another place of the file finds every card.
        folder.put(Buffer.concat([...cards].reverse().flatMap((card) => [card, Buffer.from('\r\n')])));
        expect(await folder.merge(lines)).toMatchObject({ same: lines.length, replacements: [] });
      } finally {
        folder.remove();
      }
    });
  }
});
