import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pack, type Pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import type { Socket } from 'node:net';
import { Transform } from 'node:stream';
import { MoverError } from '../../../src/transfer/errors.ts';
import type { FileEntry } from '../../../src/transfer/kinds/entry.ts';
import { ChunkWriter } from '../../../src/transfer/lanes/chunk-writer.ts';
import { digestOf } from '../../../src/transfer/disk/digest.ts';
import type { FromReceiveLane, FromSendLane, SendJob } from '../../../src/transfer/lanes/lane-messages.ts';
import { LeakyBucket } from '../../../src/transfer/lanes/leaky-bucket.ts';
import { ReceiveLane } from '../../../src/transfer/lanes/receive-lane.ts';
import { SendLane } from '../../../src/transfer/lanes/send-lane.ts';
import { StagedFiles } from '../../../src/transfer/lanes/staged-file.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { socketPair } from '../../support/socket-pair.ts';

const never = new AbortController().signal;

interface Made {
  readonly path: string;
  readonly bytes: Buffer;
  readonly entry: FileEntry;
}

function makeFile(folder: string, name: string, bytes: Buffer): Made {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  const { mtimeMs } = statSync(path);
  return {
    path,
    bytes,
    entry: { type: 'file', kind: 'files', path: [name], size: bytes.length, mtimeMs, executable: false },
  };
}

const job = (entry: number, made: Made, held: SendJob['prefixes'] = []): SendJob => ({
  entry,
  kind: 'files',
  size: made.bytes.length,
  mtimeMs: made.entry.mtimeMs,
  content: { type: 'path', path: made.path },
  prefixes: held,
});

const stagedIn = (folder: string): StagedFiles =>
  new StagedFiles((entry) => join(folder, ...('path' in entry ? entry.path : [])));

/** A receiving lane that knows `entries`, and what it reported. */
function receiver(
  socket: Socket,
  staging: string,
  entries: readonly { entry: FileEntry; held?: number }[],
  pace = new LeakyBucket(),
) {
  const reports: FromReceiveLane[] = [];
  const lane = new ReceiveLane({
    claim: () => true,
    socket,
    lane: 3,
    files: stagedIn(staging),
    bucket: pace,
    lookUp: (number) => {
      const known = entries[number];
      return known && { entry: known.entry, held: known.held };
    },
    report: (message) => reports.push(message),
    signal: never,
  });
  const staged = (): Map<number, string | undefined> =>
    new Map(
      reports.flatMap((message) =>
        message.type === 'staged'
          ? message.staged.entries.map((entry, index) => [entry, message.staged.digests[index]])
          : [],
      ),
    );
  return { lane, staged, reports };
}

function sender(socket: Socket, pace = new LeakyBucket()) {
  const reports: FromSendLane[] = [];
  const lane = new SendLane({
    socket,
    lane: 3,
    bucket: pace,
    report: (message) => reports.push(message),
    signal: never,
  });
  const sent = () =>
    reports.flatMap((message) =>
      message.type === 'sent'
        ? message.sent.entries.map((entry, index) => ({
            digest: message.sent.digests[index],
            resumed: message.sent.resumed.find(([resumed]) => resumed === entry)?.[1] ?? 0,
          }))
        : [],
    );
  const skipped = () => reports.flatMap((message) => (message.type === 'sent' ? message.skipped : []));
  return { lane, sent, skipped };
}

async function stream(
  made: readonly Made[],
  staging: string,
  held: readonly (SendJob['prefixes'] | undefined)[] = [],
) {
  const [client, server] = await socketPair();
  const to = receiver(
    server,
    staging,
    made.map(({ entry }, index) => ({ entry, ...(held[index]?.[0] && { held: held[index][0].from }) })),
  );
  const from = sender(client);
  from.lane.push(made.map((one, index) => job(index, one, held[index] ?? [])));
  from.lane.finish();
  const [, ended] = await Promise.all([from.lane.run(), to.lane.run()]);
  return { ended, from, to };
}

/** A lane written by hand: any tar, in proper chunks. */
async function streamTar(
  write: (tar: Pack) => void,
  entries: readonly FileEntry[],
  staging: string,
): Promise<'ended' | 'lost'> {
  const [client, server] = await socketPair();
  const tar = pack();
  const writer = new ChunkWriter(client, 3);
  const packed = new Promise<void>((resolve) => {
    tar.on('data', (bytes) => {
      writer.write(bytes as Buffer);
    });
    tar.on('end', () => {
      writer.end();
      client.end();
      resolve();
    });
  });
  write(tar);
  tar.finalize();
  const received = receiver(
    server,
    staging,
    entries.map((entry) => ({ entry })),
  ).lane.run();
  const [outcome] = await Promise.all([received, packed]);
  return outcome;
}

