import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROMISE } from '../../../src/transfer/privacy/policy.ts';

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const references = PROMISE.flatMap(({ id, shownBy }) =>
  shownBy.map(({ file, name }) => [id, file, name] as const),
);

describe('the promise', () => {
  it.each(references)('%s is shown by a test that exists: %s › %s', (_, file, name) => {
    expect(file).toMatch(/^test\/[a-z-]+\/.*\.test\.ts$/);
    // As the name of a test, between quotes and followed by its body.
    const quoted = ["'", '`', '"'].map((quote) => `${quote}${name}${quote},`);
    expect(quoted.some((text) => read(file).includes(text))).toBe(true);
  });

  it('has a clause for each subject of the policies it follows, once', () => {
    expect(PROMISE.map(({ id }) => id)).toEqual([
      'read-to-be-moved',
      'android-id',
      'ssid',
      'apple-credentials',
      'choice',
      'withdrawal',
      'structured-copy',
      'statistics',
      'encryption',
      'retention',
      'third-parties',
    ]);
  });

  it('is written in whole sentences', () => {
    for (const { clause, mechanism } of PROMISE) {
      expect(clause).toMatch(/^[A-Z].*\.$/s);
      expect(mechanism).toMatch(/^[A-Z].*\.$/s);
    }
  });
});
