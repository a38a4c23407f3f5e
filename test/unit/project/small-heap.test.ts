import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const MIB = 1024 * 1024;
const MODULE = resolve(import.meta.dirname, '../../../src/main/small-heap.ts');

/** Much garbage, and some of it survives a while: what makes a new space grow. */
const PROGRAM = `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { keepHeapSmall } from ${JSON.stringify(MODULE)};
  keepHeapSmall();
  const lately = [];
  for (let made = 0; made < 3e6; made += 1) lately[made % 100_000] = { made };
  const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  console.log(JSON.stringify({ bytes: space.space_size, kept: lately.length }));
`;

it('the new space of a heap that is kept small grows once, whatever survives in it', () => {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    encoding: 'utf8',
  });
  const { bytes } = JSON.parse(output) as { bytes: number };
  // Two halves of 1 MiB before, of 4 MiB after, and at times some pages between them; the next growth would make 32.
  expect(bytes).toBeGreaterThan(2 * MIB);
  expect(bytes).toBeLessThan(16 * MIB);
});
