/**
 * The file service of a phone's adb daemon (AOSP, packages/modules/adb, SYNC.TXT and file_sync_protocol.h). Version 2 of
 * listing and stat has sizes of 64 bits; version 1, which every phone has, cuts them to 32. Of our own because a listing
 * of the library drops what the phone could not look at, and names that are no UTF-8.
 */
import { decodeName, toPath } from '../../paths/raw-path.ts';
import { PhoneFailure, type PhoneLink, type Service } from './link.ts';

/** Bounds what a daemon may make us keep: Android's own is 64 KiB for data, a name has 255 bytes. */
const DATA_BYTES = 64 * 1024;
const MOST_DATA = 1024 * 1024;
const MOST_NAME = 4096;
const MOST_ENTRIES = 1_000_000;

export interface PhoneFile {
  readonly mode: number;
  /** Bytes; in version 1 modulo 2^32. */
  readonly size: number;
  /** Whole seconds since 1970. */
  readonly mtimeSeconds: number;
}

export interface PhoneEntry extends PhoneFile {
  /** With bytes that are no UTF-8 as lone surrogates (raw-path.ts). */
  readonly name: string;
  /** The phone could list it and not look at it. */
  readonly failed: boolean;
}

/** A file to write, whole. */
export interface SentFile {
  readonly path: string;
  readonly bytes: Buffer;
  /** Whole seconds since 1970, of 32 bits. */
  readonly mtimeSeconds: number;
}

/** A plain file that its owner and group may read and write: what shared storage makes of any file. */
const SENT_MODE = 0o100660;

const V2_BYTES = 68;
const V1_BYTES = 12;

export class SyncService {
  readonly #service: Service;

  private constructor(service: Service) {
    this.#service = service;
  }

  static async open(link: PhoneLink, signal: AbortSignal): Promise<SyncService> {
    return new SyncService(await link.open('sync:', signal));
  }

  /** Opens the service for what is asked of it, and again from the beginning when the phone goes away meanwhile. */
  static ask<T>(
    link: PhoneLink,
    signal: AbortSignal,
    work: (service: SyncService) => Promise<T>,
  ): Promise<T> {
    return link.patiently(signal, async () => {
      const service = await SyncService.open(link, signal);
      try {
        return await work(service);
      } finally {
        await service.close();
      }
    });
  }

