/** Whatever a ZIP of messages holds, it is read as records or refused, in bounds. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeZip } from '../../../src/main/sample/apk/zip.ts';
import { readSmsIe } from '../../../src/transfer/kinds/messages/sms-ie/read.ts';
import { inFolder } from '../../fixtures/apps/in-folder.ts';
import { inputs, SETTINGS } from './mutations.ts';

const ADDRESS = { address: '+15550100001', type: '137', charset: '106' };
const LINES = [
  { address: '+15550100001', date: '1700000000001', type: '1', body: 'Olá 😀', read: '1' },
  {
    ...{ date: '1700000100', msg_box: '1', m_type: '132', __sender_address: ADDRESS },
    __recipient_addresses: [{ ...ADDRESS, type: '151' }],
    __parts: [
      { seq: '0', ct: 'image/jpeg', _data: '/data/parts/PART_1_a.jpg' },
      { seq: '0', ct: 'text/plain', chset: '106', text: 'Look' },
    ],
  },
];
const NDJSON = Buffer.from(LINES.map((line) => `${JSON.stringify(line)}\n`).join(''));
const TOKENS = [
  '"date":"9e99",',
  '"__parts":[[]],',
  '"_data":"../x",',
  '"__proto__":{},',
  'null',
  '\\ud800',
  'PK\x01\x02',
];

/** Deflate packs no tighter than 1032 to 1 (zlib, technical details). */
const UNPACKED = 1_032;

function zipOf(messages: Buffer): Buffer {
  const { entries, directory, end } = writeZip([
    { name: 'messages.ndjson', bytes: messages },
    { name: 'data/PART_1_a.jpg', bytes: Buffer.alloc(300, 7) },
  ]);
  return Buffer.concat([entries, directory, end]);
}

/** Records and skips, or undefined when it is refused. */
async function read(path: string): Promise<{ lines: string[]; skipped: number } | undefined> {
  const lines: string[] = [];
  let skipped = 0;
  const skip = (_reason: string, count = 1): void => {
    skipped += count;
  };
  try {
    for await (const line of readSmsIe(path, { skip, signal: new AbortController().signal }))
      lines.push(line);
  } catch (error) {
    // What our own code trips over is no refusal.
    expect(error).not.toBeInstanceOf(TypeError);
    expect(error).not.toBeInstanceOf(RangeError);
    return undefined;
  }
  return { lines, skipped };
}

describe('a ZIP of messages', () => {
  it.each([
    ['bent anywhere', inputs([zipOf(NDJSON)], TOKENS)],
    ['with any messages in it', inputs([NDJSON], TOKENS).map(zipOf)],
  ])('%s is read as records, or refused', async (_, files) => {
    await inFolder({}, (folder) =>
      fc.assert(
        fc.asyncProperty(files, async (bytes) => {
          const path = join(folder, 'messages.zip');
          writeFileSync(path, bytes);
          const result = await read(path);
          for (const line of result?.lines ?? []) {
            expect(line).not.toContain('\n');
            expect(Buffer.byteLength(line)).toBeLessThan(UNPACKED * bytes.length);
          }
          if (result !== undefined)
            expect(result.lines.length + result.skipped).toBeLessThan(UNPACKED * bytes.length);
        }),
        SETTINGS,
      ),
    );
  });
});
