/** A stand-in phone behind a real adb server, opened as a person's command would open it. */
import { onTestFinished } from 'vitest';
import type { AppFacts } from '../../../src/transfer/compat/facts.ts';
import type { DeviceIo, DeviceMessage } from '../../../src/transfer/devices/device-io.ts';
import { openSource } from '../../../src/transfer/devices/open-source.ts';
import type { Content, Source } from '../../../src/transfer/devices/port.ts';
import type { Entry } from '../../../src/transfer/kinds/entry.ts';
import type { Kind } from '../../../src/transfer/kinds/kind.ts';
import { scratchFolder } from '../scratch.ts';
import { type AdbServer, startAdbServer } from './adb-server.ts';
import { StandInPhone, type StandInOptions } from './fake-phone.ts';

export interface Connected {
  readonly phone: StandInPhone;
  readonly adb: AdbServer;
}

/** Makes a phone and plugs it in. */
export async function connectPhone(
  options: Omit<StandInOptions, 'folder'>,
  adb?: AdbServer,
): Promise<Connected> {
  const server = adb ?? (await startAdbServer());
  const phone = new StandInPhone({ folder: scratchFolder(), ...options });
  onTestFinished(() => phone.unplug());
  await phone.plugIn();
  await server.run('connect', phone.serial);
  return { phone, adb: server };
}

export class ToldIo implements DeviceIo {
  readonly told: DeviceMessage[] = [];
  readonly #stop = new AbortController();
  readonly signal = this.#stop.signal;
  attended = false;
  onTell: (message: DeviceMessage) => void = () => undefined;
  readonly tell = (message: DeviceMessage): void => {
    this.told.push(message);
    this.onTell(message);
  };
  readonly askPassword = (): Promise<undefined> => Promise.resolve(undefined);
  readonly askAccount = (): Promise<undefined> => Promise.resolve(undefined);
}

export async function openPhone(name = 'android', io: DeviceIo = new ToldIo()): Promise<Source> {
  const source = await openSource({ from: name }, io);
  onTestFinished(() => source.close());
  return source;
}

export interface Scanned {
  readonly entries: Entry[];
  readonly left: {
    readonly kind: Kind;
    readonly reason: string;
    readonly count: number;
    readonly path: string;
  }[];
  readonly apps: AppFacts[];
}

export async function scanKinds(source: Source, ...kinds: readonly Kind[]): Promise<Scanned> {
  const found: Scanned = { entries: [], left: [], apps: [] };
  const scanning = source.scan({
    kinds,
    skip: (kind, reason, count = 1, path = []) => {
      found.left.push({ kind, reason, count, path: path.join('/') });
    },
    app: (facts) => found.apps.push(facts),
    signal: new AbortController().signal,
  });
  for await (const entry of scanning) found.entries.push(entry);
  return found;
}

export async function bytesOf(content: Content, from = 0): Promise<Buffer> {
  if (content.type !== 'stream') throw new TypeError('a phone gives streams');
  const pieces: Uint8Array[] = [];
  for await (const piece of content.open(from, new AbortController().signal)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The records of a kind, parsed. */
export async function recordsOf(
  source: Source,
  kind: 'contacts' | 'messages' | 'calls' | 'calendar',
): Promise<unknown[]> {
  let text = '';
  for await (const { bytes } of source.segments(kind, 0, new AbortController().signal)) {
    text += Buffer.from(bytes).toString();
  }
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}
