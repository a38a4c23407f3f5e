/** The examples of PROTOCOL.md are what a client in another language is written from. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isEntry } from '../../../src/transfer/kinds/entry-shape.ts';
import type { RecordKind } from '../../../src/transfer/kinds/kind.ts';
import { isRecordLine } from '../../../src/transfer/testing/index.ts';

const PROTOCOL = readFileSync(
  join(resolve(import.meta.dirname, '../../..'), 'src/transfer/wire/PROTOCOL.md'),
  'utf8',
);

/** The lines of the first block of code after a heading or a word in bold. */
function linesAfter(mark: string): string[] {
  const [, rest = ''] = PROTOCOL.split(mark);
  return (/```(?:json)?\n(.*?)```/s.exec(rest)?.[1] ?? '').trim().split('\n');
}

describe('the examples of the protocol', () => {
  it('entries are entries', () => {
    const entries = linesAfter('## Entries').map((line): unknown => JSON.parse(line));
    expect(entries.map((entry) => isEntry(entry))).toEqual([true, true, true, true]);
  });

  it.each<[string, RecordKind]>([
    ['Contacts', 'contacts'],
    ['Calendar', 'calendar'],
    ['Messages', 'messages'],
    ['Calls', 'calls'],
  ])('records of %s are records', (heading, kind) => {
    const lines = linesAfter(`**${heading}.**`);
    expect(lines.length).toBe(2);
    for (const line of lines) expect(isRecordLine(kind, line), line).toBe(true);
  });
});
