import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OutputFile } from '../../../../src/transfer/kinds/xml/output.ts';
import { scratchPath } from '../../../support/scratch-path.ts';

const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** Characters of one to four bytes, in lengths that put every one of them across the end of a block some time. */
const ELEMENTS = Array.from(
  { length: 40 },
  (_, index) => 'aé漢😀'.repeat(1 + index * 1_500) + 'x'.repeat(index % 7),
);

describe('OutputFile', () => {
  it.each([
    ['utf-8', Buffer.from(ELEMENTS.join(''))],
    ['utf-16le', Buffer.from(ELEMENTS.join(''), 'utf16le')],
    ['utf-16be', bigEndian(ELEMENTS.join(''))],
  ] as const)('writes elements of any length in %s', async (encoding, expected) => {
    const path = scratchPath('out.xml');
    const output = await OutputFile.create(path, encoding);
    for (const element of ELEMENTS) {
      output.append(element);
      if (output.isFull) await output.flush();
    }
    await output.finish();
    expect(readFileSync(path).equals(expected)).toBe(true);
  });

  it('keeps the order of what it is given before a flush', async () => {
    const path = scratchPath('out.xml');
    const output = await OutputFile.create(path, 'utf-8');
    const texts = ['short', 'é'.repeat(100_000), 'short again', '', 'x'.repeat(70_000), 'end'];
    for (const text of texts) output.append(text);
    await output.finish();
    expect(readFileSync(path, 'utf8') === texts.join('')).toBe(true);
  });

  it.each(['utf-8', 'utf-16be'] as const)('overwrites a spot in %s', async (encoding) => {
    const path = scratchPath('out.xml');
    const output = await OutputFile.create(path, encoding);
    output.append('before');
    const at = await output.position();
    output.append('????after');
    await output.patch(at, '1234');
    output.append('!');
    await output.finish();
    const text = 'before1234after!';
    expect(readFileSync(path).equals(encoding === 'utf-8' ? Buffer.from(text) : bigEndian(text))).toBe(true);
  });
});
