/**
 * What layers of tests need from the system. Installed where that may be done without asking (root on Debian or
 * Ubuntu), otherwise said in one line; the tests then say what they need themselves.
 */
import { spawnSync } from 'node:child_process';

interface Need {
  readonly commands: readonly string[];
  readonly package: string;
  readonly what: string;
}

const NEEDS: Readonly<Record<string, Need>> = {
  hosts: { commands: ['ip', 'tc'], package: 'iproute2', what: 'The tests between two hosts' },
  integration: { commands: ['strace'], package: 'strace', what: 'The tests of what is written to disk' },
};

const isThere = (command: string): boolean =>
  spawnSync(command, ['-V'], { stdio: 'ignore' }).error === undefined;

/** @param layer of tests, by name. */
export function setUpSystem(layer: string): void {
  const need = NEEDS[layer];
  if (need === undefined || process.platform !== 'linux' || need.commands.every(isThere)) return;
  if (process.getuid?.() !== 0 || !isThere('apt-get')) {
    console.log(`${need.what} need ${need.commands.join(' and ')}: install ${need.package}.`);
    return;
  }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', need.package],
  ]) {
    const { status } = spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: environment,
    });
    if (status !== 0) {
      console.log(`${need.package} could not be installed: ${need.what.toLowerCase()} will say so.`);
      return;
    }
  }
}
