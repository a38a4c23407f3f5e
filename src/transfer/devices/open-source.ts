/**
 * The kinds of device there are, a line each: how one is opened by what a person calls it (`android:pixel-7`), and how
 * those that are here are found. Each kind loads only when it is asked for.
 */
import { MoverError } from '../errors.ts';
import type { DeviceIo } from './device-io.ts';
import { FORMATS } from './formats.ts';
import { openFolderDestination, openFolderSource } from './folder/index.ts';
import type { FolderSpec } from './folder/source-parts.ts';
import type { Destination, Source } from './port.ts';
import { SpooledSource } from './spooled-source.ts';

/** A device that can be read or written here, as `mover devices` lists it. */
export interface DeviceListing {
  /** What opens it: `android:pixel-7`. No serial and no UDID, unless the person typed it. */
  readonly device: string;
  readonly kind: DeviceKind;
  /** For people: "Pixel 7". */
  readonly name: string;
  readonly state: DeviceState;
  /** What the person has to do first. A sentence. */
  readonly action?: string;
  /** What else a person tells devices apart by: a system's version, the date of a backup. */
  readonly details?: string;
}

/** The states in which `listDevices` shows a device; only one that is `ready` can be opened at once. */
export const DEVICE_STATES = [
  'ready',
  'unauthorized',
  'offline',
  'locked',
  'needs-password',
  'no-permission',
  'unreadable',
] as const;
export type DeviceState = (typeof DEVICE_STATES)[number];

export const DEVICE_KINDS = ['android', 'iphone-backup', 'icloud', 'apple-export', 'computer'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

interface Opener {
  /** @param name what stands after the colon. */
  open(name: string | undefined, io: DeviceIo, include?: readonly string[]): Promise<Source>;
  /** Opens it to move into. Left out for what can be read only. */
  openDestination?(name: string | undefined, io: DeviceIo): Promise<Destination>;
  /** Those that are here now. Left out for what is wherever a person has put it. */
  list?(io: DeviceIo): AsyncIterable<DeviceListing>;
}

const OPENERS: Readonly<Record<DeviceKind, Opener>> = {
  android: {
    open: async (name, io) =>
      new SpooledSource(await (await import('./android/index.ts')).openAndroid(name, io), FORMATS),
    openDestination: async (name, io) =>
      (await import('./android/index.ts')).openAndroidDestination(name, io),
    list: async function* (io) {
      yield* (await import('./android/index.ts')).listPhones(io);
    },
  },
  'iphone-backup': {
    open: async (name, io) => {
      const { openIphoneBackup } = await import('./iphone-backup/index.ts');
      return new SpooledSource(await openIphoneBackup(name, io), FORMATS);
    },
    list: async function* () {
      yield* (await import('./iphone-backup/index.ts')).listIphoneBackups();
    },
  },
  icloud: {
    open: async (name, io) => {
      const { openIcloud } = await import('./icloud/index.ts');
      return new SpooledSource(await openIcloud(name, io), FORMATS);
    },
    list: async function* () {
      yield await Promise.resolve({
        ...({ device: 'icloud', kind: 'icloud', name: 'iCloud', state: 'needs-password' } as const),
        details: 'contacts and calendar',
        action: 'Make an app-specific password at account.apple.com; it is asked for when iCloud is read.',
      });
    },
  },
  'apple-export': {
    open: async (name, io) => {
      const { openAppleExport } = await import('./apple-export/index.ts');
      return new SpooledSource(await openAppleExport(name, io), FORMATS);
    },
  },
  computer: {
    open: async (name, _io, include) => {
      const files = (await import('./computer/index.ts')).computerFolders(name);
      return openFolderSource({ files, ...(include === undefined ? {} : { include }) });
    },
    list: async function* () {
      yield* (await import('./computer/index.ts')).listComputer();
    },
  },
};

/**
 * Opens what a person named: `android:pixel-7`, or else a folder. A folder of such a name is written `./android`.
 * @throws MoverError what the device's opener throws; exit code 8 for what the person has to do on the device.
 */
export async function openSource(spec: FolderSpec, io: DeviceIo): Promise<Source> {
  if (!('from' in spec)) return openFolderSource(spec);
  const named = deviceNamed(spec.from);
  if (named === undefined) return openFolderSource(spec);
  return OPENERS[named.kind].open(named.name, io, spec.include);
}

/**
 * Opens what a person wants to move into: `android:pixel-7`, or else a folder, which is made when it is not there.
 * @throws MoverError what the device's opener throws; `USAGE` for what can only be read.
 */
export async function openDestination(text: string, io: DeviceIo): Promise<Destination> {
  const named = deviceNamed(text);
  if (named === undefined) return openFolderDestination(text);
  const opened = OPENERS[named.kind].openDestination?.(named.name, io);
  if (opened !== undefined) return opened;
  throw new MoverError('USAGE', {
    detail: `nothing can be moved into ${named.kind}: name a folder (a folder of that name is ./${text})`,
  });
}

/** `android:pixel-7` taken apart; undefined for a folder. */
export function deviceNamed(
  text: string,
): { readonly kind: DeviceKind; readonly name: string | undefined } | undefined {
  const colon = text.indexOf(':');
  const kind = colon < 0 ? text : text.slice(0, colon);
  if (!isDeviceKind(kind)) return undefined;
  const name = colon < 0 ? undefined : text.slice(colon + 1);
  return { kind, name: name === '' ? undefined : name };
}

const isDeviceKind = (text: string): text is DeviceKind => Object.hasOwn(OPENERS, text);

/** Every device that is here. A kind that cannot be looked for is told and costs the others nothing. */
export async function* listDevices(io: DeviceIo): AsyncGenerator<DeviceListing, void> {
  for (const opener of Object.values(OPENERS)) {
    try {
      if (opener.list !== undefined) yield* opener.list(io);
    } catch (error) {
      io.signal.throwIfAborted();
      io.tell({ message: MoverError.from(error).message });
    }
  }
}
