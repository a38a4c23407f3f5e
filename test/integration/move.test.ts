import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../support/scratch.ts';
import { scratchPath } from '../support/scratch-path.ts';
import { endAllMovers, type Event, move, runMover } from '../support/mover.ts';
import { makeSmallDevice, SMALL_COUNTS } from '../support/small-device.ts';
import { readTree } from '../support/tree.ts';

afterEach(endAllMovers);

interface KindLine {
  readonly offered: number;
  readonly added: number;
  readonly merged: number;
  readonly same: number;
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
}
const kindsOf = (receipt: Event): Record<string, KindLine> => receipt.kinds as Record<string, KindLine>;
const skippedOf = ({ skipped }: KindLine): number => skipped.reduce((sum, { count }) => sum + count, 0);

/** What OpenMover keeps for itself at a destination. */
const own = (into: string): string[] =>
  Object.keys(readTree(into)).filter((path) => path.startsWith('.openmover'));

/** The rest: the device. */
const moved = (into: string): ReturnType<typeof readTree> =>
  Object.fromEntries(Object.entries(readTree(into)).filter(([path]) => !path.startsWith('.openmover')));

describe('a whole move between two processes', () => {
  it('brings every kind, and the receipt of both sides is the same and adds up', async () => {
    const from = makeSmallDevice(scratchFolder());
    const into = scratchPath('new');
    const { sender, receiver, exits } = await move({ from: ['--from', from], into });
    expect(exits).toEqual([0, 0]);

    const receipt = await sender.event('receipt');
    expect(await receiver.event('receipt')).toEqual(receipt);
    expect(receipt.outcome).toBe('complete');
    for (const [kind, line] of Object.entries(kindsOf(receipt))) {
      expect(line.offered, kind).toBe(line.added + line.merged + line.same + skippedOf(line));
    }
    for (const [kind, count] of Object.entries(SMALL_COUNTS)) {
      expect(kindsOf(receipt)[kind]?.added, kind).toBe(count);
    }
    expect(kindsOf(receipt).files?.skipped).toEqual(
      expect.arrayContaining([
        { reason: 'link', count: 1 },
        { reason: 'credential', count: 1 },
      ]),
    );

    // By reading it again, not by what the receipt says.
    const [old, arrived] = [readTree(join(from, 'files')), readTree(join(into, 'files'))];
    const { 'link.txt': link, '.ssh/id_ed25519': key, ...expected } = old;
    expect([link?.type, key?.type]).toEqual(['link', 'file']);
    expect(arrived).toEqual(expected);
    const inspected = JSON.parse((await runMover(['inspect', into, '--json'])).out) as {
      kinds: Record<string, { items: number }>;
    };
    for (const [kind, count] of Object.entries(SMALL_COUNTS)) {
      expect(inspected.kinds[kind]?.items, kind).toBe(count);
    }
    expect(readFileSync(join(into, 'contacts.vcf'), 'utf8')).toContain('X-UNHEARD-OF:kept');
  });

  it('leaves nothing of its own at the destination but what takes the move back', async () => {
    const from = makeSmallDevice(scratchFolder());
    const [kept, without] = [scratchPath('new'), scratchPath('new')];
    await move({ from: ['--from', from], into: kept });
    await move({ from: ['--from', from], into: without, receiveArgs: ['--no-undo'] });
    expect([kept, without].map(own)).toEqual([
      ['.openmover-undo', '.openmover-undo/finished', '.openmover-undo/journal.ndjson'],
      [],
    ]);
  });

  it('is taken back by mover undo without having been asked for it, and leaves nothing then', async () => {
    const into = scratchFolder();
    mkdirSync(join(into, 'files'));
    writeFileSync(join(into, 'files', 'notes.txt'), 'Mine.\n');
    const before = readTree(into);
    await move({ from: ['--from', makeSmallDevice(scratchFolder())], into });
    expect(readTree(into)).not.toEqual(before);
    const { code, out } = await runMover(['undo', '--into', into]);
    expect([code, out]).toEqual([0, expect.stringContaining('Taken back')]);
    expect(readTree(into)).toEqual(before);
  });

  it('a second move changes no byte and finds everything the same', async () => {
    const from = makeSmallDevice(scratchFolder());
    const into = scratchPath('new');
    await move({ from: ['--from', from], into });
    const before = readTree(into);
    const { sender, exits } = await move({ from: ['--from', from], into });
    expect(exits).toEqual([0, 0]);
    expect(readTree(into)).toEqual(before);
    for (const [kind, line] of Object.entries(kindsOf(await sender.event('receipt')))) {
      expect([line.added, line.merged, line.same], kind).toEqual([
        0,
        0,
        (SMALL_COUNTS as Partial<Record<string, number>>)[kind] ?? 0,
      ]);
    }
  });

  it('a different file of the same name is kept beside the new one', async () => {
    const from = makeSmallDevice(scratchFolder());
    const into = scratchFolder();
    mkdirSync(join(into, 'files'));
    writeFileSync(join(into, 'files', 'notes.txt'), 'Mine.\n');
    const { exits } = await move({ from: ['--from', from, '--only', 'files'], into });
    expect(exits).toEqual([0, 0]);
    expect(readFileSync(join(into, 'files', 'notes.txt'), 'utf8')).toBe('Mine.\n');
    expect(readFileSync(join(into, 'files', 'notes (2).txt'), 'utf8')).toBe('Buy milk.\n');
  });

  it('nothing is written through a link planted at the destination', async () => {
    const from = makeSmallDevice(scratchFolder());
    const [into, elsewhere] = [scratchFolder(), scratchFolder()];
    mkdirSync(join(into, 'files'));
    symlinkSync(elsewhere, join(into, 'files', 'Fotos'));
    await move({ from: ['--from', from, '--only', 'files'], into });
    expect(readTree(elsewhere)).toEqual({});
  });

  it('--only moves those kinds and no others, on either side', async () => {
    const from = makeSmallDevice(scratchFolder());
    const [first, second] = [scratchPath('new'), scratchPath('new')];
    await move({ from: ['--from', from, '--only', 'calls,contacts'], into: first });
    expect(Object.keys(moved(first)).sort()).toEqual(['calls.xml', 'contacts.vcf']);
    const { exits } = await move({
      from: ['--from', from],
      into: second,
      receiveArgs: ['--only', 'calendar'],
    });
    expect(exits).toEqual([0, 0]);
    expect(Object.keys(moved(second))).toEqual(['calendar.ics']);
  });

  it('lists of files move without a device folder', async () => {
    const device = makeSmallDevice(scratchFolder());
    const into = scratchPath('new');
    const from = ['--contacts', join(device, 'contacts.vcf'), '--files', join(device, 'files', 'Fotos')];
    const { exits } = await move({ from, into });
    expect(exits).toEqual([0, 0]);
    expect(existsSync(join(into, 'contacts.vcf'))).toBe(true);
    expect(existsSync(join(into, 'calls.xml'))).toBe(false);
    expect(Object.values(readTree(join(into, 'files'))).filter(({ type }) => type === 'file')).toHaveLength(
      1,
    );
  });

  it('the source is left as it was', async () => {
    const from = makeSmallDevice(scratchFolder());
    const before = readTree(from);
    await move({ from: ['--from', from], into: scratchPath('new') });
    expect(readTree(from)).toEqual(before);
  });
});

