import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PROMISE } from '../../../src/transfer/privacy/policy.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const check = (script: string) =>
  spawnSync(process.execPath, [`build/${script}.mjs`, '--check'], { cwd: ROOT, encoding: 'utf8' });

/** `PROTOCOL.md, "Coming back"`, in comments that may break the line anywhere. */
const REFERENCE = /\b([A-Z]+\.md),[\s*]+"([^"]+)"/g;
const PLACES: Readonly<Record<string, string>> = { 'PROTOCOL.md': 'src/transfer/wire/PROTOCOL.md' };

it('every section that a comment names is there', () => {
  const headings = new Map<string, Set<string>>();
  const headingsOf = (document: string): Set<string> => {
    const known = headings.get(document);
    if (known !== undefined) return known;
    const path = join(ROOT, PLACES[document] ?? document);
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const found = new Set([...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading));
    headings.set(document, found);
    return found;
  };
  const missing = ['src', 'test', 'build'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|tsx|mjs)$/.test(name))
      .flatMap((name) =>
        [...readFileSync(join(ROOT, folder, name), 'utf8').matchAll(REFERENCE)]
          .filter(([, document = '', heading = '']) => !headingsOf(document).has(heading))
          .map(([reference]) => `${folder}/${name}: ${reference}`),
      ),
  );
  expect(missing).toEqual([]);
});

describe('documents made from data are what the data say', () => {
  it.each(['policy', 'licences'])('npm run %s would change nothing', (script) => {
    const { status, stderr } = check(script);
    expect([status, stderr]).toEqual([0, '']);
  });

  it('POLICY.md has every clause and what shows it', () => {
    const text = readFileSync(`${ROOT}POLICY.md`, 'utf8');
    for (const { clause, shownBy } of PROMISE) {
      expect(text).toContain(clause);
      for (const { file } of shownBy) expect(text).toContain(`(${file})`);
    }
  });

  it('LICENSES.md has every package that runs', () => {
    const { dependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const text = readFileSync(`${ROOT}LICENSES.md`, 'utf8');
    for (const name of Object.keys(dependencies)) expect(text).toMatch(new RegExp(`^\\| ${name} +\\|`, 'm'));
  });
});
