import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../support/scratch.ts';
import { scratchPath } from '../support/scratch-path.ts';
import { endAllMovers, runMover } from '../support/mover.ts';

afterEach(endAllMovers);

interface Verdict {
  readonly verdict: string;
  readonly layers: readonly string[];
  readonly scenarios: readonly {
    readonly name: string;
    readonly files: number;
    readonly findings: readonly { readonly secret: string; readonly form: string; readonly place: string }[];
    readonly exit: { readonly sender: number | null; readonly receiver: number | null };
  }[];
}

/** Loaded into every process of the run: writes what is typed to a temporary file, encoded. */
const LEAK = `
import { appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
const parse = JSON.parse;
JSON.parse = (text, ...rest) => {
  const value = parse(text, ...rest);
  if (value?.androidId) appendFileSync(tmpdir() + '/cache.bin', Buffer.from(value.androidId).toString('base64'));
  return value;
};
`;

describe('mover verify-privacy', () => {
  it('finds no planted identifier after moves of every ending, and says what it looked at', async () => {
    const { code, out, err } = await runMover(['verify-privacy', '--json']);
    const result = JSON.parse(out) as Verdict;
    expect([err, result.verdict, code], out).toEqual(['', 'clean', 0]);
    expect(result.layers).toEqual(['files left on disk']);
    expect(result.scenarios.map(({ name, exit }) => [name, exit.sender])).toEqual([
      ['complete', 0],
      ['wrong-code', 3],
      ['cancelled', 130],
      ['killed', null],
    ]);
    for (const { files } of result.scenarios) expect(files).toBeGreaterThan(10);
  });

  it('a build with one leak fails it, and is told which secret, in which form, where', async () => {
    const leak = scratchPath('leak.mjs');
    writeFileSync(leak, LEAK);
    const { code, out } = await runMover(['verify-privacy', '--json'], {
      env: { NODE_OPTIONS: `--import=${pathToFileURL(leak).href}` },
    });
    const result = JSON.parse(out) as Verdict;
    expect([result.verdict, code], out).toEqual(['found', 1]);
    expect(result.scenarios[0]?.findings).toContainEqual({
      secret: 'sender-android-id',
      form: expect.stringMatching(/^base64/) as string,
      place: 'tmp/cache.bin',
    });
  });

  it('leaves nothing behind itself', async () => {
    const own = scratchFolder();
    mkdirSync(join(own, 'tmp'));
    await runMover(['verify-privacy'], { env: { TMPDIR: join(own, 'tmp') } });
    expect(readdirSync(join(own, 'tmp'))).toEqual([]);
  });
});
