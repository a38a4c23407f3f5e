/**
 * What layers of tests need from the system. Installed where that may be done without asking (root on Debian or
 * Ubuntu), otherwise said in one line; the tests then say what they need themselves.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Need {
  readonly what: string;
  readonly commands: readonly string[];
  /** Shared libraries, as the linker names them. */
  readonly libraries?: readonly string[];
  readonly files?: readonly string[];
  /** As Debian calls them. */
  readonly packages: readonly string[];
}

const NEEDS: Readonly<Record<string, Need>> = {
  hosts: {
    what: 'The tests between two hosts',
    commands: ['ip', 'tc'],
    files: ['/usr/sbin/nft'],
    packages: ['iproute2', 'nftables'],
  },
  integration: {
    what: 'The tests of what is written to disk, of phones by cable, accounts and networks',
    commands: ['strace', 'adb', 'mksh', 'toybox', 'radicale', 'openssl', 'dbus-daemon'],
    files: ['/usr/lib/python3/dist-packages/dbusmock/__init__.py'],
    packages: ['strace', 'adb', 'mksh', 'toybox', 'radicale', 'openssl', 'dbus', 'python3-dbusmock'],
  },
  faults: {
    what: 'The faults of disks',
    commands: ['strace', 'setpriv', 'prlimit'],
    packages: ['strace', 'util-linux'],
  },
  renderer: {
    what: 'The tests of the window',
    commands: ['chromium'],
    files: [
      '/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf',
      '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
      '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf',
    ],
    packages: ['chromium', 'fonts-noto-core', 'fonts-noto-cjk', 'fonts-noto-color-emoji'],
  },
  e2e: {
    what: 'The tests of the desktop app',
    commands: ['Xvfb', 'strace'],
    libraries: [
      ...['libgtk-3.so.0', 'libnss3.so', 'libasound.so.2', 'libgbm.so.1', 'libXss.so.1', 'libXtst.so.6'],
      ...['libatk-bridge-2.0.so.0', 'libdrm.so.2'],
    ],
    packages: [
      ...['xvfb', 'strace', 'libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1', 'libxtst6'],
      ...['libatk-bridge2.0-0', 'libdrm2'],
    ],
  },
};

function isThere(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function missingLibraries(names: readonly string[]): boolean {
  if (names.length === 0) return false;
  const { stdout, error } = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
  if (error !== undefined) return true;
  return names.some((name) => !stdout.includes(`\t${name} `));
}

function isMet({ commands, libraries = [], files = [] }: Need): boolean {
  return commands.every(isThere) && files.every((file) => existsSync(file)) && !missingLibraries(libraries);
}

/** Since the change to 64-bit time, some libraries are called `…t64`, and the old name stands for several. */
function currentName(name: string): string {
  const { status } = spawnSync('apt-cache', ['show', '--no-all-versions', `${name}t64`], { stdio: 'ignore' });
  return status === 0 ? `${name}t64` : name;
}

function aptGet(args: readonly string[]): boolean {
  const { status } = spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}

/** @param layer of tests, by name. */
export function setUpSystem(layer: string): void {
  const need = NEEDS[layer];
  if (need === undefined || process.platform !== 'linux' || isMet(need)) return;
  if (process.getuid?.() !== 0 || !isThere('apt-get')) {
    console.log(`${need.what} need some of these packages: ${need.packages.join(' ')}.`);
    return;
  }
  const install = ['install', '-y', '-qq', '--no-install-recommends'];
  if (!aptGet(['update', '-qq']) || !aptGet([...install, ...need.packages.map(currentName)])) {
    console.log(`Not all of ${need.packages.join(' ')} could be installed.`);
    console.log(`${need.what} will say so.`);
  }
}
