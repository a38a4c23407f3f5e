/** A Wi-Fi of this computer's own, by NetworkManager's D-Bus interface on a bus of the test's own (python-dbusmock). */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { Message, MessageType, sessionBus, Variant } from '@jellybrick/dbus-next';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Mover, runMover } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';
import { scratchPath } from '../support/scratch-path.ts';

const NM = 'org.freedesktop.NetworkManager';
const ROOT = '/org/freedesktop/NetworkManager';
const MOCK = 'org.freedesktop.DBus.Mock';

type Call = (
  path: string,
  of: string,
  member: string,
  signature: string,
  ...body: unknown[]
) => Promise<unknown[]>;

function ended(child: ChildProcess): void {
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
  });
}

/** A bus with a NetworkManager that has a Wi-Fi card. */
async function network(): Promise<{ address: string; call: Call }> {
  const daemon = spawn(
    'dbus-daemon',
    ['--session', '--print-address', '--nofork', `--address=unix:path=${join(scratchFolder(), 'bus')}`],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  ended(daemon);
  const [address] = (await once(createInterface({ input: daemon.stdout }), 'line')) as [string];
  const mock = spawn('/usr/bin/python3', ['-m', 'dbusmock', '--session', '--template', 'networkmanager'], {
    env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: address, PYTHONUNBUFFERED: '1' },
    stdio: 'ignore',
  });
  ended(mock);
  const bus = sessionBus({ busAddress: address });
  onTestFinished(() => {
    bus.disconnect();
  });
  const call: Call = async (path, of, member, signature, ...body) => {
    const destination = of === 'org.freedesktop.DBus' ? of : NM;
    const reply = await bus.call(
      new Message({
        type: MessageType.METHOD_CALL,
        destination,
        path,
        interface: of,
        member,
        signature,
        body,
      }),
    );
    return reply?.body ?? [];
  };
  const dbus: Call = (path, ...rest) => call(path, ...rest);
  for (let found = false; !found;) {
    [found = false] = (await dbus(
      '/org/freedesktop/DBus',
      'org.freedesktop.DBus',
      'NameHasOwner',
      's',
      NM,
    )) as [boolean?];
  }
  await call(ROOT, MOCK, 'AddWiFiDevice', 'ssi', 'card', 'wlan0', 100);
  await call(
    ROOT,
    MOCK,
    'AddObject',
    'ssa{sv}a(ssss)',
    `${ROOT}/ActiveConnection/1`,
    `${NM}.Connection.Active`,
    { State: new Variant('u', 2) },
    [],
  );
  // The template lacks the newer of the two calls.
  await call(
    ROOT,
    MOCK,
    'AddMethod',
    'sssss',
    NM,
    'AddAndActivateConnection2',
    'a{sa{sv}}ooa{sv}',
    'ooa{sv}',
    `ret = ("${ROOT}/Settings/1", "${ROOT}/ActiveConnection/1", {})`,
  );
  await call(ROOT, MOCK, 'AddMethod', 'sssss', NM, 'DeactivateConnection', 'o', '', '');
  return { address, call };
}

interface Made {
  readonly member: string;
  readonly args: unknown[];
}

async function calls(call: Call, member: string): Promise<Made[]> {
  const [list] = (await call(ROOT, MOCK, 'GetMethodCalls', 's', member)) as [[number, Variant[]][]];
  return list.map(([, args]) => ({ member, args }));
}

describe('mover receive --hotspot', () => {
  it('makes a Wi-Fi that lives in memory, shows it, and takes it down when it ends', async () => {
    const { address, call } = await network();
    const receiver = new Mover(
      ['receive', '--into', scratchPath('new'), '--host', '127.0.0.1', '--yes', '--hotspot'],
      {
        env: { DBUS_SYSTEM_BUS_ADDRESS: address },
      },
    );
    const shown = await receiver.event('hotspot');
    expect(shown.name).toMatch(/^OpenMover-[a-z]+$/);
    expect(shown.password).toMatch(/^[a-z]+(-[a-z]+){3}-\d{4}$/);
    await receiver.event('code');
    const [made] = await calls(call, 'AddAndActivateConnection2');
    const [settings, , , options] = (made?.args ?? []).map((each) => (each as Variant).value) as [
      Record<string, Record<string, Variant>>,
      string,
      string,
      Record<string, Variant>,
    ];
    expect(options.persist?.value).toBe('volatile');
    expect(options['bind-activation']?.value).toBe('dbus-client');
    expect(settings['802-11-wireless']?.mode?.value).toBe('ap');
    expect(settings['802-11-wireless-security']?.psk?.value).toBe(shown.password);
    expect(await calls(call, 'DeactivateConnection')).toHaveLength(0);
    receiver.kill('SIGINT');
    expect((await receiver.exit).code).toBe(130);
    expect(await calls(call, 'DeactivateConnection')).toHaveLength(1);
  });

  it('says what to do instead where this computer can make none', async () => {
    const { address, call } = await network();
    const run = async (): Promise<[number | null, string]> => {
      const { code, err } = await runMover(['receive', '--into', scratchPath('new'), '--yes', '--hotspot'], {
        env: { DBUS_SYSTEM_BUS_ADDRESS: address },
      });
      return [code, err];
    };
    const set = (path: string, of: string, name: string, value: Variant) =>
      call(path, 'org.freedesktop.DBus.Properties', 'Set', 'ssv', of, name, value);
    await set(`${ROOT}/Devices/card`, `${NM}.Device.Wireless`, 'WirelessCapabilities', new Variant('u', 1));
    expect(await run()).toEqual([
      1,
      expect.stringMatching(/can join networks and make none.*hotspot of a phone/),
    ]);
    await set(ROOT, NM, 'WirelessEnabled', new Variant('b', false));
    expect(await run()).toEqual([1, expect.stringMatching(/Wi-Fi is switched off/)]);
    const { code, err } = await runMover(['receive', '--into', scratchPath('new'), '--yes', '--hotspot'], {
      env: { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nowhere' },
    });
    expect([code, err]).toEqual([1, expect.stringMatching(/no NetworkManager/)]);
  });
});
