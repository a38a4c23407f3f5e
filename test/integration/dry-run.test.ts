/** A receiver that only shows what a move would do. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFolderDestination, openFolderSource, type Receipt } from '../../src/transfer/index.ts';
import { scratchFolder } from '../support/scratch.ts';
import { startSession, type Session } from '../support/session.ts';
import { makeSmallDevice, SMALL_COUNTS } from '../support/small-device.ts';
import { readTree } from '../support/tree.ts';
import { writeTree } from '../support/write-tree.ts';

const session = async (from: string, into: string, dryRun: boolean): Promise<Session> =>
  startSession({
    source: await openFolderSource({ from }),
    destination: await openFolderDestination(into),
    receiver: { dryRun },
  });

/** What became of each kind, without what was sent for it. */
const figures = ({ kinds }: Receipt) =>
  Object.fromEntries(
    Object.entries(kinds).map(([kind, { offered, added, merged, same, skipped }]) => [
      kind,
      { offered, added, merged, same, skipped },
    ]),
  );

function destinationWithSome(): string {
  const into = scratchFolder();
  writeTree(into, {
    'contacts.vcf':
      'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Inês Ferreira\r\nN:Ferreira;Inês;;;\r\nTEL:+351912345678\r\nEND:VCARD\r\n',
    'files/notes.txt': 'Buy milk.\n',
    'files/Fotos/mine.jpg': 'mine',
  });
  return into;
}

describe('a dry run', () => {
  it('says what the move then comes to, and changes nothing', async () => {
    const from = makeSmallDevice(scratchFolder());
    const into = destinationWithSome();
    const before = readTree(into);
    const dry = await session(from, into, true);
    const told = await dry.receiver;
    expect(await dry.sender).toEqual(told);
    expect(told.outcome).toBe('dry-run');
    expect(readTree(into)).toEqual(before);

    const real = await (await session(from, into, false)).receiver;
    expect(real.outcome).toBe('complete');
    expect(figures(told)).toEqual(figures(real));
    expect(told.kinds.contacts?.added).toBeLessThan(SMALL_COUNTS.contacts);
    expect(told.kinds.files).toMatchObject({ same: 1, added: SMALL_COUNTS.files - 1 });
  });

  it('makes no folder for what a merge would have put there', async () => {
    const from = scratchFolder();
    const event = (uid: string): string =>
      `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20200101T000000Z\r\nDTSTART:20200101T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
    writeTree(from, { 'calendar/work.ics': event('a'), 'calendar/home.ics': event('b') });
    const into = scratchFolder();
    const told = await (await session(from, into, true)).receiver;
    expect(told.kinds.calendar).toMatchObject({ added: 2 });
    expect(readdirSync(into)).toEqual([]);
  });

  it('is told to the sender before anything is sent', async () => {
    const dry = await session(makeSmallDevice(scratchFolder()), scratchFolder(), true);
    await dry.sender;
    const plan = dry.events.sender.find((event) => event.type === 'plan');
    expect(plan?.plan.dryRun).toBe(true);
  });

  it('neither uses nor touches what an interrupted move left, and clears up after one that was killed', async () => {
    const from = makeSmallDevice(scratchFolder());
    const into = scratchFolder();
    const left = join(into, '.openmover-01234567');
    const killed = join(into, '.openmover-dry-01234567');
    for (const folder of [left, killed]) mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(left, 'half'), 'half');
    await (
      await session(from, into, true)
    ).receiver;
    expect(readdirSync(into)).toEqual(['.openmover-01234567']);
    expect(readdirSync(left)).toEqual(['half']);
  });

  it('that is cancelled leaves nothing either', async () => {
    const from = makeSmallDevice(scratchFolder());
    const into = scratchFolder();
    const dry = startSession({
      source: await openFolderSource({ from }),
      destination: await openFolderDestination(into),
      receiver: { dryRun: true },
      sender: { onPlan: () => Promise.resolve(undefined) },
    });
    await expect(dry.receiver).rejects.toMatchObject({ code: 'PEER_CANCELLED' });
    expect(readdirSync(into)).toEqual([]);
  });
});
