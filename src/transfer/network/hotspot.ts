/**
 * A Wi-Fi of this computer's own for one move, by NetworkManager over D-Bus (NetworkManager D-Bus reference, 1.42). The
 * profile is volatile: it lives in NetworkManager's memory, no file has the password, and it is bound to our connection to
 * the bus, so that it is gone with this process, however that ends.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MoverError } from '../errors.ts';
import { randomName } from '../discovery/names.ts';
import { Ephemeral } from '../privacy/ephemeral.ts';
import type { NetworkManager } from './network-manager.ts';

/** NMActiveConnectionState. */
const ACTIVATED = 2;
const DEACTIVATING = 3;
const READY_MS = 30_000;
const LOOK_MS = 100;

/** A Wi-Fi that this computer has made for one move. `close` takes it down. */
export interface Hotspot {
  readonly name: Ephemeral<string>;
  readonly password: Ephemeral<string>;
  /** Of the code that the cameras of phones read. */
  readonly qr: Ephemeral<string>;
  /** Takes it down and wipes its name and password. Idempotent. */
  close(): Promise<void>;
}

/**
 * Makes the Wi-Fi and waits until it is there.
 * @throws MoverError `HOTSPOT_UNAVAILABLE` with what to do instead; the signal's reason.
 */
export async function openHotspot(signal: AbortSignal): Promise<Hotspot> {
  const { NetworkManager, unavailable } = await import('./network-manager.ts');
  if (process.platform !== 'linux') throw unavailable('This computer makes no Wi-Fi by a program.');
  const manager = await NetworkManager.connect();
  try {
    return await start(manager, signal);
  } catch (error) {
    manager.close();
    signal.throwIfAborted();
    throw MoverError.from(error, 'HOTSPOT_UNAVAILABLE');
  }
}

async function start(manager: NetworkManager, signal: AbortSignal): Promise<Hotspot> {
  const device = await manager.accessPointDevice();
  signal.throwIfAborted();
  const name = new Ephemeral(`OpenMover-${randomName().split(' ').at(-1) ?? 'otter'}`);
  const password = new Ephemeral(newPassword());
  const active = await name.use((ssid) => password.use((psk) => manager.activate(device, ssid, psk)));
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    name.wipe();
    password.wipe();
    qr.wipe();
    await manager.deactivate(active).catch(() => undefined);
    manager.close();
  };
  const qr = new Ephemeral(name.use((ssid) => password.use((psk) => wifiCode(ssid, psk))));
  try {
    await ready(manager, active, signal);
  } catch (error) {
    await close();
    throw error;
  }
  return { name, password, qr, close };
}

async function ready(manager: NetworkManager, active: string, signal: AbortSignal): Promise<void> {
  for (const begun = performance.now(); performance.now() - begun < READY_MS;) {
    const state = await manager.stateOf(active);
    if (state === ACTIVATED) return;
    if (typeof state !== 'number' || state >= DEACTIVATING) break;
    await sleep(LOOK_MS, undefined, { signal });
  }
  throw manager.notStarted();
}

/**
 * Four words and four digits: 37 bits, for a network that is gone within the hour and carries nothing but what is encrypted
 * by keys of its own.
 */
const newPassword = (): string =>
  `${randomName()} ${randomName()}`.replaceAll(' ', '-') + `-${String(randomInt(10_000)).padStart(4, '0')}`;

/** `WIFI:T:WPA;S:…;P:…;;` (ZXing, "Wi-Fi Network config"): these five characters are escaped. */
function wifiCode(ssid: string, psk: string): string {
  const escaped = (text: string): string => text.replace(/[\\;,":]/g, '\\$&');
  return `WIFI:T:WPA;S:${escaped(ssid)};P:${escaped(psk)};;`;
}