const fileEntry = (size: number): FileEntry => ({
  type: 'file',
  kind: 'files',
  path: ['f'],
  size,
  mtimeMs: 0,
  executable: false,
});

/** Holds back a few times, then lets everything pass; counts what passed. */
class Halting extends LeakyBucket {
  passedBytes = 0;
  asked = 0;

  override take(bytes: number): void {
    this.passedBytes += bytes;
  }

  override wait(): number {
    this.asked += 1;
    return this.asked <= 3 ? 1 : 0;
  }
}

describe('a lane', () => {
  it('asks its pace before it goes on, block by block, at either end', async () => {
    const made = makeFile(scratchFolder(), 'film', randomBytes(2_000_000));
    const small = makeFile(scratchFolder(), 'note', randomBytes(2_000));
    const staging = scratchFolder();
    const [client, server] = await socketPair();
    const paces = { sender: new Halting(), receiver: new Halting() };
    const to = receiver(server, staging, [made, small], paces.receiver);
    const from = sender(client, paces.sender);
    from.lane.push([job(0, made), job(1, small)]);
    from.lane.finish();
    expect((await Promise.all([from.lane.run(), to.lane.run()]))[1]).toBe('ended');
    expect(readFileSync(join(staging, 'film')).equals(made.bytes)).toBe(true);
    for (const { passedBytes, asked } of Object.values(paces)) {
      expect(passedBytes).toBeGreaterThanOrEqual(2_002_000);
      expect(asked).toBeGreaterThanOrEqual(8);
    }
  });

  it('carries files of every size, and both ends agree on each digest', async () => {
    const source = scratchFolder();
    const staging = scratchFolder();
    const sizes = [0, 1, 511, 512, 513, 65_536, 65_537, 1_000_003];
    const made = sizes.map((size, index) => makeFile(source, `f${index}`, randomBytes(size)));
    const { ended, from, to } = await stream(made, staging);
    expect(ended).toBe('ended');
    expect(from.skipped()).toEqual([]);
    for (const [index, { bytes }] of made.entries()) {
      expect(readFileSync(join(staging, `f${index}`)).equals(bytes)).toBe(true);
      expect(to.staged().get(index)).toBe(digestOf(bytes));
      expect(from.sent()[index]?.digest).toBe(digestOf(bytes));
    }
  });

  it('keeps the modification time to the microsecond and the owner alone reads what is staged', async () => {
    const source = scratchFolder();
    const staging = scratchFolder();
    const made = makeFile(source, 'old', Buffer.from('x'));
    utimesSync(made.path, 1_111_111_111.123_456, 1_111_111_111.123_456);
    const { mtimeMs } = statSync(made.path);
    const entry = { ...made.entry, mtimeMs, executable: true };
    await stream([{ ...made, entry }], staging);
    const staged = statSync(join(staging, 'old'));
    expect(Math.abs(staged.mtimeMs - mtimeMs)).toBeLessThan(0.002);
    expect(staged.mode & 0o777).toBe(0o700);
  });

  it('sends only the rest of a file whose beginning is held, and its digest is that of the whole', async () => {
    const source = scratchFolder();
    const staging = scratchFolder();
    const made = makeFile(source, 'half', randomBytes(900_000));
    writeFileSync(join(staging, 'half'), made.bytes.subarray(0, 500_000));
    const held = [{ from: 500_000, digest: digestOf(made.bytes.subarray(0, 500_000)) }];
    const { from, to } = await stream([made], staging, [held]);
    expect(from.sent()[0]?.resumed).toBe(500_000);
    expect(readFileSync(join(staging, 'half')).equals(made.bytes)).toBe(true);
    expect(to.staged().get(0)).toBe(digestOf(made.bytes));
  });

  it('begins again when what is held is the beginning of something else', async () => {
    const source = scratchFolder();
    const staging = scratchFolder();
    for (const size of [40_000, 900_000]) {
      const made = makeFile(source, `other${size}`, randomBytes(size));
      writeFileSync(join(staging, `other${size}`), randomBytes(20_000));
      const held = [{ from: 20_000, digest: digestOf(randomBytes(20_000)) }];
      const { from } = await stream([made], staging, [held]);
      expect(from.sent()[0]?.resumed).toBe(0);
      expect(readFileSync(join(staging, `other${size}`)).equals(made.bytes)).toBe(true);
    }
  });

  it('sends nothing of a file that is held whole', async () => {
    const source = scratchFolder();
    const staging = scratchFolder();
    for (const size of [40_000, 900_000]) {
      const made = makeFile(source, `whole${size}`, randomBytes(size));
      const { from, to } = await stream([made], staging, [[{ from: size, digest: digestOf(made.bytes) }]]);
      expect(from.sent()[0]).toMatchObject({ resumed: size, digest: digestOf(made.bytes) });
      expect(to.staged()).toEqual(new Map([[0, '']]));
      expect(existsSync(join(staging, `whole${size}`))).toBe(false);
    }
  });

  it('skips what changed, vanished or shrank, and goes on', async () => {
    const source = scratchFolder();
    const staging = scratchFolder();
    const gone = { ...makeFile(source, 'a', randomBytes(10)), path: join(source, 'no such file') };
    const touched = makeFile(source, 'b', randomBytes(10));
    utimesSync(touched.path, 1, 1);
    const shrunk = makeFile(source, 'c', randomBytes(900_000));
    truncateSync(shrunk.path, 10);
    const replaced = { ...makeFile(source, 'd', randomBytes(10)), path: source };
    const good = makeFile(source, 'e', randomBytes(10));
    const { from, to } = await stream([gone, touched, shrunk, replaced, good], staging);
    expect(from.skipped()).toEqual([
      [0, 'vanished'],
      [1, 'changed'],
      [2, 'changed'],
      [3, 'unreadable'],
    ]);
    expect(to.staged()).toEqual(new Map([[4, digestOf(good.bytes)]]));
  });

  it('carries small neighbours as one run, and one that changed ends the run without a trace', async () => {
    const source = scratchFolder();
    const staging = scratchFolder();
    const made = Array.from({ length: 9 }, (_, index) =>
      makeFile(source, `s${String(index)}`, randomBytes(index * 100)),
    );
    const changed = [0, 4, 5, 8];
    for (const index of changed) utimesSync(join(source, `s${String(index)}`), 1, 1);
    const { from, to } = await stream(made, staging);
    expect(from.skipped().map(([entry]) => entry)).toEqual(changed);
    expect([...to.staged().keys()]).toEqual([1, 2, 3, 6, 7]);
    for (const index of [1, 2, 3, 6, 7]) {
      expect(
        readFileSync(join(staging, `s${String(index)}`)).equals(made[index]?.bytes ?? Buffer.alloc(0)),
      ).toBe(true);
    }
    expect(readdirSync(staging)).toHaveLength(5);
  });

  it('fills up a file that shrinks under it, so that the receiver can drop it and go on', async () => {
    const source = scratchFolder();
    const staging = scratchFolder();
    const made = makeFile(source, 'shrinks', randomBytes(8_000_000));
    const good = makeFile(source, 'good', randomBytes(100));
    const [client, server] = await socketPair();
    const to = receiver(server, staging, [{ entry: made.entry }, { entry: good.entry }]);
    const from = sender(client);
    from.lane.push([job(0, made), job(1, good)]);
    from.lane.finish();
    const running = from.lane.run();
    // The receiver does not read yet, so the lane stands still within the file.
    truncateSync(made.path, 1_000_000);
    await Promise.all([running, to.lane.run()]);
    expect(from.skipped()).toEqual([[0, 'changed']]);
    expect(to.staged().get(1)).toBe(digestOf(good.bytes));
  });

  it.each([0, 5, 65_536, 700_000])(
    'leaves nothing of %i bytes unsent while it waits for more to do',
    async (size) => {
      const staging = scratchFolder();
      const made = makeFile(scratchFolder(), 'only', randomBytes(size));
      const [client, server] = await socketPair();
      const staged = new Promise<void>((resolve) => {
        const to = new ReceiveLane({
          claim: () => true,
          socket: server,
          lane: 3,
          files: stagedIn(staging),
          lookUp: () => ({ entry: made.entry, held: undefined }),
          report: (message) => {
            if (message.type === 'staged') resolve();
          },
          signal: never,
        });
        void to.run();
      });
      const from = sender(client);
      const running = from.lane.run();
      from.lane.push([job(0, made)]);
      await staged;
      expect(readFileSync(join(staging, 'only')).equals(made.bytes)).toBe(true);
      client.destroy();
      await expect(running).rejects.toThrow('the lane was lost');
    },
  );

  it('keeps what had arrived when the connection breaks', async () => {
    const source = scratchFolder();
    const staging = scratchFolder();
    const made = makeFile(source, 'cut', randomBytes(4_000_000));
    const [client, server] = await socketPair();
    const to = receiver(server, staging, [{ entry: made.entry }]);
    const from = sender(client);
    from.lane.push([job(0, made)]);
    const sending = from.lane.run();
    const receiving = to.lane.run();
    server.on('data', () => {
      if (server.bytesRead > 1_000_000) server.destroy();
    });
    await expect(sending).rejects.toThrow('the lane was lost');
    expect(await receiving).toBe('lost');
    const { size } = statSync(join(staging, 'cut'));
    expect(size).toBeGreaterThan(0);
    expect(readFileSync(join(staging, 'cut')).equals(made.bytes.subarray(0, size))).toBe(true);
  });
});

