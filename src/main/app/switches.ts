/** Chromium told to write nothing and to call nobody. All of it before `ready`. */
import type { App } from 'electron';
import { MoverError } from '../../transfer/errors.ts';

const SWITCHES = [
  'disable-http-cache',
  'disable-gpu-shader-disk-cache',
  'disable-breakpad',
  'disable-component-update',
  'disable-background-networking',
  'disable-domain-reliability',
  'disable-sync',
  'no-pings',
] as const;

/** Chromium would write keys or logs to the file these name. */
const VARIABLES = ['SSLKEYLOGFILE', 'CHROME_LOG_FILE', 'ELECTRON_LOG_FILE'] as const;

/** Started with one of these, Chromium writes memory, keys or traffic to a file. */
export const REFUSED_SWITCHES = [
  'ssl-key-log-file',
  'log-net-log',
  'log-file',
  'js-flags',
  'trace-startup',
  'trace-config-file',
] as const;

type CommandLine = Pick<App['commandLine'], 'appendSwitch' | 'hasSwitch'>;

/** @throws MoverError `UNSAFE_RUNTIME`, its detail naming the switch. */
export function refuseUnsafeSwitches(commandLine: Pick<CommandLine, 'hasSwitch'>): void {
  const found = REFUSED_SWITCHES.find((name) => commandLine.hasSwitch(name));
  if (found !== undefined) throw new MoverError('UNSAFE_RUNTIME', { detail: `--${found}` });
}

export function quietChromium(
  app: Pick<App, 'disableHardwareAcceleration'> & { commandLine: CommandLine },
): void {
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
  for (const name of SWITCHES) app.commandLine.appendSwitch(name);
  // Left alone, Chromium puts a key of its own into the keyring of a Linux desktop.
  app.commandLine.appendSwitch('password-store', 'basic');
  // The window shows text and a graph: a GPU process would bring a cache on disk and nothing else.
  app.disableHardwareAcceleration();
}
