/** Backups of iPhones and iPads on this computer, as sources. */
import { MoverError } from '../../errors.ts';
import type { DeviceIo } from '../device-io.ts';
import type { DeviceReader } from '../spooled-source.ts';
import { Backup, type BackupInfo } from './backup.ts';
import { backupsIn, findBackups, named, type NamedBackup } from './find-backups.ts';
import { BackupReader } from './reader.ts';

export interface BackupListing {
  readonly device: string;
  readonly kind: 'iphone-backup';
  readonly name: string;
  readonly state: 'ready' | 'needs-password' | 'unreadable';
  readonly details?: string;
  readonly action?: string;
}

export function* listIphoneBackups(): Generator<BackupListing, void> {
  for (const { name, info } of findBackups()) {
    const details = detailsOf(info);
    const action = actionOf(info);
    yield {
      device: `iphone-backup:${name}`,
      kind: 'iphone-backup',
      name: info.name,
      state: info.flat || info.unfinished ? 'unreadable' : info.encrypted ? 'needs-password' : 'ready',
      ...(details === '' ? {} : { details }),
      ...(action === undefined ? {} : { action }),
    };
  }
}

function detailsOf({ model, version, date, encrypted }: BackupInfo): string {
  const words = [
    model,
    version === undefined ? undefined : `iOS ${version}`,
    date?.toISOString().slice(0, 10),
    encrypted ? 'has a password' : 'no password',
  ];
  return words.filter((word) => word !== undefined).join(', ');
}

function actionOf({ flat, unfinished, encrypted }: BackupInfo): string | undefined {
  if (flat) return 'It is of iOS 9 or older, which OpenMover does not read: make a new one.';
  if (unfinished) return 'It is not finished: wait, or make a new one.';
  return encrypted ? 'Its password is asked for when it is read.' : undefined;
}

/**
 * @param name as `mover devices` shows it, or a folder: a backup, or one of backups. The only one there is when it is left out.
 * @throws MoverError `DEVICE_MISSING`, `AMBIGUOUS`, `PASSWORD_NEEDED`, `PASSWORD_WRONG`, `SOURCE_INVALID`, `SOURCE_UNREADABLE`.
 */
export async function openIphoneBackup(name: string | undefined, io: DeviceIo): Promise<DeviceReader> {
  const info = choose(name);
  if (info.unfinished) {
    throw new MoverError('SOURCE_INVALID', {
      sentence:
        'This backup is still being made, or was broken off. Let it finish, or make a new one, and choose it again.',
    });
  }
  const backup = await Backup.open(info);
  try {
    await unlock(backup, io);
    return new BackupReader(backup, io);
  } catch (error) {
    await backup.close();
    if (error instanceof MoverError) throw error;
    throw new MoverError('SOURCE_INVALID', {
      sentence: 'The list of files in this backup is damaged. Make a new backup and choose it again.',
      cause: error,
    });
  }
}

async function unlock(backup: Backup, io: DeviceIo): Promise<void> {
  if (!backup.info.encrypted) {
    await backup.unlock();
    return;
  }
  for (let wrong = false; ; wrong = true) {
    io.signal.throwIfAborted();
    const password = await io.askPassword({ message: 'Password of this backup:', wrong });
    if (password === undefined) throw new MoverError(wrong ? 'PASSWORD_WRONG' : 'PASSWORD_NEEDED');
    io.tell({ message: 'Opening the backup; this takes up to half a minute.' });
    const bytes = password.use((text) => Buffer.from(text, 'utf8'));
    password.wipe();
    try {
      if (await backup.unlock(bytes)) return;
    } finally {
      bytes.fill(0);
    }
  }
}

function choose(name: string | undefined): BackupInfo {
  const found: readonly NamedBackup[] = findBackups();
  const byName = found.find((backup) => backup.name === name);
  if (byName !== undefined) return byName.info;
  const choices = name === undefined ? found : named(backupsIn(name));
  const [only, ...others] = choices;
  if (only === undefined) throw new MoverError('DEVICE_MISSING', { sentence: NONE });
  if (others.length > 0) {
    const names = choices.map((choice) => choice.name).join(', ');
    throw new MoverError('AMBIGUOUS', { sentence: `There are several backups. Say which one: ${names}.` });
  }
  return only.info;
}

const NONE =
  'No backup of an iPhone was found. Connect the iPhone, open Finder, iTunes or Apple Devices, choose "Back up all of the data to this computer", then try again; or name the folder of a backup: iphone-backup:DIR.';
