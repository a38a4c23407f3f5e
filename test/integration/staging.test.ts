/** What interrupted moves leave in a folder: it stays until all of it is in place, or until the person drops it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { keepVerified, openFolderDestination, openFolderSource } from '../../src/transfer/index.ts';
import { endAllMovers, move, Mover, runMover } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';
import { startSession } from '../support/session.ts';
import { readTree } from '../support/tree.ts';
import { stageVerified } from '../support/verified-staging.ts';

afterEach(endAllMovers);

const CARD = (name: string): string =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${name}\r\nN:;${name};;;\r\nEND:VCARD\r\n`;

const stagingIn = (into: string): string[] =>
  readdirSync(into).filter((name) => /^\.openmover-[0-9a-f]{8}$/.test(name));

/** A folder into which a move of files and a contact was interrupted when all of it had been verified. */
function interrupted(): { into: string; files: Record<string, string> } {
  const into = scratchFolder();
  const files = { 'a/one.txt': 'one', 'a/two.txt': 'two', 'three.txt': 'three' };
  stageVerified(into, {
    records: { contacts: [JSON.stringify({ card: CARD('Ann') })] },
    files,
  });
  return { into, files };
}

function device(files: Readonly<Record<string, string>>, contact?: string): string {
  const from = scratchFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(from, 'files', name, '..'), { recursive: true });
    writeFileSync(join(from, 'files', name), text);
  }
  if (contact !== undefined) writeFileSync(join(from, 'contacts.vcf'), CARD(contact));
  return from;
}

const keep = async (into: string) =>
  keepVerified({ destination: await openFolderDestination(into), signal: new AbortController().signal });

