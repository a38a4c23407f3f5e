import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PROMISE } from '../../../src/transfer/privacy/policy.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const check = (script: string) =>
  spawnSync(process.execPath, [`build/${script}.mjs`, '--check'], { cwd: ROOT, encoding: 'utf8' });

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
