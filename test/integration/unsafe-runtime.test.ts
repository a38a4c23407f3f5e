/** The command itself refuses a runtime that could write or show its memory, before it reads a secret. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMAND } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';

describe('the command', () => {
  it.each([
    ['an option', ['--heapsnapshot-signal=SIGUSR2'], {}],
    ['the environment', [], { NODE_OPTIONS: '--report-on-signal' }],
  ] as const)('does not work where %s lets memory be written', (_what, options, env) => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'files'));
    const { status, stdout } = spawnSync(
      process.execPath,
      [...options, COMMAND, 'inspect', folder, '--json'],
      {
        env: { ...process.env, ...env },
        encoding: 'utf8',
      },
    );
    expect([status, JSON.parse(stdout)]).toEqual([
      2,
      expect.objectContaining({ event: 'error', code: 'UNSAFE_RUNTIME' }),
    ]);
  });
});
