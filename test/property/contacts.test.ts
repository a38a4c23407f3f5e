/** Laws of the contact merge over random cards: odd encodings, folds, line ends, emoji, empty values. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCard } from '../../src/transfer/kinds/contacts/card.ts';
import { contactsFormat, parseContactRecord } from '../../src/transfer/kinds/contacts/index.ts';
import { encodeQuotedPrintable } from '../../src/transfer/kinds/contacts/text-value.ts';
import { missingProperties } from '../../src/transfer/kinds/contacts/known-properties.ts';
import {
  comparablesOf,
  type ComparableProperty,
} from '../../src/transfer/kinds/contacts/comparable-property.ts';
import { readAll } from '../unit/kinds/record-folder.ts';
import {
  chunkBytes,
  contentLine,
  expectNoChange,
  expectReaderNeverStops,
  lineEnds,
  MERGE_RUNS,
  READ_RUNS,
  withFolder,
  words,
} from './record-harness.ts';

const text = words(' blanks ', '=');
const date = fc.constantFrom('1980-03-22', '--04-12', '20090710', '1604-04-12', '2009-07-10');

interface Value {
  readonly name: string;
  readonly types: readonly string[];
  readonly parts: readonly string[];
}

const textOf = (name: string) => text.map((word): Value => ({ name, types: [], parts: [word] }));
const property: fc.Arbitrary<Value> = fc.oneof(
  textOf('NOTE'),
  textOf('TITLE'),
  fc
    .tuple(
      fc.constantFrom('TEL', 'EMAIL'),
      fc.subarray(['HOME', 'CELL', 'FAX']),
      fc.integer({ min: 100, max: 110 }),
    )
    .map(([name, types, n]): Value => ({
      name,
      types,
      parts: [name === 'TEL' ? `+49 170 55${n}` : `p${n}@example.org`],
    })),
  fc
    .array(text, { minLength: 1, maxLength: 7 })
    .map((parts): Value => ({ name: 'ADR', types: ['HOME'], parts })),
  fc
    .tuple(fc.constantFrom('BDAY', 'ANNIVERSARY', 'X-ANNIVERSARY'), date)
    .map(([name, day]): Value => ({ name, types: [], parts: [day] })),
  fc.constantFrom('X-CUSTOM', 'X-A_B').map((name): Value => ({ name, types: [], parts: ['v'] })),
);

interface Spelling {
  readonly version: '2.1' | '3.0' | '4.0';
  readonly lineEnd: string;
}
const spelling: fc.Arbitrary<Spelling> = fc.record({
  version: fc.constantFrom('2.1', '3.0', '4.0'),
  lineEnd: lineEnds,
});

function write({ name, types, parts }: Value, { version, lineEnd }: Spelling): string {
  const escaped = parts.map((part) =>
    version === '2.1'
      ? part.replace(/;/g, '\\;').replace(/\n/g, '\r\n')
      : part.replace(/[\\,;]/g, '\\$&').replace(/\n/g, '\\n'),
  );
  const value = escaped.join(';');
  if (version !== '2.1') {
    const type = types.length === 0 ? '' : `;TYPE=${types.join(',')}`;
    return contentLine(`${name}${type}:${value}`, lineEnd);
  }
  const head = `${name}${types.map((type) => `;${type}`).join('')}`;
  if (/^[\x20-\x3c\x3e-\x7e]*$/.test(value)) return `${head}:${value}${lineEnd}`;
  return `${head};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:${encodeQuotedPrintable(value, lineEnd)}${lineEnd}`;
}

interface Person {
  readonly name: string;
  readonly properties: readonly Value[];
  readonly spelling: Spelling;
}
const person = (name: fc.Arbitrary<string>, most = 8): fc.Arbitrary<Person> =>
  fc.record({ name, properties: fc.array(property, { maxLength: most }), spelling });

function cardOf({ name, properties, spelling: as }: Person): Buffer {
  const { lineEnd } = as;
  const lines = [{ name: 'FN', types: [], parts: [name] }, ...properties].map((each) => write(each, as));
  const head = `BEGIN:VCARD${lineEnd}VERSION:${as.version}${lineEnd}`;
  return Buffer.from(`${head}${lines.join('')}END:VCARD${lineEnd}`, 'latin1');
}

const propertiesOfCard = (bytes: Buffer): ComparableProperty[] => {
  const card = parseCard(bytes);
  if (card === undefined) throw new Error('a card of too many properties');
  return comparablesOf(card);
};
const names = fc.constantFrom('Ann Lee', 'ANN LEE', 'Bob', 'Zoë');
const cardsIn = (lines: readonly string[]): Buffer[] =>
  lines.map((line) => parseContactRecord(line)?.card ?? Buffer.alloc(0));

describe('contacts', () => {
  it('come out of read, write and read byte for byte', () =>
    fc.assert(
      fc.asyncProperty(fc.array(person(text), { maxLength: 6 }), chunkBytes, async (people, chunk) => {
        const bytes = Buffer.concat(people.map(cardOf));
        const { lines, skips } = await readAll(contactsFormat, bytes, { chunk });
        expect(skips).toEqual([]);
        expect(Buffer.concat(cardsIn(lines))).toEqual(bytes);
      }),
      READ_RUNS,
    ));

  it('never stop the reader, whatever the bytes', () =>
    expectReaderNeverStops(
      contactsFormat,
      ['BEGIN:VCARD\r\n', 'END:VCARD\r\n', 'FN:x\n', 'A;QUOTED-PRINTABLE:=\n', '\r', '\ufeff'],
      parseContactRecord,
    ));

  it('lose no property in a merge, and merging again changes no byte', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(person(names), { maxLength: 5 }),
        fc.array(person(names), { maxLength: 5 }),
        (there, incoming) =>
          withFolder(contactsFormat, async (folder) => {
            folder.put(Buffer.concat(there.map(cardOf)));
            const source = Buffer.concat(incoming.map(cardOf));
            const first = await folder.mergeFile(source);
            expect(first.added + first.merged + first.same).toBe(incoming.length);
            const all = cardsIn((await folder.read()).lines).map(propertiesOfCard);
            expect(all).toHaveLength(there.length + first.added);
            for (const each of [...there, ...incoming]) {
              const units = propertiesOfCard(cardOf(each));
              expect(all.some((known) => missingProperties(known, units).length === 0)).toBe(true);
            }
            expect([first.before, first.after]).toEqual([there.length, all.length]);
            await expectNoChange(folder, (await readAll(contactsFormat, source)).lines);
          }),
      ),
      MERGE_RUNS,
    ));

  it('come to the same content from either side', () =>
    fc.assert(
      fc.asyncProperty(person(names), person(names), async (a, b) => {
        const shared: Value = { name: 'EMAIL', types: [], parts: ['shared@example.org'] };
        // Two people who share an address and were born on different days stay two.
        const sameBirth = { ...b, properties: b.properties.filter(({ name }) => name !== 'BDAY') };
        const [x, y] = [a, sameBirth].map((each) =>
          cardOf({ ...each, name: 'Ann', properties: [shared, ...each.properties] }),
        );
        if (x === undefined || y === undefined) return;
        const union = (there: Buffer, incoming: Buffer) =>
          withFolder(contactsFormat, async (folder) => {
            folder.put(there);
            const result = await folder.mergeFile(incoming);
            expect(result.added).toBe(0);
            return propertiesOfCard(folder.bytes());
          });
        const [xy, yx] = [await union(x, y), await union(y, x)];
        expect(missingProperties(xy, yx)).toEqual([]);
        expect(missingProperties(yx, xy)).toEqual([]);
      }),
      MERGE_RUNS,
    ));

  it('never merge on a name alone', () =>
    fc.assert(
      fc.asyncProperty(person(names), person(names), (a, b) =>
        withFolder(contactsFormat, async (folder) => {
          const reach = new Set(['TEL', 'EMAIL']);
          const one = { ...a, name: 'Ann' };
          const other = {
            ...b,
            name: 'Ann',
            properties: b.properties.filter((each) => !reach.has(each.name)),
          };
          folder.put(cardOf(one));
          expect((await folder.mergeFile(cardOf(other))).merged).toBe(0);
          expect(folder.bytes().subarray(0, cardOf(one).length)).toEqual(cardOf(one));
        }),
      ),
      MERGE_RUNS,
    ));
});
