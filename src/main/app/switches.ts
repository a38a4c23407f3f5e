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

/** Switches a person or a desktop may start the app with; every other may write memory, keys or traffic, or show them. */
const SAFE_SWITCHES: ReadonlySet<string> = new Set([
  // How it looks.
  'force-color-profile',
  'force-device-scale-factor',
  'force-renderer-accessibility',
  'high-dpi-support',
  'lang',
  'ozone-platform',
  'ozone-platform-hint',
  'gtk-version',
  'enable-wayland-ime',
  'wayland-text-input-version',
  'class',
  'start-maximized',
  // What goes without.
  'disable-dev-shm-usage',
  'disable-gpu',
  'disable-gpu-sandbox',
  'disable-setuid-sandbox',
  'disable-software-rasterizer',
  'no-sandbox',
  'in-process-gpu',
]);

/** Where a test drives the app: by Playwright, which puts these before all others. */
const INSPECTING_SWITCHES: ReadonlySet<string> = new Set(['inspect', 'remote-debugging-port']);

type CommandLine = Pick<App['commandLine'], 'appendSwitch' | 'hasSwitch'>;

/**
 * @param argv as the app was started with.
 * @param inspectable whether this build is one that tests may look into.
 * @throws MoverError `UNSAFE_RUNTIME`, its detail naming the switch.
 */
export function refuseUnsafeSwitches(argv: readonly string[], inspectable: boolean): void {
  for (const argument of argv) {
    const name = switchName(argument);
    if (name === undefined || SAFE_SWITCHES.has(name)) continue;
    if (inspectable && INSPECTING_SWITCHES.has(name)) continue;
    throw new MoverError('UNSAFE_RUNTIME', { detail: `--${name}` });
  }
}

/** As Chromium tells a switch: one dash or two, on Windows also a slash; any case. */
function switchName(argument: string): string | undefined {
  const dash = process.platform === 'win32' ? /^(?:--?|\/)([^=]+)/ : /^--?([^=]+)/;
  return dash.exec(argument)?.[1]?.toLowerCase();
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
