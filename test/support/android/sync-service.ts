/** The file service of a phone, versions 1 and 2, over a folder of this computer (AOSP, adb/daemon/file_sync_service.cpp). */
import { constants, createReadStream, lstatSync, readdirSync, type BigIntStats } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DeviceStream } from './device-protocol.ts';

/** Where a path of the phone is on this computer. */
export type MapPath = (path: Buffer) => Buffer;

class Input {
  readonly #input: AsyncGenerator<Buffer, void>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(input: AsyncGenerator<Buffer, void>) {
    this.#input = input;
  }

  /** Undefined when the computer has closed. */
  async take(length: number): Promise<Buffer | undefined> {
    while (this.#rest.length < length) {
      const { done, value } = await this.#input.next();
      if (done === true) return undefined;
      this.#rest = Buffer.concat([this.#rest, value]);
    }
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }
}

export async function serveSync(stream: DeviceStream, map: MapPath): Promise<void> {
  const input = new Input(stream.input);
  for (;;) {
    const head = await input.take(8);
    if (head === undefined) return;
    const id = head.toString('latin1', 0, 4);
    const path = await input.take(head.readUInt32LE(4));
    if (path === undefined || id === 'QUIT') return;
    const place = map(path);
    switch (id) {
      case 'LIST':
      case 'LIS2':
        await list(stream, place, id === 'LIS2', map, path);
        break;
      case 'STAT':
        await stream.write(Buffer.concat([Buffer.from('STAT'), statV1(look(place))]));
        break;
      case 'LST2':
      case 'STA2':
        await stream.write(Buffer.concat([Buffer.from(id), statV2(look(place))]));
        break;
      case 'SEND':
        await send(stream, input, path, map);
        break;
      case 'RECV':
        await receive(stream, place);
        break;
      default:
        await fail(stream, 'unknown command');
        return;
    }
  }
}

function look(place: Buffer): BigIntStats | undefined {
  try {
    return lstatSync(place, { bigint: true });
  } catch {
    return undefined;
  }
}

/** A folder that may not be read is as empty as one that is. */
async function list(
  stream: DeviceStream,
  place: Buffer,
  second: boolean,
  map: MapPath,
  path: Buffer,
): Promise<void> {
  const done = Buffer.alloc(second ? 76 : 20);
  done.write('DONE', 'latin1');
  let names: Buffer[] = [];
  try {
    names = readdirSync(place, { encoding: 'buffer' });
  } catch {
    // As opendir fails.
  }
  const parts: Buffer[] = [];
  for (const name of [Buffer.from('.'), Buffer.from('..'), ...names]) {
    const stats = look(map(Buffer.concat([path, Buffer.from('/'), name])));
    if (stats === undefined && !second) continue;
    const length = Buffer.alloc(4);
    length.writeUInt32LE(name.length);
    parts.push(Buffer.from(second ? 'DNT2' : 'DENT'), second ? statV2(stats) : statV1(stats), length, name);
  }
  await stream.write(Buffer.concat([...parts, done]));
}

/** `/path,33200`: an old file goes before the first byte is there, and folders are made. */
async function send(stream: DeviceStream, input: Input, asked: Buffer, map: MapPath): Promise<void> {
  const place = map(asked.subarray(0, asked.lastIndexOf(','))).toString();
  let failure: string | undefined;
  const file = await openNew(place).catch((error: unknown) => {
    failure = (error as Error).message;
    return undefined;
  });
  try {
    for (;;) {
      const head = await input.take(8);
      if (head === undefined) {
        // As adbd does: a push that is cut off leaves nothing.
        await rm(place, { force: true });
        return;
      }
      const value = head.readUInt32LE(4);
      if (head.toString('latin1', 0, 4) === 'DONE') {
        await file?.utimes(value, value);
        break;
      }
      const bytes = await input.take(value);
      if (bytes === undefined) {
        await rm(place, { force: true });
        return;
      }
      await file?.write(bytes);
    }
  } finally {
    await file?.close();
  }
  if (failure === undefined) await stream.write(Buffer.from('OKAY\0\0\0\0'));
  else await fail(stream, failure);
}

async function openNew(place: string): Promise<FileHandle> {
  await rm(place, { force: true });
  await mkdir(dirname(place), { recursive: true });
  return await open(place, 'wx');
}

async function receive(stream: DeviceStream, place: Buffer): Promise<void> {
  try {
    for await (const piece of createReadStream(place, { highWaterMark: 64 * 1024 })) {
      const bytes = piece as Buffer;
      const head = Buffer.alloc(8);
      head.write('DATA', 'latin1');
      head.writeUInt32LE(bytes.length, 4);
      await stream.write(Buffer.concat([head, bytes]));
    }
  } catch (error) {
    if (stream.closed.aborted) throw error;
    await fail(stream, `open failed: ${(error as Error).message}`);
    return;
  }
  await stream.write(Buffer.from('DONE\0\0\0\0'));
}

async function fail(stream: DeviceStream, reason: string): Promise<void> {
  const text = Buffer.from(reason);
  const head = Buffer.alloc(8);
  head.write('FAIL', 'latin1');
  head.writeUInt32LE(text.length, 4);
  await stream.write(Buffer.concat([head, text]));
}

function statV1(stats: BigIntStats | undefined): Buffer {
  const bytes = Buffer.alloc(12);
  if (stats === undefined) return bytes;
  bytes.writeUInt32LE(modeOf(stats), 0);
  bytes.writeUInt32LE(Number(stats.size & 0xffffffffn), 4);
  bytes.writeUInt32LE(Number(stats.mtimeMs / 1000n) >>> 0, 8);
  return bytes;
}

function statV2(stats: BigIntStats | undefined): Buffer {
  const bytes = Buffer.alloc(68);
  if (stats === undefined) {
    bytes.writeUInt32LE(13, 0);
    return bytes;
  }
  bytes.writeBigUInt64LE(stats.dev, 4);
  bytes.writeBigUInt64LE(stats.ino, 12);
  bytes.writeUInt32LE(modeOf(stats), 20);
  bytes.writeUInt32LE(1, 24);
  bytes.writeBigUInt64LE(stats.size, 36);
  for (const at of [44, 52, 60]) bytes.writeBigInt64LE(stats.mtimeMs / 1000n, at);
  return bytes;
}

/** Shared storage gives every file and folder the same rights. */
function modeOf(stats: BigIntStats): number {
  const mode = Number(stats.mode);
  const type = mode & constants.S_IFMT;
  if (type === constants.S_IFDIR) return type | 0o770;
  return type === constants.S_IFREG ? type | 0o660 : mode;
}
