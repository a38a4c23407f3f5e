import { describe, expect, it } from 'vitest';
import { utf8Chunks } from '../../../../src/transfer/kinds/record-merge/utf8-chunks.ts';
import { reusedBuffer } from '../../../support/reused-buffer.ts';

const TEXT = 'BEGIN:VCARD\r\nFN:Zoë 😀\r\nEND:VCARD\r\n'.repeat(5);

async function read(bytes: Uint8Array, chunkBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of utf8Chunks(reusedBuffer(bytes, chunkBytes), new AbortController().signal)) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

describe('utf8Chunks', () => {
  it.each([1, 3, 64])(
    'keeps every chunk of %i bytes, though the next is read into the same memory',
    async (size) => {
      expect((await read(Buffer.from(TEXT), size)).toString()).toBe(TEXT);
    },
  );

  it.each([1, 3, 64])('makes UTF-16 UTF-8, %i bytes at a time', async (size) => {
    expect((await read(Buffer.from(`\ufeff${TEXT}`, 'utf16le'), size)).toString()).toBe(TEXT);
  });
});
