/**
 * Writes LICENSES.md: every package that is shipped or installed with OpenMover, with its licence, from package-lock.json
 * and the packages themselves. Fails for a licence nobody has agreed to. `--check` writes nothing and fails when the file
 * is not what it would write.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

/**
 * Licences that ask for no more than their text and, MPL-2.0, for changes to the package's own files. Every package is
 * shipped as it came.
 */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'Unlicense',
  '(MIT OR CC0-1.0)',
]);

const root = new URL('../', import.meta.url);
const FILE = fileURLToPath(new URL('LICENSES.md', root));
const lock = JSON.parse(await readFile(new URL('package-lock.json', root), 'utf8'));

/** Packages that have the text of their licence and no name of it, as read in that text. */
const READ = new Map([['node_modules/wa-sqlite', 'MIT']]);

/** What the package itself says, where it is installed: those for other systems are known by the lockfile only. */
async function licenceOf(folder, entry) {
  const own = await readFile(new URL(`${folder}/package.json`, root), 'utf8').catch(() => undefined);
  return (
    (own === undefined ? undefined : JSON.parse(own).license) ??
    entry.license ??
    READ.get(folder) ??
    'none given'
  );
}

/** What the window is made of: bundled into the page, so it is installed for building only. */
const WINDOW = [
  '@mantine/core',
  '@mantine/hooks',
  '@tabler/icons-react',
  'i18next',
  'react',
  'react-dom',
  'react-i18next',
];

/** Folders of packages and of all they need. */
function withDependencies(names, found = new Set()) {
  for (const name of names) {
    const folder = `node_modules/${name}`;
    if (found.has(folder) || lock.packages[folder] === undefined) continue;
    found.add(folder);
    withDependencies(Object.keys(lock.packages[folder].dependencies ?? {}), found);
  }
  return found;
}

const bundled = withDependencies(WINDOW);
const packages = [];
for (const [folder, entry] of Object.entries(lock.packages)) {
  if (folder === '' || (entry.dev === true && !bundled.has(folder))) continue;
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
  packages.push({ name, version: entry.version, licence: await licenceOf(folder, entry) });
}
packages.sort((a, b) => (a.name < b.name ? -1 : 1));

const refused = packages.filter(({ licence }) => !ALLOWED.has(licence));
for (const { name, licence } of refused)
  process.stderr.write(`${name}: ${licence} is not an allowed licence\n`);

const text = `# Licences

<!-- Made by \`npm run licences\` from package-lock.json. -->

OpenMover itself is under the [Apache License 2.0](LICENSE). What it uses at run time, and what its window is
made of, ${packages.length} packages in all:

| package | version | licence |
| --- | --- | --- |
${packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`).join('\n')}
`;
const wanted = await format(text, { ...(await resolveConfig(FILE)), parser: 'markdown' });
const stale = (await readFile(FILE, 'utf8').catch(() => undefined)) !== wanted;

if (!process.argv.includes('--check')) {
  await writeFile(FILE, wanted);
} else if (stale) {
  process.stderr.write('LICENSES.md is not what package-lock.json says: npm run licences\n');
}
process.exitCode = refused.length > 0 || (stale && process.argv.includes('--check')) ? 1 : 0;
