/** The engine by itself: whole sessions over real TLS in one process, between folders and devices in memory. */
import { randomBytes, randomFillSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MemoryDestination } from '../support/memory/destination.ts';
import { MemorySource, type MemoryDevice } from '../support/memory/source.ts';
import {
  Ephemeral,
  keepVerified,
  openFolderDestination,
  openFolderSource,
  RateLimit,
} from '../../src/transfer/index.ts';
import type { MoveEvent } from '../../src/transfer/session/events.ts';
import { lineFormats } from '../support/line-format.ts';
import { scratchFolder } from '../support/scratch.ts';
import { type Session, startSession } from '../support/session.ts';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const memoryDestination = (freeBytes?: number): MemoryDestination =>
  new MemoryDestination({
    scratch: scratchFolder(),
    formats: lineFormats,
    ...(freeBytes === undefined ? {} : { freeBytes }),
  });

const someFiles = (count: number, bytes: number): NonNullable<MemoryDevice['files']> =>
  Array.from({ length: count }, (_, index) => ({
    path: ['Pictures', String(index % 7), `photo ${String(index)}.jpg`],
    bytes: randomBytes(bytes),
    mtimeMs: 1_600_000_000_000 + index,
  }));

const moved = (event: MoveEvent): boolean => event.type === 'progress' && event.progress.bytes > 0;

/** A device folder with one file that takes a while to move, and a small one beside it. */
function largeDevice(): { folder: string; bytes: Buffer } {
  const folder = scratchFolder();
  const bytes = Buffer.alloc(256_000_000);
  randomFillSync(bytes, 0, 1_000_000);
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files', 'film.mp4'), bytes);
  writeFileSync(join(folder, 'files', 'note.txt'), 'small');
  return { folder, bytes };
}

describe('a limit', () => {
  it.each(['sender', 'receiver'] as const)('of the %s holds a move back until it is lifted', async (side) => {
    const { folder, bytes } = largeDevice();
    const into = scratchFolder();
    const limit = new RateLimit(1);
    const session = startSession({
      source: await openFolderSource({ from: folder }),
      destination: await openFolderDestination(into),
      sender: { lanes: 1, ...(side === 'sender' && { limit }) },
      receiver: side === 'receiver' ? { limit } : {},
    });
    await session.heard('receiver', moved);
    const before = session.events.receiver.findLast((event) => event.type === 'progress')?.progress.bytes;
    expect(before).toBeLessThan(2_000_000);
    limit.set(null);
    expect((await session.receiver).outcome).toBe('complete');
    await session.sender;
    expect(readFileSync(join(into, 'files', 'film.mp4')).equals(bytes)).toBe(true);
  });
});

const stagingIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => /^\.openmover-(?!undo$)/.test(name));

describe('a move between devices in memory', () => {
  it('brings everything, and both sides hold the same receipt', async () => {
    const files = someFiles(300, 2_000);
    const source = new MemorySource({
      files: [...files, { path: ['empty'], bytes: Buffer.alloc(0), mtimeMs: 5, executable: true }],
      emptyFolders: [['nothing', 'here']],
      records: { contacts: ['anna', 'ben'], messages: ['hello', 'BAD'] },
    });
    const destination = memoryDestination();
    const session = startSession({ source, destination });
    const receipt = await session.receiver;
    expect(await session.sender).toEqual(receipt);
    expect(receipt.kinds.files).toMatchObject({
      offered: 301,
      sent: 301,
      verified: 301,
      added: 301,
      skipped: [],
    });
    expect(receipt.kinds.contacts).toMatchObject({ offered: 2, added: 2 });
    for (const { path, bytes } of files) {
      expect(destination.at(['files', ...path].join('/'))).toMatchObject({ bytes });
    }
    expect(destination.at('files/empty')).toMatchObject({ executable: true, mtimeMs: 5 });
    expect(destination.at('files/nothing/here')).toEqual({ type: 'folder' });
  });

  it('done twice adds nothing, sends no content and says the same of everything', async () => {
    const source = new MemorySource({ files: someFiles(50, 2_000), records: { calls: ['one', 'two'] } });
    const destination = memoryDestination();
    await startSession({ source, destination }).receiver;
    const before = destination.paths();
    const again = startSession({ source, destination });
    const receipt = await again.receiver;
    expect(receipt.outcome).toBe('complete');
    expect(receipt.kinds.files).toMatchObject({ offered: 50, sent: 0, verified: 50, added: 0, same: 50 });
    expect(receipt.kinds.calls).toMatchObject({ offered: 2, added: 0, same: 2 });
    expect(destination.paths()).toEqual(before);
    await again.sender;
  });

  it('keeps a different file of the same name, and both the next time', async () => {
    const source = new MemorySource({ files: [{ path: ['a.txt'], bytes: Buffer.from('new!'), mtimeMs: 1 }] });
    const destination = memoryDestination();
    destination.put('files', { type: 'folder' });
    destination.put('files/a.txt', {
      type: 'file',
      bytes: Buffer.from('old!'),
      mtimeMs: 1,
      executable: false,
    });
    expect((await startSession({ source, destination }).receiver).kinds.files).toMatchObject({
      added: 1,
      renamed: 1,
    });
    expect(destination.at('files/a.txt')).toMatchObject({ bytes: Buffer.from('old!') });
    expect(destination.at('files/a (2).txt')).toMatchObject({ bytes: Buffer.from('new!') });
    expect((await startSession({ source, destination }).receiver).kinds.files).toMatchObject({
      added: 0,
      same: 1,
    });
  });

  it('moves only the kinds both people want', async () => {
    const source = new MemorySource({
      files: someFiles(3, 10),
      records: { contacts: ['anna'], calls: ['one'] },
    });
    const destination = memoryDestination();
    const session = startSession({
      source,
      destination,
      sender: { kinds: ['files', 'contacts'] },
      receiver: { onOffer: () => Promise.resolve({ accept: true, kinds: ['contacts', 'calls'] }) },
    });
    expect(Object.keys((await session.receiver).kinds)).toEqual(['contacts']);
    expect(destination.paths().filter((path) => path.startsWith('files'))).toEqual([]);
  });
});

