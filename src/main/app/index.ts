/** Start of the desktop app, in the order that matters: what must be so before anything is read, shown or kept. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, protocol } from 'electron';
import { MoverError } from '../../transfer/errors.ts';
import { refuseInspector, refuseUnsafeRuntime, sealMemory } from '../../transfer/privacy/runtime.ts';
import { openApp } from './open-app.ts';
import { PAGE_SCHEME } from './page.ts';
import { makeProfile, type Profile } from './profile.ts';
import { hardenContents } from './security.ts';
import { becomeInstance, instanceAddress } from './single-instance.ts';
import { quietChromium, refuseUnsafeSwitches } from './switches.ts';

/** Exit codes of the command line, for whoever starts the app by one. */
const EXIT_UNEXPECTED = 1;
const EXIT_USAGE = 2;

function begin(): void {
  sealMemory();
  app.setName('OpenMover');
  // As in build/electron-builder.ts: Windows shows notifications of a known app only.
  app.setAppUserModelId('org.openmover.desktop');
  const inspectable = isInspectable();
  refuseUnsafeRuntime(process.execArgv, process.env['NODE_OPTIONS'], process.report);
  refuseUnsafeSwitches(process.argv.slice(1), inspectable);
  if (!inspectable) refuseInspector();
  quietChromium(app);
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true } },
  ]);
  hardenContents(app);
  const profile = makeProfile();
  for (const name of ['userData', 'sessionData', 'crashDumps'] as const) app.setPath(name, profile.folder);
  app.setAppLogsPath(profile.folder);
  run(profile).catch(() => {
    leave(profile, EXIT_UNEXPECTED);
  });
}

/** Only `build/pack.mjs --inspectable` writes this into package.json, and whoever runs the app unpacked is its developer. */
function isInspectable(): boolean {
  if (!app.isPackaged) return true;
  const text = readFileSync(join(app.getAppPath(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly inspectable?: unknown }).inspectable === true;
}

async function run(profile: Profile): Promise<void> {
  let show: () => void = () => undefined;
  const instance = await becomeInstance(instanceAddress(), () => {
    show();
  });
  if (instance === undefined) {
    leave(profile, 0);
    return;
  }
  await app.whenReady();
  const opened = await openApp({
    page: join(__dirname, '../renderer'),
    preload: join(__dirname, '../preload/preload.js'),
    engineHost: join(__dirname, 'host/engine-host.js'),
    exit: (code) => {
      instance.close();
      leave(profile, code);
    },
  });
  show = opened.show;
}

function leave(profile: Profile, code: number): void {
  // Chromium writes until its last breath: once more when the process ends.
  process.once('exit', profile.remove);
  profile.remove();
  app.exit(code);
}

try {
  begin();
} catch (error) {
  const { message } = MoverError.from(error);
  dialog.showErrorBox('OpenMover', message);
  app.exit(EXIT_USAGE);
}