describe('a receiving lane refuses', () => {
  const attacks: readonly [name: string, size: number, write: (tar: Pack) => void][] = [
    ['an entry nobody asked for', 3, (tar) => tar.entry({ name: '7' }, 'abc')],
    ['an entry with a path for a name', 3, (tar) => tar.entry({ name: '../0' }, 'abc')],
    ['an entry number with leading zeros', 3, (tar) => tar.entry({ name: '00' }, 'abc')],
    ['a run that ends before it begins', 3, (tar) => tar.entry({ name: '1-0' }, 'abc')],
    ['a run of one', 3, (tar) => tar.entry({ name: '0-0' }, 'abc')],
    ['a run that goes beyond the manifest', 3, (tar) => tar.entry({ name: '0-1' }, 'abc')],
    ['a run without end', 3, (tar) => tar.entry({ name: '0-999999999' }, 'abc')],
    ['more bytes than the manifest says', 3, (tar) => tar.entry({ name: '0' }, 'abcd')],
    ['fewer bytes than the manifest says', 3, (tar) => tar.entry({ name: '0' }, 'ab')],
    ['a symbolic link', 0, (tar) => tar.entry({ name: '0', type: 'symlink', linkname: '/etc/passwd' })],
    ['a hard link', 0, (tar) => tar.entry({ name: '0', type: 'link', linkname: 'f' })],
    ['a device', 0, (tar) => tar.entry({ name: '0', type: 'character-device' })],
    ['a folder', 0, (tar) => tar.entry({ name: '0', type: 'directory' })],
    ['pax headers', 3, (tar) => tar.entry({ name: '0', pax: { path: '0', comment: 'x' } }, 'abc')],
  ];
  it.each(attacks)('%s', async (_, size, write) => {
    const staging = scratchFolder();
    const outcome = streamTar(write, [fileEntry(size)], staging);
    await expect(outcome).rejects.toMatchObject({ code: 'PEER_VIOLATION' });
    expect(existsSync(join(staging, 'f'))).toBe(false);
  });

  it.each([5, 7])('a run of %i bytes whose entries have 6', async (size) => {
    const staging = scratchFolder();
    const entries = [fileEntry(3), { ...fileEntry(3), path: ['g'] }];
    const outcome = streamTar((tar) => tar.entry({ name: '0-1' }, Buffer.alloc(size)), entries, staging);
    await expect(outcome).rejects.toMatchObject({ code: 'PEER_VIOLATION' });
    expect(readdirSync(staging)).toEqual([]);
  });

  it('a run larger than a run may be', async () => {
    const staging = scratchFolder();
    const entries = [fileEntry(300_000), { ...fileEntry(3), path: ['g'] }];
    const outcome = streamTar((tar) => tar.entry({ name: '0-1' }, Buffer.alloc(300_003)), entries, staging);
    await expect(outcome).rejects.toMatchObject({ code: 'PEER_VIOLATION' });
  });

  it('a chunk whose digest does not fit', async () => {
    const staging = scratchFolder();
    const [client, server] = await socketPair();
    const receiving = receiver(server, staging, [{ entry: fileEntry(3) }]).lane.run();
    const flipping = new Transform({
      transform(chunk: Buffer, _, done) {
        chunk.writeUInt8(chunk.readUInt8(chunk.length - 1) ^ 1, chunk.length - 1);
        done(null, chunk);
      },
    });
    flipping.pipe(client);
    const writer = new ChunkWriter(flipping, 3);
    writer.write(createHash('sha256').digest());
    writer.flush();
    await expect(receiving).rejects.toBeInstanceOf(MoverError);
    await expect(receiving).rejects.toMatchObject({ code: 'PEER_VIOLATION' });
  });

  it('what is no chunk at all', async () => {
    const [client, server] = await socketPair();
    const receiving = receiver(server, scratchFolder(), []).lane.run();
    client.write('GET / HTTP/1.1\r\nHost: there\r\nAccept: everything\r\n\r\n');
    await expect(receiving).rejects.toMatchObject({ code: 'PEER_VIOLATION' });
  });
});
