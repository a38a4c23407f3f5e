/** Android phones on a cable, by way of the person's adb server. */
import { setTimeout } from 'node:timers/promises';
import type { AdbServerClient } from '@yume-chan/adb';
import { type ErrorCode, MoverError } from '../../errors.ts';
import type { DeviceIo } from '../device-io.ts';
import type { DeviceReader } from '../spooled-source.ts';
import { connectServer } from './adb-server.ts';
import type { DeviceDestination } from '../port.ts';
import { PhoneDestination } from './destination/index.ts';
import { readAndroidId, readFacts, readPackages } from './facts.ts';
import { PhoneLink } from './link.ts';
import { actionFor, listingOf, type Phone, type PhoneListing, readPhones } from './phones.ts';
import { SHARED_STORAGE } from './storage.ts';
import { PhoneReader } from './reader.ts';
import { commandText } from './shell.ts';

/** A phone that was just plugged in says who it is within this time. */
const SETTLE_MS = 3_000;
const LOOK_MS = 300;
/** A phone that does not answer costs a listing no more than this. */
const ANSWER_MS = 5_000;

/**
 * Opens a phone to read from.
 * @param name its model as `listPhones` says it, or its serial; the only phone when absent.
 * @throws MoverError `DEVICE_MISSING`, `DEVICE_UNAUTHORIZED`, `DEVICE_OFFLINE`; `USAGE` when there are several.
 */
export async function openAndroid(name: string | undefined, io: DeviceIo): Promise<DeviceReader> {
  const client = await connectServer(process.env, io.signal);
  const phone = await findPhone(client, name, io);
  const link = new PhoneLink({ client, serial: phone.serial, name: phone.name, tell: io.tell });
  try {
    await untilUnlocked(link, io);
    const device = await readFacts(link, phone.name, io.signal);
    const androidId = await readAndroidId(link, io.signal);
    return new PhoneReader(link, device, { androidId, tell: io.tell });
  } catch (error) {
    link.close();
    throw error;
  }
}

/**
 * Opens a phone to move into.
 * @throws MoverError as `openAndroid`.
 */
export async function openAndroidDestination(
  name: string | undefined,
  io: DeviceIo,
): Promise<DeviceDestination> {
  const client = await connectServer(process.env, io.signal);
  const phone = await findPhone(client, name, io);
  const { serial } = phone;
  const link = new PhoneLink({ client, serial, name: phone.name, tell: io.tell });
  try {
    await untilUnlocked(link, io);
    const device = await readFacts(link, phone.name, io.signal);
    const androidId = await readAndroidId(link, io.signal);
    const installed = (await readPackages(link, io.signal)).map(({ package: id, versionCode }) => ({
      ...{ package: id, versionCode },
      ...{ signers: [], system: false },
    }));
    const android = device.android === undefined ? {} : { android: { ...device.android, installed } };
    return new PhoneDestination({ link, serial, device: { ...device, ...android }, androidId, io });
  } catch (error) {
    link.close();
    throw error;
  }
}

/** Every phone the adb server knows, whatever its state. */
export async function* listPhones(io: DeviceIo): AsyncGenerator<PhoneListing, void> {
  const client = await connectServer(process.env, io.signal);
  for (const phone of await readPhones(client)) {
    yield phone.state === 'ready' ? await describe(client, phone, io) : listingOf(phone);
  }
}

async function describe(client: AdbServerClient, phone: Phone, io: DeviceIo): Promise<PhoneListing> {
  const link = new PhoneLink({ client, serial: phone.serial, name: phone.name, tell: () => undefined });
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(ANSWER_MS)]);
  try {
    const { output } = await commandText(link, 'getprop ro.build.version.release', { signal });
    const version = output.trim().slice(0, 20);
    const state = (await isLocked(link, signal)) ? 'locked' : phone.state;
    return listingOf({ ...phone, state }, version === '' ? undefined : `Android ${version}`);
  } catch {
    io.signal.throwIfAborted();
    return listingOf(phone);
  } finally {
    link.close();
  }
}

/**
 * A phone that was started and not unlocked since has its storage encrypted (AOSP, File-Based Encryption): nothing of the
 * person's is there yet, and shared storage cannot be listed.
 */
async function isLocked(link: PhoneLink, signal: AbortSignal): Promise<boolean> {
  const { exitCode } = await commandText(link, `ls ${SHARED_STORAGE}/ >/dev/null 2>&1`, { signal });
  return exitCode !== 0;
}

/** @throws MoverError `DEVICE_LOCKED` where nobody is there to unlock it. */
async function untilUnlocked(link: PhoneLink, { tell, signal, attended }: DeviceIo): Promise<void> {
  if (!(await isLocked(link, signal))) return;
  if (attended !== true) throw new MoverError('DEVICE_LOCKED');
  const action = actionFor('locked');
  tell({ message: 'The phone is locked.', ...(action === undefined ? {} : { action }) });
  while (await isLocked(link, signal)) await setTimeout(LOOK_MS, undefined, { signal });
}

/** Where a person is there, a phone is waited for until it is ready; what it needs is said once. */
async function findPhone(
  client: AdbServerClient,
  name: string | undefined,
  { tell, signal, attended }: DeviceIo,
): Promise<Phone> {
  const told = new Set<string | undefined>();
  for (const began = performance.now(); ;) {
    const found = choose(await readPhones(client), name);
    if (found?.state === 'ready') return found;
    if (performance.now() - began > SETTLE_MS) {
      const error = notReady(found);
      if (attended !== true || found === undefined) throw error;
      if (!told.has(found.state)) {
        const action = actionFor(found.state);
        tell({ message: 'Waiting for the phone.', ...(action === undefined ? {} : { action }) });
      }
      told.add(found.state);
    }
    await setTimeout(LOOK_MS, undefined, { signal });
  }
}

/** @throws MoverError `USAGE` when several could be meant. */
function choose(phones: readonly Phone[], name: string | undefined): Phone | undefined {
  const ready = phones.filter(({ state }) => state === 'ready');
  if (name === undefined) {
    const among = ready.length > 0 ? ready : phones;
    if (among.length > 1) {
      const names = among.map(({ id }) => `android:${id}`).join(', ');
      throw new MoverError('USAGE', { detail: `several phones are connected: name one of ${names}` });
    }
    return among[0];
  }
  // A phone that has not allowed this computer has not said its model: it may be the one.
  const nameless = phones.filter(({ state }) => state !== 'ready');
  return (
    phones.find(({ id }) => id === name.toLowerCase()) ??
    phones.find(({ serial }) => serial === name) ??
    (ready.length === 0 && nameless.length === 1 ? nameless[0] : undefined)
  );
}

function notReady(phone: Phone | undefined): MoverError {
  if (phone === undefined) return new MoverError('DEVICE_MISSING');
  const code: ErrorCode = phone.state === 'unauthorized' ? 'DEVICE_UNAUTHORIZED' : 'DEVICE_OFFLINE';
  const action = actionFor(phone.state);
  return new MoverError(code, action === undefined ? {} : { sentence: action });
}
