import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { REPOSITORY } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';
import { scratchPath } from '../support/scratch-path.ts';

const source = (path: string): string => join(REPOSITORY, 'src', path);

/**
 * Loaded into the command: remembers every value a vault is given and tells, when the listeners of the process's end
 * have run, how many of them are wiped. SIGUSR2 makes it crash.
 */
const WATCH = `
const { Vault } = await import(${JSON.stringify(pathToFileURL(source('transfer/privacy/vault.ts')).href)});
const kept = [];
const keep = Vault.prototype.keep;
Vault.prototype.keep = function (value) {
  kept.push(value);
  return keep.call(this, value);
};
const emit = process.emit;
process.emit = (name, ...rest) => {
  const heard = emit.call(process, name, ...rest);
  if (name === 'exit') console.error('kept ' + kept.length + ', wiped ' + kept.filter(({ wiped }) => wiped).length);
  return heard;
};
process.on('SIGUSR2', () => {
  throw new Error('a fault nobody foresaw');
});
`;
const ALL_WIPED = /kept ([1-9]\d*), wiped \1\n/;
/** Of a receiver that shows its code: the Android ID, the key of the certificate, the code, the QR code and its secret. */
const KEPT = 5;

const SECRETS = { androidId: '9f8e7d6c5b4a3f21', ssid: 'Aurora Borealis' };

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

/** A receiver that has read its secrets and shows its code; then `ends` it. */
async function endOf(
  ends: (receiver: ChildProcess) => void,
): Promise<{ code: number | null; errors: string }> {
  const watch = scratchPath('watch.mjs');
  writeFileSync(watch, WATCH);
  const line = [
    'receive',
    '--into',
    scratchFolder(),
    '--host',
    '127.0.0.1',
    '--yes',
    '--secrets-stdin',
    '--json',
  ];
  const receiver = spawn(
    process.execPath,
    ['--import', pathToFileURL(watch).href, source('main/cli/index.ts'), ...line],
    { stdio: 'pipe' },
  );
  child = receiver;
  let [output, errors] = ['', ''];
  receiver.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()));
  receiver.stdin.write(`${JSON.stringify(SECRETS)}\n`);
  const closed = once(receiver, 'close') as Promise<[number | null]>;
  for await (const bytes of receiver.stdout) {
    output += String(bytes);
    if (output.includes('"event":"code"')) break;
  }
  ends(receiver);
  const [code] = await closed;
  return { code, errors };
}

describe('what a program holds is wiped before it is gone', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('by %s', async (signal) => {
    const { code, errors } = await endOf((receiver) => receiver.kill(signal));
    expect(code).toBe(130);
    expect(errors).toMatch(ALL_WIPED);
    expect(Number(ALL_WIPED.exec(errors)?.[1])).toBeGreaterThanOrEqual(KEPT);
  });

  it('by a second signal while it says goodbye', async () => {
    const { code, errors } = await endOf((receiver) => {
      receiver.kill('SIGINT');
      receiver.kill('SIGTERM');
    });
    expect(code).toBe(130);
    expect(errors).toMatch(ALL_WIPED);
  });

  it('by a crash, which shows none of it', async () => {
    const { code, errors } = await endOf((receiver) => receiver.kill('SIGUSR2'));
    expect(code).toBe(1);
    expect(errors).toContain('a fault nobody foresaw');
    expect(errors).toMatch(ALL_WIPED);
    for (const secret of Object.values(SECRETS)) expect(errors).not.toContain(secret);
  });
});
