/** Writes the software bill of materials of a release, CycloneDX made by npm itself, to release/openmover-<version>.cdx.json. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../', import.meta.url));
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

const { stdout } = await promisify(execFile)(
  'npm',
  ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--omit', 'dev'],
  { cwd: root, maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' },
);
const bom = JSON.parse(stdout);
// npm calls it by the folder it lies in.
bom.metadata.component.name = 'openmover';

await mkdir(new URL('../release/', import.meta.url), { recursive: true });
const file = new URL(`../release/openmover-${version}.cdx.json`, import.meta.url);
await writeFile(file, `${JSON.stringify(bom, undefined, 2)}\n`);
process.stdout.write(`${fileURLToPath(file)}: ${bom.components.length} components\n`);
