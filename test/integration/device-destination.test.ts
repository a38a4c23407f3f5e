/** Moves to a destination that is no disk of this computer: a phone on a cable. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RateLimit } from '../../src/transfer/session/rate-limit.ts';
import { MemoryDevice } from '../support/memory/device-destination.ts';
import { startSession } from '../support/session.ts';
import { StreamingSource } from '../support/streaming-source.ts';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const file = (name: string, size: number) => ({ path: [name], bytes: randomBytes(size), mtimeMs: 5_000 });

const unequal = (device: MemoryDevice, files: readonly ReturnType<typeof file>[]): string[] =>
  files.flatMap(({ path: [name], bytes }) =>
    device.placed.get(`files/${String(name)}`)?.equals(bytes) === true ? [] : [String(name)],
  );

describe('a move to a device that is no disk', () => {
  it('brings files of all sizes and records, and leaves no staging', async () => {
    const tiny = Array.from({ length: 700 }, (_, index) => file(`tiny-${String(index)}`, index % 40));
    const files = [...tiny, file('block', 256 * 1024), file('film', 9_000_001)];
    const source = new StreamingSource({ files, records: { contacts: ['anna', 'ben'] } });
    const destination = new MemoryDevice();
    const session = startSession({ source, destination });
    const { kinds, outcome } = await session.receiver;
    await session.sender;
    expect(outcome).toBe('complete');
    expect(kinds.files).toMatchObject({ added: files.length, verified: files.length, skipped: [] });
    expect(kinds.contacts).toMatchObject({ added: 2, verified: 2 });
    expect(unequal(destination, files)).toEqual([]);
    expect(destination.staged.size).toBe(0);
  });

  it('done twice adds nothing and sends nothing', async () => {
    const files = [file('a', 300_000), file('b', 10)];
    const source = new StreamingSource({ files, records: { contacts: ['anna'] } });
    const destination = new MemoryDevice();
    await startSession({ source, destination }).receiver;
    const again = startSession({ source, destination });
    const { kinds } = await again.receiver;
    expect(kinds.files).toMatchObject({ added: 0, same: 2, sent: 0 });
    expect(kinds.contacts).toMatchObject({ added: 0, same: 1 });
    await again.sender;
  });

  it('goes on with what is staged when the device was away, and when the network was cut', async () => {
    const films = [file('film', 12_000_000), file('other', 3_000_000)];
    const source = new StreamingSource({ files: films });
    const destination = new MemoryDevice({ goneAfter: 6_000_000 });
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
    const far = (event: { type: string; progress?: { bytes: number } }): boolean =>
      event.type === 'progress' && (event.progress?.bytes ?? 0) > 8_000_000;
    await session.heard('sender', far);
    proxy?.cut();
    const { outcome, bytes } = await session.receiver;
    await session.sender;
    expect(outcome).toBe('complete');
    expect(unequal(destination, films)).toEqual([]);
    expect(bytes.resumed).toBeGreaterThan(3_000_000);
  });

  it('keeps what is staged when a side stops, and sends none of it again', async () => {
    const films = [file('film', 12_000_000), file('small', 100)];
    const source = new StreamingSource({ files: films });
    const destination = new MemoryDevice();
    const slow = { limit: new RateLimit(4_000_000) };
    const first = startSession({ source, destination, sender: { lanes: 1 }, receiver: slow });
    await first.heard('receiver', (event) => event.type === 'progress' && event.progress.bytes > 3_000_000);
    first.stopSender();
    await expect(first.receiver).rejects.toThrow();
    const kept = [...destination.staged.values()].reduce((sum, { length }) => sum + length, 0);
    expect(kept).toBeGreaterThan(1_000_000);
    const { outcome, bytes } = await startSession({ source, destination }).receiver;
    expect(outcome).toBe('complete');
    expect(bytes.resumed).toBeGreaterThanOrEqual(kept - 100);
    expect(unequal(destination, films)).toEqual([]);
  });

  it('keeps nothing of a dry run', async () => {
    const source = new StreamingSource({ files: [file('a', 300_000)], records: { contacts: ['anna'] } });
    const destination = new MemoryDevice();
    const session = startSession({ source, destination, receiver: { dryRun: true } });
    const { kinds, outcome } = await session.receiver;
    expect(outcome).toBe('dry-run');
    expect(kinds.files?.added).toBe(1);
    expect([destination.placed.size, destination.records.size]).toEqual([0, 0]);
    await session.sender;
  });

  it('is not begun where there is no space', async () => {
    const source = new StreamingSource({ files: [file('a', 300_000)] });
    const session = startSession({ source, destination: new MemoryDevice({ freeBytes: 1_000 }) });
    await expect(session.receiver).rejects.toMatchObject({ code: 'NO_SPACE' });
  });
});
