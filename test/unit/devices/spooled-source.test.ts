/** What a device gives once is there as often as the move asks for it, and never on a disk that anybody could read. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Source } from '../../../src/transfer/devices/port.ts';
import { SpooledSource } from '../../../src/transfer/devices/spooled-source.ts';
import { MoverError } from '../../../src/transfer/errors.ts';
import { KINDS } from '../../../src/transfer/kinds/kind.ts';
import { OneTimeReader } from '../../support/device-reader.ts';
import { lineFormats } from '../../support/line-format.ts';

const signal = new AbortController().signal;
const DEVICE = {
  records: {
    contacts: ['Anna', 'BAD', 'Zoë'],
    messages: Array.from({ length: 2_500 }, (_, n) => `secret-${String(n)}`),
  },
};

async function scan(source: Source): Promise<{ entries: unknown[]; left: unknown[] }> {
  const found = { entries: [] as unknown[], left: [] as unknown[] };
  const options = { kinds: KINDS, app: () => undefined, signal };
  for await (const entry of source.scan({ ...options, skip: (...left) => found.left.push(left) })) {
    found.entries.push(entry);
  }
  return found;
}

async function records(source: Source, first = 0): Promise<string> {
  let text = '';
  for await (const { bytes } of source.segments('messages', first, signal))
    text += Buffer.from(bytes).toString();
  return text;
}

/** What lies in the files without a name that this process has open. */
function spooled(): string[] {
  const folder = '/proc/self/fd';
  return readdirSync(folder).flatMap((fd) => {
    try {
      const target = readlinkSync(`${folder}/${fd}`);
      return target.includes('/openmover-') ? [readFileSync(`${folder}/${fd}`, 'latin1')] : [];
    } catch {
      return [];
    }
  });
}

describe('a device that gives its records once', () => {
  it('is asked once for each kind, however often it is scanned and sent', async () => {
    const reader = new OneTimeReader(DEVICE);
    const source = new SpooledSource(reader, lineFormats);
    const first = await scan(source);
    expect(first.left).toEqual([['contacts', 'malformed', undefined, []]]);
    expect(await scan(source)).toEqual(first);
    expect((await records(source)).split('\n')).toHaveLength(2_501);
    expect((await records(source, 2)).split('\n')[0]).toBe('secret-2000');
    await source.close();
    expect(reader.asked.sort()).toEqual(['calendar', 'calls', 'contacts', 'messages']);
  });

  it('gives the records of a kind that was not scanned', async () => {
    const source = new SpooledSource(new OneTimeReader(DEVICE), lineFormats);
    expect(await records(source)).toMatch(/^secret-0\n/);
    await source.close();
  });

  it.runIf(process.platform === 'linux')('leaves nothing that can be read on the disk', async () => {
    const source = new SpooledSource(new OneTimeReader(DEVICE), lineFormats);
    await scan(source);
    const files = spooled();
    expect(files.some((bytes) => bytes.length > 20_000)).toBe(true);
    expect(files.some((bytes) => bytes.includes('secret-'))).toBe(false);
    await source.close();
    expect(spooled()).toEqual([]);
  });

  it('that breaks in the middle of a kind keeps what was read of it, and says so', async () => {
    const reader = new OneTimeReader(DEVICE);
    reader.records = async function* () {
      yield await Promise.resolve({ collection: undefined, bytes: broken(new Error('unplugged')) });
    };
    const { left } = await scan(new SpooledSource(reader, lineFormats));
    expect(left).toContainEqual(['messages', 'unreadable']);
  });

  it('that says what the person has to do ends the scan with it', async () => {
    const reader = new OneTimeReader(DEVICE);
    reader.records = async function* () {
      yield await Promise.resolve({ collection: undefined, bytes: broken(new MoverError('DEVICE_LOCKED')) });
    };
    await expect(scan(new SpooledSource(reader, lineFormats))).rejects.toThrow(
      expect.objectContaining({ code: 'DEVICE_LOCKED' }) as Error,
    );
  });

  it('is closed with its source', async () => {
    const reader = new OneTimeReader(DEVICE);
    await new SpooledSource(reader, lineFormats).close();
    expect(reader.closed).toBe(true);
  });
});

async function* broken(error: Error): AsyncGenerator<Buffer<ArrayBuffer>, void> {
  yield await Promise.resolve(Buffer.from('one\n'));
  throw error;
}
