/**
 * `npm run pack -- --electron-dist DIR`: the app's Linux folder from an Electron that is unpacked in DIR, without a
 * network. Its version is in DIR/version, or it is asked. The folder is written to release/linux-unpacked, or below
 * `--output DIR`. An Electron that was unpacked from another app will do.
 *
 * `--inspectable` leaves the one fuse on by which a test can look into the main process, and says so in package.json, which
 * lets the app take the switches of a debugger (src/main/app/switches.ts); nothing else differs from what a release is.
 *
 * `--prelude FILE` puts a script in front of every program of the app: what an Electron that is older than the one in
 * package.json lacks.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Arch, build, Platform } from 'electron-builder';
import config from './electron-builder.ts';

/** The fuse for privileges of `file:` came with this Electron; an older program does not have it. */
const FILE_FUSE_SINCE = 29;
/** Chromium's own tools beside the program are far smaller. */
const PROGRAM_BYTES = 50e6;

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    'electron-dist': { type: 'string' },
    output: { type: 'string', default: 'release' },
    inspectable: { type: 'boolean', default: false },
    prelude: { type: 'string' },
  },
});

/** The program's name: `electron`, unless another app's packager has called it otherwise. */
async function programOf(folder) {
  for (const name of await readdir(folder)) {
    const { size, mode } = await stat(join(folder, name));
    if ((mode & 0o111) !== 0 && size > PROGRAM_BYTES && !/\.so(\.|$)/.test(name)) return name;
  }
  throw new Error(`no unpacked Electron for Linux in ${folder}`);
}

/** @returns {Promise<string>} e.g. `45.4.1` */
async function versionOf(folder, program) {
  const written = await readFile(join(folder, 'version'), 'utf8').catch(() => '');
  const version = written.trim().replace(/^v/, '') || askVersion(join(folder, program));
  if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${folder} does not tell which Electron it is`);
  return version;
}

function askVersion(program) {
  return execFileSync(program, ['-p', 'process.versions.electron'], {
    encoding: 'utf8',
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    timeout: 20_000,
  }).trim();
}

/** What another app's packager has made of an Electron, undone in our copy of it. */
async function removeOtherApp(appOutDir, program) {
  if (program !== 'electron') await rename(join(appOutDir, program), join(appOutDir, 'electron'));
  for (const name of ['app', 'app.asar', 'app.asar.unpacked', 'default_app.asar', 'app-update.yml']) {
    await rm(join(appOutDir, 'resources', name), { recursive: true, force: true });
  }
}

/** Copies out/ to `folder`; each program of the main process (what is no chunk) begins with the script. */
async function copyWithPrelude(folder, prelude) {
  const script = await readFile(resolve(prelude), 'utf8');
  await cp(join(root, 'out'), folder, { recursive: true });
  const main = join(folder, 'main');
  for (const name of await readdir(main, { recursive: true })) {
    if (!name.endsWith('.js') || name.startsWith('chunks')) continue;
    await writeFile(join(main, name), `${script}\n${await readFile(join(main, name), 'utf8')}`);
  }
}

/** The files of the release, with out/ from another folder. */
const filesWith = (folder) => [
  ...config.files.filter((pattern) => !/^!?out\//.test(pattern)),
  { from: folder, to: 'out', filter: ['**/*', '!**/*.{map,d.ts,md}', '!{screens,e2e}/**'] },
];

async function pack() {
  const from = values['electron-dist'];
  if (from === undefined) throw new Error('where is Electron? npm run pack -- --electron-dist DIR');
  const electronDist = resolve(from);
  const program = await programOf(electronDist);
  const electronVersion = await versionOf(electronDist, program);
  const { grantFileProtocolExtraPrivileges, ...fuses } = config.electronFuses;
  const copy = values.prelude && (await mkdtemp(join(tmpdir(), 'openmover-pack-')));
  if (copy) await copyWithPrelude(copy, values.prelude);
  await build({
    projectDir: root,
    publish: 'never',
    targets: Platform.LINUX.createTarget('dir', Arch[process.arch]),
    config: {
      ...config,
      electronDist,
      electronVersion,
      ...(values.inspectable && { extraMetadata: { inspectable: true } }),
      electronFuses: {
        ...fuses,
        ...(Number.parseInt(electronVersion, 10) >= FILE_FUSE_SINCE && { grantFileProtocolExtraPrivileges }),
        enableNodeCliInspectArguments: values.inspectable,
      },
      directories: { ...config.directories, output: resolve(values.output) },
      ...(copy && { files: filesWith(copy) }),
      afterExtract: ({ appOutDir }) => removeOtherApp(appOutDir, program),
    },
  });
  if (copy) await rm(copy, { recursive: true });
}

try {
  await pack();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
