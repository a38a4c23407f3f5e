/**
 * What the hosts layer needs from the system: `ip` and `tc`. Installed where that may be done without asking (root on
 * Debian or Ubuntu), otherwise said in one line; the tests then say what they need themselves.
 */
import { spawnSync } from 'node:child_process';

const isThere = (command: string): boolean =>
  spawnSync(command, ['-V'], { stdio: 'ignore' }).error === undefined;

export function setUpSystem(): void {
  if (process.platform !== 'linux' || (isThere('ip') && isThere('tc'))) return;
  if (process.getuid?.() !== 0 || !isThere('apt-get')) {
    console.log('The tests between two hosts need ip and tc: install iproute2.');
    return;
  }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'iproute2'],
  ]) {
    const { status } = spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: environment,
    });
    if (status !== 0) {
      console.log('iproute2 could not be installed: the tests between two hosts will say so.');
      return;
    }
  }
}