  /** What is in a folder; nothing where the phone does not let it be listed, which it does not say. */
  async list(folder: string, version: 1 | 2): Promise<PhoneEntry[]> {
    const bytes = version === 2 ? V2_BYTES : V1_BYTES;
    const entry = version === 2 ? 'DNT2' : 'DENT';
    await this.#ask(version === 2 ? 'LIS2' : 'LIST', folder);
    const entries: PhoneEntry[] = [];
    for (;;) {
      const id = await this.#answer();
      const head = await this.#service.reader.exactly(bytes + 4);
      if (id === 'DONE') return entries;
      if (id !== entry || entries.length >= MOST_ENTRIES) throw new PhoneFailure('an answer out of turn');
      const length = head.readUInt32LE(bytes);
      if (length > MOST_NAME) throw new PhoneFailure('a name that is too long');
      const name = decodeName(await this.#service.reader.exactly(length));
      if (name === '.' || name === '..') continue;
      const failed = version === 2 && head.readUInt32LE(0) !== 0;
      entries.push({ name, failed, ...(version === 2 ? v2(head) : v1(head)) });
    }
  }

  /** A file, or a link itself. Undefined when it is not there or may not be looked at. */
  async stat(path: string, version: 1 | 2): Promise<PhoneFile | undefined> {
    const id = version === 2 ? 'LST2' : 'STAT';
    await this.#ask(id, path);
    if ((await this.#answer()) !== id) throw new PhoneFailure('an answer out of turn');
    const head = await this.#service.reader.exactly(version === 2 ? V2_BYTES : V1_BYTES);
    const failed = version === 2 ? head.readUInt32LE(0) !== 0 : head.readUInt32LE(0) === 0;
    return failed ? undefined : version === 2 ? v2(head) : v1(head);
  }

  /** A file's bytes from its beginning. The service can do nothing more after it. */
  async *receive(path: string): AsyncGenerator<Buffer, void> {
    await this.#ask('RECV', path);
    let quit = false;
    for (;;) {
      const id = await this.#answer();
      const length = (await this.#service.reader.exactly(4)).readUInt32LE(0);
      if (id === 'DONE') return;
      if (id !== 'DATA' || length > MOST_DATA) throw new PhoneFailure('an answer out of turn');
      const piece = await this.#service.reader.exactly(length);
      if (!quit && length < DATA_BYTES) {
        // The last of the file. adb's server holds what comes after it until it is acknowledged, which takes 40 ms a file
        // where nothing is sent back (Nagle's algorithm against delayed acknowledgements, RFC 1122, 4.2.3).
        quit = true;
        await this.#ask('QUIT', '');
      }
      yield piece;
    }
  }

  /**
   * Writes small files, one after the other, and asks for no answer in between: each would cost the cable's time both ways.
   * What is there already is removed by the phone first.
   * @returns for each what kept it from being written.
   */
  async send(files: readonly SentFile[]): Promise<(string | undefined)[]> {
    const sending = this.#sendAll(files);
    // Answers come meanwhile; a failure of both is one.
    sending.catch(() => undefined);
    const failures: (string | undefined)[] = [];
    while (failures.length < files.length) failures.push(await this.#written());
    await sending;
    return failures;
  }

  async #sendAll(files: readonly SentFile[]): Promise<void> {
    for (const { path, bytes, mtimeSeconds } of files) {
      const parts = [request('SEND', Buffer.from(`${path},${String(SENT_MODE)}`))];
      for (let at = 0; at < bytes.length; at += DATA_BYTES) {
        parts.push(request('DATA', bytes.subarray(at, at + DATA_BYTES)));
      }
      parts.push(head('DONE', mtimeSeconds));
      await this.#service.write(Buffer.concat(parts));
    }
  }

  /** Writes one file of any size. The phone keeps none of it when it breaks off. @returns what kept it from being written. */
  async sendStream(
    path: string,
    bytes: AsyncIterable<Uint8Array>,
    mtimeSeconds: number,
  ): Promise<string | undefined> {
    await this.#service.write(request('SEND', Buffer.from(`${path},${String(SENT_MODE)}`)));
    for await (const piece of bytes) {
      for (let at = 0; at < piece.length; at += DATA_BYTES) {
        await this.#service.write(request('DATA', piece.subarray(at, at + DATA_BYTES)));
      }
    }
    await this.#service.write(head('DONE', mtimeSeconds));
    return this.#written();
  }

  /** The phone's answer to one file. */
  async #written(): Promise<string | undefined> {
    const answer = await this.#service.reader.exactly(8);
    const length = answer.readUInt32LE(4);
    if (answer.toString('latin1', 0, 4) === 'OKAY') return undefined;
    if (answer.toString('latin1', 0, 4) !== 'FAIL' || length > MOST_DATA) {
      throw new PhoneFailure('an answer out of turn');
    }
    return (await this.#service.reader.exactly(length)).toString('utf8');
  }

  async close(): Promise<void> {
    await this.#service.close();
  }

  async #ask(id: string, path: string): Promise<void> {
    await this.#service.write(request(id, Buffer.from(toPath(path))));
  }

  async #answer(): Promise<string> {
    const id = (await this.#service.reader.exactly(4)).toString('latin1');
    if (id !== 'FAIL') return id;
    const length = (await this.#service.reader.exactly(4)).readUInt32LE(0);
    if (length > MOST_DATA) throw new PhoneFailure('an answer out of turn');
    // Its text holds the path.
    await this.#service.reader.exactly(length);
    throw new PhoneFailure('the phone could not read it');
  }
}

/** What is in a folder, by the newest listing the phone has; see `SyncService.list`. */
export async function listFolder(
  link: PhoneLink,
  folder: string,
  signal: AbortSignal,
): Promise<PhoneEntry[]> {
  return SyncService.ask(link, signal, async (service) =>
    service.list(folder, (await link.has('ls_v2')) ? 2 : 1),
  );
}

/** Files by their paths, by the newest stat the phone has; those that are not there or may not be looked at are left out. */
export function statFiles(
  link: PhoneLink,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PhoneFile>> {
  return SyncService.ask(link, signal, async (service) => {
    const version = (await link.has('stat_v2')) ? 2 : 1;
    const found = new Map<string, PhoneFile>();
    for (const path of paths) {
      const file = await service.stat(path, version);
      if (file !== undefined) found.set(path, file);
    }
    return found;
  });
}

/** An id and a number: how long what follows is, or a time. */
function head(id: string, number: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.write(id, 'latin1');
  bytes.writeUInt32LE(number, 4);
  return bytes;
}

const request = (id: string, bytes: Uint8Array): Buffer => Buffer.concat([head(id, bytes.length), bytes]);

const v1 = (head: Buffer): PhoneFile => ({
  mode: head.readUInt32LE(0),
  size: head.readUInt32LE(4),
  mtimeSeconds: head.readUInt32LE(8),
});

/** error, dev, ino, mode, nlink, uid, gid, size, atime, mtime, ctime. */
const v2 = (head: Buffer): PhoneFile => ({
  mode: head.readUInt32LE(20),
  size: Number(head.readBigUInt64LE(36)),
  mtimeSeconds: Number(head.readBigInt64LE(52)),
});
