/** Moves from a device that gives streams, not paths: a phone on a cable, a backup that is decrypted as it is read. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MemoryDestination } from '../support/memory/destination.ts';
import { lineFormats } from '../support/line-format.ts';
import { scratchFolder } from '../support/scratch.ts';
import { startSession } from '../support/session.ts';
import { StreamingSource } from '../support/streaming-source.ts';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const memoryDestination = (): MemoryDestination =>
  new MemoryDestination({ scratch: scratchFolder(), formats: lineFormats });

const file = (name: string, size: number) => ({ path: [name], bytes: randomBytes(size), mtimeMs: 5_000 });

/** Names of those that did not arrive byte for byte. */
const unequal = (destination: MemoryDestination, files: readonly ReturnType<typeof file>[]): string[] =>
  files.flatMap(({ path: [name], bytes }) => {
    const arrived = destination.at(`files/${String(name)}`);
    return arrived?.type === 'file' && bytes.equals(arrived.bytes) ? [] : [String(name)];
  });

describe('a move from a device of streams', () => {
  it('brings every file whatever the sizes of its pieces', async () => {
    const files = [file('empty', 0), file('one', 1), file('block', 256 * 1024), file('film', 9_000_001)];
    const source = new StreamingSource({ files, records: { contacts: ['anna'] } });
    const destination = memoryDestination();
    const session = startSession({ source, destination });
    expect((await session.receiver).kinds.files).toMatchObject({ offered: 4, added: 4, skipped: [] });
    await session.sender;
    expect(unequal(destination, files)).toEqual([]);
  });

  it('done twice adds nothing', async () => {
    const source = new StreamingSource({ files: [file('a', 300_000), file('b', 10)] });
    const destination = memoryDestination();
    await startSession({ source, destination }).receiver;
    const again = startSession({ source, destination });
    expect((await again.receiver).kinds.files).toMatchObject({ added: 0, same: 2, sent: 0 });
    await again.sender;
  });

  it('leaves out the files whose stream fails or has another size, and brings all others', async () => {
    const faults = { broken: 'fails', shrunk: 'short', grown: 'long' } as const;
    const files = [...Object.keys(faults), 'good', 'better'].map((name) => file(name, 400_000));
    const source = new StreamingSource({ files }, (name) => faults[name as keyof typeof faults]);
    const destination = memoryDestination();
    const session = startSession({ source, destination });
    const { kinds, outcome } = await session.receiver;
    await session.sender;
    expect(outcome).toBe('partial');
    expect(kinds.files?.added).toBe(2);
    expect(
      Object.fromEntries((kinds.files?.skipped ?? []).map(({ reason, count }) => [reason, count])),
    ).toEqual({
      changed: 2,
      unreadable: 1,
    });
    expect(
      destination
        .paths()
        .filter((path) => path.startsWith('files/'))
        .sort(),
    ).toEqual(['files/better', 'files/good']);
  });

  it('waits for a device that is away, and goes on with what the receiver has after the network was cut', async () => {
    let back: () => void = () => undefined;
    const away = new Promise<void>((resolve) => (back = resolve));
    const films = [file('film', 20_000_000), file('other', 3_000_000)];
    const source = new StreamingSource({ files: films }, (name) => (name === 'film' ? away : undefined));
    const destination = memoryDestination();
    let proxy: TcpProxy | undefined;
    const session = startSession({
      source,
      destination,
      sender: { lanes: 1 },
      route: async ({ port }) => {
        proxy = await tcpProxy(port, '127.0.0.2');
        onTestFinished(() => proxy?.close());
        return { host: '127.0.0.2', port: proxy.port };
      },
    });
    const half = (event: { type: string; progress?: { bytes: number } }): boolean =>
      event.type === 'progress' && (event.progress?.bytes ?? 0) > 5_000_000;
    await session.heard('sender', half);
    proxy?.cut();
    await session.heard('sender', ({ type }) => type === 'resumed');
    back();
    expect((await session.receiver).outcome).toBe('complete');
    await session.sender;
    expect(unequal(destination, films)).toEqual([]);
    // Read again to compare what the receiver has, from the start: a stream has no memory.
    expect(source.opened.filter(([name]) => name === 'film').length).toBeGreaterThan(1);
  });
});
