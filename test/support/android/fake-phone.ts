/**
 * A phone on loopback for Debian's real adb server: what Android documents, by version, and nothing else. Its shared
 * storage is a folder of this computer, its databases are rows of a file that the stand-ins of Android's commands read.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { type DeviceStream, serveDevice } from './device-protocol.ts';
import { answerCommand } from './commands.ts';
import { PackageManager } from './package-manager.ts';
import type { PhoneData } from './phone-data.ts';
import type { PhoneStore } from './phone-store.ts';
import { storeOf } from './provider-commands.ts';
import { serveExec, serveShellV2 } from './shell-service.ts';
import { serveSync } from './sync-service.ts';

/** Versions with what their adb daemons can do (AOSP, adb/transport.cpp of each). */
export const PROFILES = {
  8: { sdk: 26, release: '8.0.0', features: ['cmd'] },
  11: {
    sdk: 30,
    release: '11',
    features: ['shell_v2', 'cmd', 'stat_v2', 'ls_v2', 'fixed_push_mkdir', 'apex', 'abb_exec'],
  },
  13: {
    sdk: 33,
    release: '13',
    features: ['shell_v2', 'cmd', 'stat_v2', 'ls_v2', 'fixed_push_mkdir', 'apex', 'abb_exec', 'sendrecv_v2'],
  },
  15: {
    sdk: 35,
    release: '15',
    features: [
      'shell_v2',
      'cmd',
      'stat_v2',
      'ls_v2',
      'fixed_push_mkdir',
      'apex',
      'abb_exec',
      'sendrecv_v2',
      'devicetracker_proto_format',
    ],
  },
} as const;
export type AndroidVersion = keyof typeof PROFILES;

export interface StandInOptions {
  /** Empty, for what the phone needs of this computer. */
  readonly folder: string;
  readonly version: AndroidVersion;
  readonly model?: string;
  readonly data?: PhoneData;
  readonly unauthorized?: boolean;
}

export class StandInPhone {
  /** Its shared storage. */
  readonly sdcard: string;
  /** Where its apps are. */
  readonly apps: string;
  /** Every service that was opened, in order. */
  readonly services: string[] = [];
  /** Told of each command of Android's that is run, with its arguments. */
  onCommand: (args: readonly string[]) => void = () => undefined;
  readonly #options: StandInOptions;
  /** Started, and not unlocked since: there is no shared storage. */
  locked = false;
  /** Set to false when the person taps Allow: it counts at the next time the phone is plugged in. */
  unauthorized: boolean;
  readonly #sockets = new Set<Socket>();
  #data: PhoneData = {};
  #packages!: PackageManager;
  #commands: Server | undefined;
  #server: Server | undefined;
  #port = 0;
  /** Bytes of files still to be sent before the cable is pulled. */
  #cutAfter = Infinity;

  constructor(options: StandInOptions) {
    this.#options = options;
    this.unauthorized = options.unauthorized === true;
    this.sdcard = join(options.folder, 'sdcard');
    this.apps = join(options.folder, 'app');
    mkdirSync(join(options.folder, 'bin'), { recursive: true });
    linkToybox(join(options.folder, 'toybox'));
    mkdirSync(this.sdcard);
    mkdirSync(this.apps);
    this.setData(options.data ?? {});
  }

  get serial(): string {
    return `127.0.0.1:${String(this.#port)}`;
  }

  /** What its databases hold now. */
  get store(): PhoneStore {
    return storeOf(this.#data);
  }

  setData(data: PhoneData): void {
    const { folder, version, model = 'Pixel 7' } = this.#options;
    this.#data = data;
    this.#packages = new PackageManager(this.apps, data, PROFILES[version].sdk);
    const { sdk, release } = PROFILES[version];
    const { abis = ['arm64-v8a', 'armeabi-v7a', 'armeabi'], features = [], libraries = [] } = data;
    const ask = (name: string): string => `exec ${quote(join(folder, 'ask'))} ${name} "$@"`;
    const answers = (cases: Readonly<Record<string, string>>): string =>
      `case "$*" in\n${Object.entries(cases)
        .map(([args, answer]) => `${quote(args)}) echo ${quote(answer)};;`)
        .join('\n')}\n*) OTHER;;\nesac\n`;
    const scripts = {
      getprop: answers({
        'ro.build.version.sdk': String(sdk),
        'ro.build.version.release': release,
        'ro.product.model': model,
        'ro.product.cpu.abilist': abis.join(','),
      }),
      wm: answers({ density: `Physical density: ${String(data.density ?? 420)}` }),
      getconf: answers({ PAGE_SIZE: String(data.pageSize ?? 4096) }),
      settings: answers({ 'get secure android_id': data.androidId ?? 'null' }),
      pm: answers({
        'list features': features.map((each) => `feature:${each}`).join('\n'),
        'list libraries': libraries.map((each) => `library:${each}`).join('\n'),
      }).replace('OTHER', ask('pm')),
      content: ask('content'),
      appops: ask('appops'),
    };
    for (const [name, script] of Object.entries(scripts)) {
      const text = `#!/bin/sh\n${script.replace('OTHER', 'echo')}`;
      writeFileSync(join(folder, 'bin', name), text, { mode: 0o755 });
    }
  }

