import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../../support/scratch.ts';
import { run } from './run.ts';

const NOTHING = ['contacts', 'messages', 'calls', 'events', 'apps', 'files'].flatMap((kind) => [
  `--${kind}`,
  '0',
]);

describe('mover sample', () => {
  it('makes what was asked for and says where', async () => {
    const into = join(scratchFolder(), 'device');
    const { exitCode, out } = await run([
      'sample',
      '--into',
      into,
      ...NOTHING,
      '--calls',
      '2',
      '--device',
      'new',
    ]);
    expect([exitCode, out]).toEqual([0, `A made-up device is in ${into}\n`]);
    expect(readdirSync(into).sort()).toEqual(['calls.xml', 'device.json']);
    expect(readFileSync(join(into, 'calls.xml'), 'utf8').match(/<call /g)).toHaveLength(2);
  });

  it('calls the bytes of all files --bytes', async () => {
    const into = join(scratchFolder(), 'device');
    const { exitCode } = await run(['sample', '--into', into, ...NOTHING, '--files', '1', '--bytes', '10']);
    expect(exitCode).toBe(0);
    expect(readFileSync(join(into, 'files', 'bin', 'count-photos.sh'))).toHaveLength(10);
  });

  it('never writes into a folder that holds something', async () => {
    const into = join(scratchFolder(), 'device');
    await run(['sample', '--into', into, ...NOTHING]);
    const again = await run(['sample', '--into', into, ...NOTHING]);
    expect(again.exitCode).toBe(2);
    expect(again.err).toContain('not empty');
  });

  it.each([
    ['--calls', 'many'],
    ['--files', '-1'],
    ['--device', 'mine'],
  ])('refuses %s %s', async (flag, value) => {
    const { exitCode, err } = await run(['sample', '--into', scratchFolder(), flag, value]);
    expect(exitCode).toBe(2);
    expect(err).toContain(flag);
  });
});
