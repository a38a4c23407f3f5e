import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ENGINE = fileURLToPath(new URL('../../../src/transfer', import.meta.url));

it('the engine measures by clocks nobody can set: it asks the time of day for what a person is shown, only', () => {
  const asking = readdirSync(ENGINE, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => /\bDate\.now\(|\bnew Date\(\)/.test(readFileSync(join(ENGINE, file), 'utf8')))
    .map((file) => file.replaceAll('\\', '/'));
  expect(asking.sort()).toEqual([
    // The date that adb gives a file it writes.
    'devices/android/write/push.ts',
    // When the wait for a lost connection ends; the waiting itself is a timer.
    'wire/control.ts',
  ]);
});