  /** `content` and `pm` are answered by this process: bash hands their arguments over, and starts in no time. */
  async #answerCommands(): Promise<void> {
    const server = createServer((socket) => {
      let asked: Buffer = Buffer.alloc(0);
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        asked = Buffer.concat([asked, bytes]);
        const [count = '', ...all] = asked.toString('utf8').split('\0');
        if (all.length <= Number(count) + 1) return;
        const args = all.slice(0, Number(count));
        const input = Buffer.from(all[Number(count)] ?? '', 'base64');
        this.onCommand(args);
        const { sdk } = PROFILES[this.#options.version];
        if (args[0] === 'pm') {
          void this.#packages.run(args.slice(1), input).then((answer) => socket.end(`output\n${answer}`));
          return;
        }
        const { toErrors, bytes: answer } = answerCommand(this.#data, args, { sdk }, input);
        socket.end(Buffer.concat([Buffer.from(toErrors ? 'errors\n' : 'output\n'), answer]));
      });
    });
    await listen(server, 0);
    server.unref();
    const { port } = server.address() as AddressInfo;
    const script = [
      '#!/bin/bash',
      `exec 3<>/dev/tcp/127.0.0.1/${String(port)}`,
      'input=',
      'if [ "$1 $2" = "content write" ] || [ "$1 $2" = "pm install-write" ]; then input=$(base64 -w0); fi',
      'printf "%s\\0" "$#" "$@" "$input" >&3',
      'read -r where <&3',
      'if [ "$where" = errors ]; then exec cat <&3 >&2; else exec cat <&3; fi',
      '',
    ];
    writeFileSync(join(this.#options.folder, 'ask'), script.join('\n'), { mode: 0o755 });
    this.#commands = server;
  }

  /** Plugs the phone in: it listens, on the same port each time. */
  async plugIn(): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      serveDevice(socket, { banner: this.#banner(), unauthorized: this.unauthorized }, (service, stream) =>
        this.#serve(service, stream),
      );
    });
    if (this.#commands === undefined) await this.#answerCommands();
    await listen(server, this.#port);
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async unplug(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#cutAfter = Infinity;
    for (const socket of this.#sockets) socket.destroy();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  /** Pulls the cable once that many bytes more have gone over it. @param then told when it is pulled. */
  unplugAfter(bytes: number, then: () => void): void {
    this.#cutAfter = bytes;
    this.#whenCut = then;
  }
  #whenCut: () => void = () => undefined;

  /** The same for bytes that the phone is given. */
  unplugAfterReceiving(bytes: number, then: () => void): void {
    this.#cutAfterReceiving = bytes;
    this.#whenCut = then;
  }
  #cutAfterReceiving = Infinity;

  async *#countedInput(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    for await (const bytes of input) {
      this.#cutAfterReceiving -= bytes.length;
      if (this.#cutAfterReceiving < 0) {
        this.#cutAfterReceiving = Infinity;
        await this.unplug();
        this.#whenCut();
        return;
      }
      yield bytes;
    }
  }

  #banner(): string {
    const { model = 'Pixel 7', version } = this.#options;
    const { features } = PROFILES[version];
    return `device::ro.product.name=panther;ro.product.model=${model};ro.product.device=panther;features=${features.join(',')}`;
  }

  #serve(service: string, stream: DeviceStream): Promise<void> | undefined {
    this.services.push(service);
    const counted: DeviceStream = {
      input: this.#countedInput(stream.input),
      closed: stream.closed,
      write: async (bytes) => {
        this.#cutAfter -= bytes.length;
        if (this.#cutAfter < 0) {
          await this.unplug();
          this.#whenCut();
        }
        await stream.write(bytes);
      },
    };
    const { features } = PROFILES[this.#options.version];
    const shell = { map: (command: string) => this.#mapped(command), env: this.#env() };
    if (service === 'sync:') return serveSync(counted, (path) => this.#place(path));
    if (service.startsWith('exec:')) return serveExec(service.slice(5), counted, shell);
    const second = /^shell,v2,raw:/.exec(service);
    if (second !== null && (features as readonly string[]).includes('shell_v2')) {
      return serveShellV2(service.slice(second[0].length), counted, shell);
    }
    return undefined;
  }

  #env(): Record<string, string> {
    const { folder } = this.#options;
    return {
      PATH: `${join(folder, 'bin')}:${join(folder, 'toybox')}:/usr/bin:/bin`,
      LC_ALL: 'C.UTF-8',
    };
  }

  /** `/sdcard` and the place it leads to are one. A folder that is closed is nowhere. */
  #mapped(command: string): string {
    if (this.locked) return command.replaceAll('/sdcard', '/proc/closed');
    const closed = (this.#options.data?.closed ?? []).reduce(
      (text, each) => text.replaceAll(`/sdcard/${each}`, '/proc/closed'),
      command,
    );
    return closed
      .replace(/(?<![\w/])\/(?:sdcard|storage\/emulated\/0)(?=[/'")\s;]|$)/g, this.sdcard)
      .replace(/(?<![\w/])\/data\/app(?=\/)/g, this.apps);
  }

  #place(path: Buffer): Buffer {
    return Buffer.from(this.#mapped(path.toString('latin1')), 'latin1');
  }
}

/** A phone's commands are toybox's, under their names. */
function linkToybox(folder: string): void {
  mkdirSync(folder);
  const applets = execFileSync('toybox', { encoding: 'utf8' })
    .split(/\s+/)
    .filter((name) => /^[a-z]/.test(name));
  for (const name of applets) symlinkSync('/usr/bin/toybox', join(folder, name));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
