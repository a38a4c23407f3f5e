/**
 * The way to one phone through adb's server: services are opened on it by its serial, and when it is unplugged midway
 * whoever uses it waits until it is back.
 */
import { setTimeout } from 'node:timers/promises';
import type { AdbServerClient } from '@yume-chan/adb';
import type { DeviceIo } from '../device-io.ts';
import { ByteReader } from './byte-reader.ts';
import { readPhones } from './phones.ts';

const LOOK_MS = 500;
/** How often something is tried again on a phone that is there all the time. */
const TRIES = 3;

/** The phone answered, and the answer is no: trying again does not help. */
export class PhoneFailure extends Error {
  override readonly name = 'PhoneFailure';
}

/** An open service: bytes both ways. */
export interface Service {
  readonly reader: ByteReader;
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface PhoneLinkOptions {
  readonly client: AdbServerClient;
  readonly serial: string;
  /** For people: "Pixel 7". */
  readonly name: string;
  readonly tell: DeviceIo['tell'];
}

export class PhoneLink {
  readonly #options: PhoneLinkOptions;
  #transport: Promise<{ readonly id: bigint; readonly features: ReadonlySet<string> }> | undefined;
  #waiting: Promise<void> | undefined;
  readonly #closing = new AbortController();

  constructor(options: PhoneLinkOptions) {
    this.#options = options;
  }

  /** What the phone's adb daemon can do: `shell_v2`, `ls_v2`, `stat_v2`. */
  async has(feature: string): Promise<boolean> {
    return (await this.#connected()).features.has(feature);
  }

  /**
   * Opens a service of the phone's daemon: `sync:`, `exec:…`. Closed when `signal` says so.
   * @throws the signal's reason; any other error means that the phone did not take it.
   */
  async open(service: string, signal: AbortSignal): Promise<Service> {
    // Both outlive the service: a signal made of them would be kept by them (thousands of files are a service each).
    const stops = [signal, this.#closing.signal];
    for (const stop of stops) stop.throwIfAborted();
    const { id } = await this.#connected();
    const socket = await this.#options.client.createDeviceConnection({ transportId: id }, service);
    const writer = socket.writable.getWriter();
    const reader = new ByteReader(socket.readable);
    const close = async (): Promise<void> => {
      for (const stop of stops) stop.removeEventListener('abort', abort);
      reader.cancel();
      await Promise.resolve(socket.close()).catch(() => undefined);
    };
    const abort = (): void => {
      void close();
    };
    for (const stop of stops) stop.addEventListener('abort', abort, { once: true });
    if (stops.some(({ aborted }) => aborted)) abort();
    return { reader, write: (bytes) => writer.write(bytes), close };
  }

  /**
   * Does something that can be done again from its beginning, as often as the phone goes away meanwhile.
   * @throws PhoneFailure; the signal's reason; what `attempt` throws again and again with the phone there.
   */
  async patiently<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    for (let tries = 1; ;) {
      try {
        return await attempt();
      } catch (error) {
        signal.throwIfAborted();
        if (await this.mend(error, tries, signal)) tries = 1;
        else tries += 1;
      }
    }
  }

  /**
   * After a failure: waits for the phone where it is gone.
   * @returns whether it had gone. @throws the error, where trying again would not help.
   */
  async mend(error: unknown, tries: number, signal: AbortSignal): Promise<boolean> {
    if (error instanceof PhoneFailure || this.#closing.signal.aborted) throw error;
    this.#transport = undefined;
    if (await this.#isThere()) {
      if (tries >= TRIES) throw error;
      await setTimeout(LOOK_MS / 2, undefined, { signal });
      if (await this.#isThere()) return false;
    }
    this.#waiting ??= this.#untilBack().finally(() => {
      this.#waiting = undefined;
    });
    await abortable(this.#waiting, signal);
    return true;
  }

  close(): void {
    this.#closing.abort(new Error('the phone is closed'));
  }

  #connected(): Promise<{ readonly id: bigint; readonly features: ReadonlySet<string> }> {
    const { client, serial } = this.#options;
    this.#transport ??= client
      .getDeviceFeatures({ serial })
      .then(({ transportId, features }) => ({ id: transportId, features: new Set<string>(features) }));
    return this.#transport;
  }

  async #isThere(): Promise<boolean> {
    try {
      const phones = await readPhones(this.#options.client);
      return phones.some(({ serial, state }) => serial === this.#options.serial && state === 'ready');
    } catch {
      return false;
    }
  }

  async #untilBack(): Promise<void> {
    const { name, tell } = this.#options;
    tell({
      message: `${name} is not connected any more.`,
      action: 'Plug it in again and unlock it: the move goes on by itself.',
    });
    const { signal } = this.#closing;
    while (!(await this.#isThere())) await setTimeout(LOOK_MS, undefined, { signal });
    this.#transport = undefined;
    tell({ message: `${name} is back.` });
  }
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
