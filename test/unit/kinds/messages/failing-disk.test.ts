import { readFileSync } from 'node:fs';
import type * as fsPromises from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { messagesFormat } from '../../../../src/transfer/kinds/messages/index.ts';
import { Destination, readAll } from '../xml/run-format.ts';

/** A disk that fails: each write of the work file fails as the kernel would fail it, or puts down something else. */
const disk = vi.hoisted(() => ({ code: undefined as string | undefined, flips: false }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof fsPromises>();
  const open: typeof real.open = async (path, flags, mode) => {
    const handle = await real.open(path, flags, mode);
    if (flags !== 'wx') return handle;
    return new Proxy(handle, {
      get(target: FileHandle, name) {
        if (name === 'write' && disk.flips) {
          return (bytes: Buffer, ...rest: [number, number, number]) =>
            target.write(
              Buffer.from(bytes.toString('latin1').replace('Last one', 'Lost one'), 'latin1'),
              ...rest,
            );
        }
        if (name === 'write' && disk.code !== undefined) {
          const { code } = disk;
          return () => Promise.reject(Object.assign(new Error(code), { code, syscall: 'write' }));
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  };
  return { ...real, open };
});

const QUIRKS = readFileSync(new URL('../../../fixtures/messages/quirks.xml', import.meta.url), 'utf8');

describe('merging onto a disk that fails', () => {
  const made: Destination[] = [];
  afterEach(() => {
    disk.code = undefined;
    disk.flips = false;
    for (const there of made.splice(0)) there.remove();
  });

  it.each([
    ['ENOSPC', 'NO_SPACE'],
    ['EDQUOT', 'NO_SPACE'],
    ['EIO', 'DESTINATION_FAILED'],
  ])('says of %s: %s, and leaves everything as it was', async (code, expected) => {
    const there = new Destination(messagesFormat, QUIRKS.replaceAll('Last one', 'Another'));
    made.push(there);
    const before = there.bytes();
    const { lines } = await readAll(messagesFormat, QUIRKS);
    disk.code = code;
    await expect(there.merge(lines)).rejects.toMatchObject({ code: expected });
    expect(there.bytes().equals(before)).toBe(true);
    expect(there.leftovers()).toEqual([]);
    disk.code = undefined;
    expect(await there.merge(lines)).toMatchObject({ added: 1, same: 5 });
  });

  it('takes nothing for written that does not read back as it was', async () => {
    const there = new Destination(messagesFormat);
    made.push(there);
    const { lines } = await readAll(messagesFormat, QUIRKS);
    disk.flips = true;
    await expect(there.merge(lines)).rejects.toMatchObject({ code: 'DESTINATION_FAILED' });
    expect(there.files()).toEqual([]);
    expect(there.leftovers()).toEqual([]);
  });
});