describe('a move does not begin', () => {
  const source = new MemorySource({ files: someFiles(3, 100_000) });

  it('between a device and itself', async () => {
    const session = startSession({
      source,
      destination: memoryDestination(),
      sender: { androidId: new Ephemeral('9774d56d682e549c') },
      receiver: { androidId: new Ephemeral('9774D56D682E549C') },
    });
    await expect(session.sender).rejects.toMatchObject({ code: 'SAME_DEVICE' });
    await expect(session.receiver).rejects.toMatchObject({ code: 'SAME_DEVICE' });
  });

  it('when the person at the receiver says no', async () => {
    const session = startSession({
      source,
      destination: memoryDestination(),
      receiver: { onOffer: () => Promise.resolve({ accept: false }) },
    });
    await expect(session.sender).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(session.receiver).rejects.toMatchObject({ code: 'REFUSED' });
  });

  it.each(['sender', 'receiver'] as const)(
    'when the other side leaves while the person at the %s is asked',
    async (asked) => {
      const never = () => new Promise<never>(() => undefined);
      const session = startSession({
        source: new MemorySource({ files: someFiles(1, 10) }),
        destination: memoryDestination(),
        ...(asked === 'sender' ? { sender: { onPlan: never } } : { receiver: { onOffer: never } }),
      });
      await session.heard(asked, ({ type }) => type === (asked === 'sender' ? 'plan' : 'offer'));
      if (asked === 'sender') session.stopReceiver();
      else session.stopSender();
      const left = asked === 'sender' ? session.sender : session.receiver;
      const leaving = asked === 'sender' ? session.receiver : session.sender;
      await expect(left).rejects.toMatchObject({ code: 'PEER_CANCELLED' });
      await expect(leaving).rejects.toMatchObject({ code: 'CANCELLED' });
    },
  );

  it('without enough space, and not a byte has moved', async () => {
    const destination = memoryDestination(250_000);
    const session = startSession({ source, destination });
    await expect(session.receiver).rejects.toMatchObject({ code: 'NO_SPACE' });
    await expect(session.sender).rejects.toMatchObject({ code: 'NO_SPACE' });
    expect(session.events.receiver.filter(moved)).toEqual([]);
    expect(destination.paths()).toEqual([]);
    expect(stagingIn(destination.stagingParent)).toEqual([]);
  });

  it('with a wrong code, and the receiver goes on waiting', async () => {
    const session = startSession({
      source,
      destination: memoryDestination(),
      sender: { code: new Ephemeral('not it') },
    });
    await expect(session.sender).rejects.toMatchObject({ code: 'WRONG_CODE' });
    expect(session.events.receiver).toContainEqual({
      type: 'attempt-failed',
      code: 'WRONG_CODE',
      triesLeft: 2,
    });
    session.stopReceiver();
    await expect(session.receiver).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('into a folder that another receiver has', async () => {
    const folder = scratchFolder();
    const first = startSession({
      source,
      destination: await openFolderDestination(folder),
      sender: { code: new Ephemeral('x') },
    });
    await first.heard('receiver', (event) => event.type === 'listening');
    const second = startSession({ source, destination: await openFolderDestination(folder) });
    await expect(second.receiver).rejects.toMatchObject({ code: 'DESTINATION_BUSY' });
  });
});

describe('a move that needs all the space there is', () => {
  it('goes on when what is there already makes up for it', async () => {
    const files = someFiles(3, 100_000);
    const scratch = scratchFolder();
    const roomy = new MemoryDestination({ scratch, formats: lineFormats });
    await startSession({ source: new MemorySource({ files }), destination: roomy }).receiver;
    const tight = new MemoryDestination({ scratch: scratchFolder(), formats: lineFormats, freeBytes: 1_000 });
    tight.put('files', { type: 'folder' });
    tight.put('files/Pictures', { type: 'folder' });
    for (const path of roomy.paths()) {
      const node = roomy.at(path);
      if (node !== undefined) tight.put(path, node);
    }
    const receipt = await startSession({ source: new MemorySource({ files }), destination: tight }).receiver;
    expect(receipt.kinds.files).toMatchObject({ same: 3, added: 0 });
  });
});

describe('a move that is stopped', () => {
  it('at the receiver leaves the destination as it was', async () => {
    const { folder } = largeDevice();
    const into = scratchFolder();
    writeFileSync(join(into, 'mine.txt'), 'mine');
    const session = startSession({
      source: await openFolderSource({ from: folder }),
      destination: await openFolderDestination(into),
    });
    await session.heard('receiver', moved);
    session.stopReceiver();
    await expect(session.receiver).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(session.sender).rejects.toMatchObject({ code: 'PEER_CANCELLED' });
    expect(readdirSync(into)).toEqual([expect.stringMatching(/^\.openmover-/), 'mine.txt']);
    expect(session.events.sender.at(-1)).toMatchObject({
      type: 'receipt',
      receipt: { outcome: 'interrupted' },
    });
  });

  it('at the sender can be gone on with, and what had arrived is not sent again', async () => {
    const { folder, bytes } = largeDevice();
    const into = scratchFolder();
    const first = startSession({
      source: await openFolderSource({ from: folder }),
      destination: await openFolderDestination(into),
    });
    await first.heard('receiver', moved);
    first.stopSender();
    await expect(first.sender).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(first.receiver).rejects.toMatchObject({ code: 'PEER_CANCELLED' });
    expect(existsSync(join(into, 'files'))).toBe(false);

    const second = startSession({
      source: await openFolderSource({ from: folder }),
      destination: await openFolderDestination(into),
    });
    const receipt = await second.receiver;
    expect(receipt.outcome).toBe('complete');
    expect(receipt.bytes.resumed).toBeGreaterThan(0);
    expect(receipt.bytes.resumed + receipt.bytes.payload).toBe(bytes.length + 'small'.length);
    expect(readFileSync(join(into, 'files', 'film.mp4')).equals(bytes)).toBe(true);
    expect(stagingIn(into)).toEqual([]);
  });

  it('can keep what was verified, without the sender', async () => {
    const { folder } = largeDevice();
    const into = scratchFolder();
    const first = startSession({
      source: await openFolderSource({ from: folder }),
      destination: await openFolderDestination(into),
      sender: { lanes: 2 },
    });
    await first.heard('receiver', (event) => event.type === 'progress' && event.progress.entries > 0);
    first.stopSender();
    await expect(first.receiver).rejects.toMatchObject({ code: 'PEER_CANCELLED' });
    const { signal } = new AbortController();
    const receipt = await keepVerified({ destination: await openFolderDestination(into), signal });
    expect(receipt?.outcome).toBe('partial');
    expect(readFileSync(join(into, 'files', 'note.txt'), 'utf8')).toBe('small');
    expect(existsSync(join(into, 'files', 'film.mp4'))).toBe(false);
    expect(stagingIn(into)).toEqual([]);
  });
});

describe('a network that goes away', () => {
  /** The sender reaches the control port alone, by another address: lanes have to come through it, too. */
  async function throughProxy(
    folder: string,
    into: string,
  ): Promise<{ session: Session; proxy: () => TcpProxy }> {
    let proxy: TcpProxy | undefined;
    const session = startSession({
      source: await openFolderSource({ from: folder }),
      destination: await openFolderDestination(into),
      route: async ({ port }) => {
        proxy = await tcpProxy(port, '127.0.0.2');
        onTestFinished(() => proxy?.close());
        return { host: '127.0.0.2', port: proxy.port };
      },
    });
    return {
      session,
      proxy: () => {
        if (proxy === undefined) throw new Error('nobody has dialled yet');
        return proxy;
      },
    };
  }

  it('leaves the lanes the control port where theirs cannot be reached', async () => {
    const { folder, bytes } = largeDevice();
    const into = scratchFolder();
    const { session } = await throughProxy(folder, into);
    expect((await session.receiver).outcome).toBe('complete');
    expect(readFileSync(join(into, 'files', 'film.mp4')).equals(bytes)).toBe(true);
  });

  it('and comes back finds the move going on by itself, nothing sent twice but what was under way', async () => {
    const { folder, bytes } = largeDevice();
    const into = scratchFolder();
    const { session, proxy } = await throughProxy(folder, into);
    await session.heard('receiver', moved);
    proxy().cut();
    await session.heard('sender', (event) => event.type === 'resumed');
    const receipt = await session.receiver;
    expect(await session.sender).toEqual(receipt);
    expect(receipt.outcome).toBe('complete');
    expect(readFileSync(join(into, 'files', 'film.mp4')).equals(bytes)).toBe(true);
    // One chunk a lane at the most, in a tar stream begun again, and what every session costs beside the content.
    expect(receipt.bytes.wire).toBeLessThan(bytes.length * 1.1 + 4 * 2 * 1024 * 1024);
  });
});
