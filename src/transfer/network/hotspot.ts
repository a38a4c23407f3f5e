/**
 * A Wi-Fi of this computer's own for one move, by NetworkManager over D-Bus (NetworkManager D-Bus reference, 1.42). The
 * profile is volatile: it lives in NetworkManager's memory, no file has the password, and it is bound to our connection to
 * the bus, so that it is gone with this process, however that ends.
 */
import { randomInt, randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Message, type MessageBus, MessageType, systemBus, Variant } from '@jellybrick/dbus-next';
import { MoverError } from '../errors.ts';
import { randomName } from '../discovery/names.ts';
import { Ephemeral } from '../privacy/ephemeral.ts';

const NAME = 'org.freedesktop.NetworkManager';
const MANAGER = '/org/freedesktop/NetworkManager';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
/** NMDeviceType, NM80211ApFlags of WirelessCapabilities, NMActiveConnectionState. */
const WIFI_DEVICE = 2;
const CAN_BE_ACCESS_POINT = 0x40;
const ACTIVATED = 2;
const DEACTIVATING = 3;
const SHARE_PERMISSION = `${NAME}.wifi.share.protected`;
const ANSWER_MS = 10_000;
const READY_MS = 30_000;
const LOOK_MS = 100;

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
    const state = await manager.get(active, `${NAME}.Connection.Active`, 'State');
    if (state === ACTIVATED) return;
    if (typeof state !== 'number' || state >= DEACTIVATING) break;
    await sleep(LOOK_MS, undefined, { signal });
  }
  throw unavailable('The Wi-Fi of this computer did not start.');
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

class NetworkManager {
  readonly #bus: MessageBus;
  /** Fails when the bus is not there, or goes away. */
  readonly #broken: Promise<never>;

  private constructor(bus: MessageBus) {
    this.#bus = bus;
    this.#broken = new Promise((_resolve, reject) => {
      (bus as unknown as EventEmitter).on('error', reject);
    });
    this.#broken.catch(() => undefined);
  }

  static async connect(): Promise<NetworkManager> {
    let bus: MessageBus;
    try {
      bus = systemBus();
    } catch (cause) {
      throw unavailable('This computer has no NetworkManager.', cause);
    }
    const manager = new NetworkManager(bus);
    try {
      const owned = await manager.#call(
        '/org/freedesktop/DBus',
        'org.freedesktop.DBus',
        'NameHasOwner',
        's',
        [NAME],
        'org.freedesktop.DBus',
      );
      if (owned[0] !== true) throw unavailable('This computer has no NetworkManager.');
    } catch (error) {
      manager.close();
      if (error instanceof MoverError) throw error;
      throw unavailable('This computer has no NetworkManager.', error);
    }
    return manager;
  }

  /** A Wi-Fi card that can be an access point, free or not. */
  async accessPointDevice(): Promise<string> {
    if ((await this.get(MANAGER, NAME, 'WirelessHardwareEnabled')) === false) {
      throw unavailable('Wi-Fi is switched off by a key or switch of this computer.');
    }
    if ((await this.get(MANAGER, NAME, 'WirelessEnabled')) === false) {
      throw unavailable('Wi-Fi is switched off on this computer. Switch it on and start again.');
    }
    const [permissions] = (await this.#call(MANAGER, NAME, 'GetPermissions', '', [])) as [
      Record<string, string>?,
    ];
    if (permissions?.[SHARE_PERMISSION] === 'no') {
      throw unavailable('This user may not make a Wi-Fi on this computer.');
    }
    const [devices] = (await this.#call(MANAGER, NAME, 'GetDevices', '', [])) as [string[]?];
    let hasWifi = false;
    for (const device of devices ?? []) {
      if ((await this.get(device, `${NAME}.Device`, 'DeviceType')) !== WIFI_DEVICE) continue;
      hasWifi = true;
      const can = await this.get(device, `${NAME}.Device.Wireless`, 'WirelessCapabilities');
      if (typeof can === 'number' && (can & CAN_BE_ACCESS_POINT) !== 0) return device;
    }
    throw unavailable(
      hasWifi
        ? 'The Wi-Fi card of this computer can join networks and make none.'
        : 'This computer has no Wi-Fi card.',
    );
  }

  /** @returns the path of the active connection. */
  async activate(device: string, ssid: string, psk: string): Promise<string> {
    const text = (value: string): Variant => new Variant('s', value);
    const settings = {
      connection: {
        ...{ id: text('OpenMover'), uuid: text(randomUUID()), type: text('802-11-wireless') },
        autoconnect: new Variant('b', false),
      },
      '802-11-wireless': { ssid: new Variant('ay', Buffer.from(ssid)), mode: text('ap') },
      // WPA2 and WPA3: sae alone would keep older phones out.
      '802-11-wireless-security': {
        ...{ 'key-mgmt': text('wpa-psk'), psk: text(psk) },
        ...{
          proto: new Variant('as', ['rsn']),
          pairwise: new Variant('as', ['ccmp']),
          group: new Variant('as', ['ccmp']),
        },
      },
      ipv4: { method: text('shared') },
      ipv6: { method: text('link-local') },
    };
    const options = { persist: text('volatile'), 'bind-activation': text('dbus-client') };
    const made = await this.#call(MANAGER, NAME, 'AddAndActivateConnection2', 'a{sa{sv}}ooa{sv}', [
      settings,
      device,
      '/',
      options,
    ]);
    const active = made[1];
    if (typeof active !== 'string') throw unavailable('The Wi-Fi of this computer did not start.');
    return active;
  }

  async deactivate(active: string): Promise<void> {
    await this.#call(MANAGER, NAME, 'DeactivateConnection', 'o', [active]);
  }

  /** Undefined for an object or a property that is not there. */
  async get(path: string, of: string, property: string): Promise<unknown> {
    const [value] = await this.#call(path, PROPERTIES, 'Get', 'ss', [of, property]).catch(() => []);
    return value instanceof Variant ? value.value : undefined;
  }

  close(): void {
    this.#bus.disconnect();
  }

  async #call(
    path: string,
    of: string,
    member: string,
    signature: string,
    body: unknown[],
    destination = NAME,
  ): Promise<readonly unknown[]> {
    const message = new Message({
      type: MessageType.METHOD_CALL,
      destination,
      path,
      interface: of,
      member,
      signature,
      body,
    });
    const timer = new AbortController();
    try {
      const late = sleep(ANSWER_MS, undefined, { signal: timer.signal }).then(() => {
        throw unavailable('NetworkManager does not answer.');
      });
      const reply = await Promise.race([this.#bus.call(message), this.#broken, late]);
      return reply?.body ?? [];
    } finally {
      timer.abort();
    }
  }
}

const unavailable = (what: string, cause?: unknown): MoverError =>
  new MoverError('HOTSPOT_UNAVAILABLE', {
    sentence: `${what} Switch on the hotspot of a phone and join it with both devices (no mobile data is used), or let the other device make one.`,
    ...(cause === undefined ? {} : { cause }),
  });
