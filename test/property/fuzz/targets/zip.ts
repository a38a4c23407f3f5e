/** A ZIP of messages, as sms-ie exports them. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeZip } from '../../../../src/main/sample/apk/zip.ts';
import { readSmsIe } from '../../../../src/transfer/kinds/messages/sms-ie/read.ts';
import type { Target } from '../target.ts';

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
  ...['"date":"9e99",', '"__parts":[[]],', '"_data":"../x",', '"__proto__":{},', 'null', '\\ud800'],
  ...['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06', 'messages.ndjson', 'data/'],
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

async function check(path: string, bytes: Buffer): Promise<void> {
  writeFileSync(path, bytes);
  const lines: string[] = [];
  let skipped = 0;
  const skip = (_reason: string, count = 1): void => {
    skipped += count;
  };
  try {
    const { signal } = new AbortController();
    for await (const line of readSmsIe(path, { skip, signal })) lines.push(line);
  } catch (error) {
    // What our own code trips over is no refusal.
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    return;
  }
  for (const line of lines) {
    assert(!line.includes('\n'));
    assert(Buffer.byteLength(line) < UNPACKED * bytes.length);
  }
  assert(lines.length + skipped < UNPACKED * bytes.length);
}

const covers = /src\/transfer\/kinds\/messages\/[\w/-]+\.ts$|yauzl\/[\w-]+\.js$/;

export const zip: Target = {
  promise: 'it is read as records, in bounds, or refused',
  covers,
  tokens: TOKENS,
  seeds: () => [zipOf(NDJSON)],
  open: (folder) => (bytes) => check(join(folder, 'messages.zip'), bytes),
};

export const zipOfMessages: Target = {
  ...zip,
  promise: 'a good ZIP with it for messages is read as records, in bounds, or refused',
  seeds: () => [NDJSON],
  open: (folder) => (bytes) => check(join(folder, 'messages.zip'), zipOf(bytes)),
};
