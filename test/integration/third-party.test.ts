/** The package as others use it: by its exports, built, with Node's own test runner. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('a source that others wrote passes the exported contract and moves', () => {
  const file = join(import.meta.dirname, 'third-party', 'notes.ts');
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', file], {
    encoding: 'utf8',
    env: { ...env, NODE_TEST_CONTEXT: undefined },
  });
  expect(stdout).toMatch(/^# fail 0$/m);
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(10);
  expect(status).toBe(0);
});
