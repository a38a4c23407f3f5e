/** What a hotspot needs of NetworkManager, over D-Bus (NetworkManager D-Bus reference, 1.42). Loaded only for a hotspot. */
import { randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Message, type MessageBus, MessageType, systemBus, Variant } from '@jellybrick/dbus-next';
import { MoverError } from '../errors.ts';

const NAME = 'org.freedesktop.NetworkManager';
const MANAGER = '/org/freedesktop/NetworkManager';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
/** NMDeviceType; NM80211 flags of WirelessCapabilities. */
const WIFI_DEVICE = 2;
const CAN_BE_ACCESS_POINT = 0x40;
const SHARE_PERMISSION = `${NAME}.wifi.share.protected`;
const ANSWER_MS = 10_000;

export class NetworkManager {
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
    if ((await this.#get(MANAGER, NAME, 'WirelessHardwareEnabled')) === false) {
      throw unavailable('Wi-Fi is switched off by a key or switch of this computer.');
    }
    if ((await this.#get(MANAGER, NAME, 'WirelessEnabled')) === false) {
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
      if ((await this.#get(device, `${NAME}.Device`, 'DeviceType')) !== WIFI_DEVICE) continue;
      hasWifi = true;
      const can = await this.#get(device, `${NAME}.Device.Wireless`, 'WirelessCapabilities');
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
    if (typeof active !== 'string') throw this.notStarted();
    return active;
  }

  async deactivate(active: string): Promise<void> {
    await this.#call(MANAGER, NAME, 'DeactivateConnection', 'o', [active]);
  }

  /** NMActiveConnectionState. */
  stateOf(active: string): Promise<unknown> {
    return this.#get(active, `${NAME}.Connection.Active`, 'State');
  }

  notStarted(): MoverError {
    return unavailable('The Wi-Fi of this computer did not start.');
  }

  /** Undefined for an object or a property that is not there. */
  async #get(path: string, of: string, property: string): Promise<unknown> {
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

export const unavailable = (what: string, cause?: unknown): MoverError =>
  new MoverError('HOTSPOT_UNAVAILABLE', {
    sentence: `${what} Switch on the hotspot of a phone and join it with both devices (no mobile data is used), or let the other device make one.`,
    ...(cause === undefined ? {} : { cause }),
  });