describe('JSON events', () => {
  const KEYS: Readonly<Record<string, readonly string[]>> = {
    listening: ['event', 'name', 'addresses'],
    code: ['event', 'code'],
    paired: ['event'],
    offer: ['event', 'peer', 'kinds'],
    plan: ['event', 'kinds', 'verdicts', 'freeBytes'],
    progress: [
      'event',
      'phase',
      'bytes',
      'totalBytes',
      'entries',
      'totalEntries',
      'bytesPerSecond',
      'secondsLeft',
    ],
    receipt: ['event', 'outcome', 'kinds', 'bytes', 'seconds'],
  };

  it('are those of the contract, in order, with the keys of the contract and nothing else on the output', async () => {
    const from = makeSmallDevice(scratchFolder());
    const { sender, receiver } = await move({ from: ['--from', from], into: scratchPath('new') });
    for (const mover of [sender, receiver]) {
      expect(mover.otherLines).toEqual([]);
      expect(mover.errors).toBe('');
      for (const event of mover.events) {
        expect(Object.keys(event).sort(), event.event).toEqual([...(KEYS[event.event] ?? [])].sort());
      }
    }
    const order = (events: readonly Event[]): string[] =>
      events.map(({ event }) => event).filter((name, index, all) => name !== all[index - 1]);
    expect(order(receiver.events)).toEqual([
      'listening',
      'code',
      'paired',
      'offer',
      'plan',
      'progress',
      'receipt',
    ]);
    expect(order(sender.events)).toEqual(['paired', 'offer', 'plan', 'progress', 'receipt']);
  });

  it('have the shapes of the contract', async () => {
    const from = makeSmallDevice(scratchFolder());
    const { sender, receiver } = await move({ from: ['--from', from], into: scratchPath('new') });
    const { addresses, name } = await receiver.event('listening');
    expect(addresses).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
    expect(name).toMatch(/^[a-z]+ [a-z]+$/);
    expect((await receiver.event('code')).code).toMatch(/^\d{6}$/);
    const last = sender.events.filter(({ event }) => event === 'progress').at(-1);
    expect(last?.bytes).toBe(last?.totalBytes);
    expect(last?.entries).toBe(last?.totalEntries);
    const receipt = await sender.event('receipt');
    for (const line of Object.values(kindsOf(receipt))) {
      expect(Object.keys(line).sort()).toEqual(
        ['added', 'merged', 'offered', 'renamed', 'same', 'sent', 'skipped', 'verified'].sort(),
      );
    }
    expect(receipt.bytes).toEqual({
      payload: expect.any(Number) as number,
      wire: expect.any(Number) as number,
      resumed: 0,
    });
    expect(receipt.seconds).toEqual(expect.any(Number));
  });
});
