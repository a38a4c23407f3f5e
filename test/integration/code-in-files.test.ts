import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, watch } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMAND } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';

/** Six digits as the command prints them, plain or grouped; ports are shorter, and addresses have no such run. */
const CODE = /"code":"\d{6}"|\b\d{3} \d{3}\b/;

async function filled(path: string, holds: (text: string) => boolean): Promise<void> {
  const changes = watch(path);
  try {
    while (!holds(readFileSync(path, 'utf8'))) await once(changes, 'change');
  } finally {
    changes.close();
  }
}

/** Runs a receiver whose outputs are redirected as told, until it has shown its code or said that it does not. */
async function redirected(
  flags: readonly string[],
  errorsToo: boolean,
): Promise<{ log: string; errors: string }> {
  const folder = scratchFolder();
  const path = join(folder, 'job.log');
  const fd = openSync(path, 'a');
  const line = [COMMAND, 'receive', '--into', join(folder, 'new'), '--host', '127.0.0.1', '--yes', ...flags];
  const child = spawn(process.execPath, line, { stdio: ['ignore', fd, errorsToo ? fd : 'pipe'] });
  closeSync(fd);
  const closed = once(child, 'close');
  let errors = '';
  if (child.stderr === null) {
    await filled(path, (text) => text.includes('The code is not shown') || CODE.test(text));
  } else {
    for await (const bytes of child.stderr) {
      errors += String(bytes);
      if (CODE.test(errors)) break;
    }
  }
  child.kill('SIGTERM');
  await closed;
  return { log: readFileSync(path, 'utf8'), errors };
}

it.each([
  ['as JSON', ['--json']],
  ['in words', []],
])('a pairing code %s goes to standard error where standard output is a file', async (_, flags) => {
  const { log, errors } = await redirected(flags, false);
  expect(errors).toMatch(CODE);
  expect(log).not.toMatch(CODE);
  expect(log).toContain('127.0.0.1');
});

it.each([
  ['as JSON', ['--json']],
  ['in words', []],
])('a pairing code %s is shown nowhere, and that is said, where both outputs are files', async (_, flags) => {
  const { log } = await redirected(flags, true);
  expect(log).not.toMatch(CODE);
  expect(log).toContain('The code is not shown');
});
