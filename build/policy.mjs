/**
 * Writes POLICY.md from the promise as data (src/transfer/privacy/policy.ts), so that neither can be changed alone.
 * `--check` writes nothing and fails when the file is not what it would write.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { PROMISE } from '../src/transfer/privacy/policy.ts';

const FILE = fileURLToPath(new URL('../POLICY.md', import.meta.url));

const clauses = PROMISE.map(({ id, clause, mechanism, shownBy }) =>
  [
    `## ${clause}`,
    `<a id="${id}"></a>${mechanism}`,
    'Shown by:',
    shownBy.map(({ file, name }) => `- [${file}](${file}): "${name}"`).join('\n'),
  ].join('\n\n'),
);
const text = `# What OpenMover promises about your data

<!-- Made by \`npm run policy\` from src/transfer/privacy/policy.ts; change it there. -->

Each promise comes with what in the program keeps it and with tests that fail when it is broken. \`mover verify-privacy\` runs
the most telling of them on your own computer. What is not promised is in [SECURITY.md](SECURITY.md).

${clauses.join('\n\n')}
`;
const wanted = await format(text, { ...(await resolveConfig(FILE)), parser: 'markdown' });

if (process.argv.includes('--check')) {
  const found = await readFile(FILE, 'utf8').catch(() => undefined);
  if (found !== wanted) {
    process.stderr.write('POLICY.md is not what privacy/policy.ts says: npm run policy\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(FILE, wanted);
}
