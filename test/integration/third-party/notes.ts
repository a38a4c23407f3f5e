/** Run by `node --test` (see ../third-party.test.ts): the contract and a move of a source that others wrote. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  Ephemeral,
  type MoveEvent,
  MoverError,
  openFolderDestination,
  receive,
  send,
  type Source,
} from 'openmover';
import { sourceContract } from 'openmover/testing';
import { NotesSource } from './notes-source.ts';

const NOTEBOOK = {
  people: { Anna: 'anna@example.org', Ben: 'ben@example.org' },
  notes: { Garden: 'water the tomatoes', Trip: 'Rome, in May' },
};

sourceContract(test, { open: () => new NotesSource(NOTEBOOK) });

/** Moves a source into a folder; both sides in this process. */
async function move(source: Source): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'openmover-third-party-'));
  test.after(() => {
    rmSync(folder, { recursive: true });
  });
  const stop = new AbortController();
  const address = Promise.withResolvers<{ host: string; port: number }>();
  const code = Promise.withResolvers<Ephemeral<string>>();
  const onEvent = (event: MoveEvent): void => {
    if (event.type === 'listening' && event.addresses[0] !== undefined) address.resolve(event.addresses[0]);
    if (event.type === 'code') code.resolve(new Ephemeral(event.code.use((digits) => digits)));
  };
  const destination = await openFolderDestination(folder);
  const receiving = receive({
    destination,
    host: '127.0.0.1',
    advertise: false,
    onEvent,
    onOffer: ({ kinds }) => Promise.resolve({ accept: true, kinds: kinds.map(({ kind }) => kind) }),
    signal: stop.signal,
  });
  receiving.catch(() => undefined);
  try {
    const receipt = await send({
      source,
      to: await address.promise,
      code: await code.promise,
      onEvent: () => undefined,
      onPlan: ({ kinds }) => Promise.resolve({ kinds, apps: [] }),
      signal: stop.signal,
    });
    assert.deepEqual(await receiving, receipt);
    assert.equal(receipt.outcome, 'complete');
    return folder;
  } finally {
    stop.abort();
    await receiving.catch(() => undefined);
    await destination.close();
    await source.close();
  }
}

void test('a source that others wrote moves like any other', async () => {
  const folder = await move(new NotesSource(NOTEBOOK));
  assert.equal(readFileSync(join(folder, 'files/Notes/Trip.txt'), 'utf8'), 'Rome, in May');
  assert.match(readFileSync(join(folder, 'contacts.vcf'), 'utf8'), /FN:Anna[^]*FN:Ben/);
});

void test('a source that gives what must not travel is told to its own side', async () => {
  class Faulty extends NotesSource {
    override async *scan(...options: Parameters<NotesSource['scan']>) {
      for await (const entry of super.scan(...options)) {
        yield entry.type === 'file' ? { ...entry, path: ['..', 'escaped'] } : entry;
      }
    }
  }
  await assert.rejects(move(new Faulty(NOTEBOOK)), (error) => {
    assert.ok(error instanceof MoverError);
    assert.equal(error.code, 'SOURCE_INVALID');
    assert.match(error.message, /The source of this device .*entry 1 .*a path that must not travel/);
    return true;
  });
});
