import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFiles } from '../../../src/main/bench/make-files.ts';
import { canaries, checkTheCheck, plant } from '../../../src/main/verify-privacy/planted-secrets.ts';
import { NeedleIndex, needlesFor } from '../../../src/transfer/index.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { readTree } from '../../support/tree.ts';

const never = new AbortController().signal;

describe('planted secrets', () => {
  it('are new in every run, and none is part of another', () => {
    const values = [plant(true), plant(true)].flatMap((planted) => Object.values(planted) as string[]);
    expect(new Set(values).size).toBe(8);
    for (const value of values) expect(values.filter((other) => other.includes(value))).toEqual([value]);
  });

  it('the check of the check finds what it wrote, and takes it away', async () => {
    const root = scratchFolder();
    await checkTheCheck(root, plant(true), never);
    expect(readTree(root)).toEqual({});
  });
});

it('a private key of a run is found by its form, as DER and as PEM', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const index = new NeedleIndex(needlesFor(canaries(plant(true))));
  for (const bytes of [
    privateKey.export({ type: 'pkcs8', format: 'der' }),
    Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  ]) {
    expect(index.search(bytes).map(({ needle }) => needle.canary)).toContain('private-key');
  }
});

describe('data to measure with', () => {
  it('has exactly the files and bytes asked for, no two alike', async () => {
    const root = scratchFolder();
    await makeFiles(root, 3_500_000, 3, never);
    const files = Object.values(readTree(join(root, 'files'))).filter(({ type }) => type === 'file');
    expect(files).toHaveLength(3);
    expect(new Set(files.map(({ content }) => content)).size).toBe(3);
    const sizes = ['0000000', '0000001', '0000002'].map(
      (name) => readFileSync(join(root, 'files', '0000', `${name}.bin`)).length,
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(3_500_000);
  });

  it('stops when it is no longer wanted', async () => {
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    await expect(makeFiles(scratchFolder(), 5_000_000, 1, controller.signal)).rejects.toThrow('enough');
  });

  it('never overwrites a large file that is there', async () => {
    const root = scratchFolder();
    await makeFiles(root, 2_000_000, 1, never);
    const path = join(root, 'files', '0000', '0000000.bin');
    rmSync(path);
    writeFileSync(path, 'mine');
    await expect(makeFiles(root, 2_000_000, 1, never)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });
});