describe('what an interrupted move had verified', () => {
  it.each([
    ['another device’s single file', () => ['--from', device({ 'other.txt': 'other' })]],
    ['another file of the same name', () => ['--from', device({ 'three.txt': 'not the same' })]],
    ['a move of contacts only', () => ['--from', device({ 'three.txt': 'x' }, 'Bob'), '--only', 'contacts']],
  ])('stays while %s is moved into the same folder, and is kept afterwards', async (_what, source) => {
    const { into, files } = interrupted();
    const { exits, receiver } = await move({ from: source(), into });
    expect(exits, receiver.errors).toEqual([0, 0]);
    const keeper = new Mover(['receive', '--into', into, '--keep-verified']);
    expect((await keeper.exit).code).toBe(0);
    const texts = new Set(Object.values(readTree(join(into, 'files'))).map(({ content }) => content));
    const expected = Object.values(readTree(join(device(files), 'files'))).map(({ content }) => content);
    for (const content of expected) expect(texts).toContain(content);
    expect(stagingIn(into)).toEqual([]);
  });

  it('is gone on with and leaves nothing when the whole of it is moved again', async () => {
    const { into, files } = interrupted();
    const session = startSession({
      source: await openFolderSource({ from: device(files) }),
      destination: await openFolderDestination(into),
    });
    const { kinds, bytes } = await session.receiver;
    expect(kinds.files).toMatchObject({ offered: 3, added: 3, skipped: [] });
    expect(bytes).toMatchObject({ payload: 0, resumed: 11 });
    // The contact is not on this device any more: it stays until the person drops it.
    expect(stagingIn(into)).toHaveLength(1);
    expect(await keep(into)).toMatchObject({ kinds: { contacts: { added: 1 } } });
    expect(stagingIn(into)).toEqual([]);
  });

  it('is not kept without a manifest, which says what it is, and is not removed either', async () => {
    const into = scratchFolder();
    mkdirSync(join(into, '.openmover-01234567', 'files'), { recursive: true, mode: 0o700 });
    writeFileSync(join(into, '.openmover-01234567', 'files', 'film.mp4'), 'film');
    const before = readTree(into);
    await expect(keep(into)).rejects.toMatchObject({ code: 'STAGING_UNREADABLE' });
    expect(readTree(into)).toEqual(before);
  });

  it('stays where no manifest says what it is when that of another attempt is kept', async () => {
    const { into } = interrupted();
    const damaged = join(into, '.openmover-01234567', 'files');
    mkdirSync(damaged, { recursive: true, mode: 0o700 });
    writeFileSync(join(damaged, 'film.mp4'), 'film');
    writeFileSync(join(damaged, '..', 'manifest'), '');
    expect(await keep(into)).toMatchObject({ kinds: { files: { added: 3 } } });
    expect(stagingIn(into)).toEqual(['.openmover-01234567']);
    expect(existsSync(join(damaged, 'film.mp4'))).toBe(true);
    await expect(keep(into)).rejects.toMatchObject({ code: 'STAGING_UNREADABLE' });
  });

  it('is kept of every device whose move was interrupted, whatever names they have in common', async () => {
    const into = scratchFolder();
    const devices = ['Ann', 'Bob', 'Cleo', 'Dan'];
    for (const [number, name] of devices.entries()) {
      const more = Object.fromEntries(
        Array.from({ length: number % 3 }, (_, index) => [`${name}/${String(index)}.txt`, name]),
      );
      stageVerified(
        into,
        {
          records: { contacts: [JSON.stringify({ card: CARD(name) })] },
          files: { 'DCIM/IMG_0001.jpg': `picture of ${name}`, 'same.txt': 'of all', ...more },
        },
        `.openmover-0000000${String(number)}`,
      );
    }
    const receipt = await keep(into);
    expect(receipt).toMatchObject({
      kinds: { contacts: { offered: 4, added: 4 }, files: { offered: 4 + 1 + 3, added: 4 + 1 + 3 } },
    });
    const tree = readTree(join(into, 'files'));
    const pictures = Object.entries(tree).filter(([path]) => path.startsWith('DCIM/IMG_0001'));
    expect(pictures).toHaveLength(4);
    expect(new Set(pictures.map(([, { content }]) => content)).size).toBe(4);
    const cards = readFileSync(join(into, 'contacts.vcf'), 'utf8');
    for (const name of devices) expect(cards).toContain(`FN:${name}`);
    expect(stagingIn(into)).toEqual([]);
  });

  it('stays with the attempt that verified it when a later one took it over and was stopped for good', async () => {
    const { into, files } = interrupted();
    const before = readTree(into);
    const from = device(files);
    writeFileSync(join(from, 'files', 'zz-large.bin'), Buffer.alloc(200_000_000, 1));
    const session = startSession({
      source: await openFolderSource({ from }),
      destination: await openFolderDestination(into),
      receiver: { dropWhenStopped: true },
    });
    // The three small ones are before it in the manifest.
    await session.heard(
      'receiver',
      (event) => event.type === 'progress' && event.progress.bytes > 20_000_000,
    );
    session.stopReceiver();
    await expect(session.receiver).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readTree(into)).toEqual(before);
  });

  it('goes when the person stops the move and says so, and what an earlier move left stays', async () => {
    const { into } = interrupted();
    const before = readTree(into);
    const from = scratchFolder();
    mkdirSync(join(from, 'files'));
    writeFileSync(join(from, 'files', 'large.bin'), Buffer.alloc(200_000_000, 1));
    const session = startSession({
      source: await openFolderSource({ from }),
      destination: await openFolderDestination(into),
      receiver: { dropWhenStopped: true },
    });
    await session.heard('receiver', (event) => event.type === 'progress' && event.progress.bytes > 0);
    session.stopReceiver();
    await expect(session.receiver).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readTree(into)).toEqual(before);
  });
});

describe('mover staging', () => {
  it('says what there is, and changes nothing', async () => {
    const { into } = interrupted();
    const before = readTree(into);
    const { code, out } = await runMover(['staging', into, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      event: 'staging',
      attempts: 1,
      verified: { contacts: 1, files: 3 },
      discarded: false,
    });
    expect(readTree(into)).toEqual(before);
    expect((await runMover(['staging', into])).out).toMatch(
      /Contacts: 1, Files: 3[^]*--keep-verified[^]*--discard/,
    );
  });

  it('removes it when asked to, and nothing else', async () => {
    const { into } = interrupted();
    writeFileSync(join(into, 'mine.txt'), 'mine');
    expect((await runMover(['staging', into, '--discard'])).code).toBe(0);
    expect(Object.keys(readTree(into))).toEqual(['mine.txt']);
    expect((await runMover(['staging', into])).out).toMatch(/^No interrupted move/);
  });

  it('makes no folder where there is none', async () => {
    const { code, err } = await runMover(['staging', join(scratchFolder(), 'none')]);
    expect([code, err]).toEqual([2, expect.stringContaining('none')]);
  });
});
