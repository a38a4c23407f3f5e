import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import { received, sharedCopy } from '../../../src/transfer/privacy/shared-copy.ts';

const SECRET = Buffer.from('a join key');

/** Holds what it is told first, and says what that is whenever it is asked. */
const HOLDER = `
const { parentPort } = require('node:worker_threads');
let held;
parentPort.on('message', (message) => {
  held ??= message;
  parentPort.postMessage(Buffer.from(held).toString());
});
`;

it('what a thread shares is overwritten there when it is wiped here', async () => {
  const copy = sharedCopy(new Ephemeral(SECRET));
  const holder = new Worker(HOLDER, { eval: true });
  onTestFinished(async () => {
    await holder.terminate();
  });
  holder.postMessage(copy.use((bytes) => bytes));
  expect(await once(holder, 'message')).toEqual([SECRET.toString()]);
  copy.wipe();
  holder.postMessage('again');
  expect(await once(holder, 'message')).toEqual(['\0'.repeat(SECRET.length)]);
});

it('is a copy: the secret itself stays, whichever end wipes it', () => {
  const secret = new Ephemeral(Buffer.from(SECRET));
  const copy = sharedCopy(secret);
  const other = received(copy.use((bytes) => bytes));
  expect(other.use((bytes) => bytes.toString())).toBe(SECRET.toString());
  other.wipe();
  expect(copy.use((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  expect(secret.use((bytes) => bytes.equals(SECRET))).toBe(true);
});
