import { describe, expect, it } from 'vitest';
import { UNDECODABLE, decodeXml } from '../../../../src/transfer/kinds/xml/decode.ts';
import { reusedBuffer } from '../../../support/reused-buffer.ts';

async function decode(bytes: Uint8Array, chunkBytes = 1): Promise<string> {
  let text = '';
  for await (const piece of decodeXml(reusedBuffer(bytes, chunkBytes))) text += piece;
  return text;
}

const TEXT = `<?xml version='1.0'?>\n<smses>Grüße, שלום, 漢字, 😀, \ufffd${'x'.repeat(300)}é😀</smses>`;
const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('decodeXml', () => {
  const encodings: [string, Buffer][] = [
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${TEXT}`)],
    ['UTF-16, little end first, with a byte order mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
    ['UTF-16, big end first, with a byte order mark', bigEndian(`\ufeff${TEXT}`)],
    ['UTF-16, little end first, without one', Buffer.from(TEXT, 'utf16le')],
    ['UTF-16, big end first, without one', bigEndian(TEXT)],
  ];
  it.each(encodings)('reads %s wherever the chunks are cut', async (_name, bytes) => {
    for (const chunkBytes of [1, 2, 3, 5, 7, 64, 100_000]) {
      expect(await decode(bytes, chunkBytes)).toBe(TEXT);
    }
  });

  it('reads the encoding the XML declaration names', async () => {
    const head = '<?xml version="1.0" encoding="ISO-8859-1"?><smses>';
    expect(await decode(Buffer.from(`${head}Grüße</smses>`, 'latin1'))).toBe(`${head}Grüße</smses>`);
  });

  it('believes the bytes, not a declaration of UTF-16 that they contradict', async () => {
    const text = '<?xml version="1.0" encoding="UTF-16"?><smses>é</smses>';
    expect(await decode(Buffer.from(text))).toBe(text);
  });

  it('marks bytes that are not UTF-8 and leaves a real U+FFFD alone', async () => {
    const bytes = Buffer.concat([Buffer.from('a\ufffdb'), Buffer.from([0xe9]), Buffer.from('c\ufffd')]);
    for (const chunkBytes of [1, 2, 3, 4, 100]) {
      expect(await decode(bytes, chunkBytes)).toBe(`a\ufffdb${UNDECODABLE}c\ufffd`);
    }
  });

  it('marks a character cut off by the end of the file', async () => {
    expect(await decode(Buffer.from('a😀').subarray(0, 4))).toBe(`a${UNDECODABLE}`);
    expect(await decode(Buffer.from('\ufeffab', 'utf16le').subarray(0, 5))).toBe(`a${UNDECODABLE}`);
  });

  it('gives nothing but a mark for an encoding nobody knows', async () => {
    expect(await decode(Buffer.from('<?xml version="1.0" encoding="x-klingon"?><smses/>'))).toBe(UNDECODABLE);
  });
});
