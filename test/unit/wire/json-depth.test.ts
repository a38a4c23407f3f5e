import { describe, expect, it } from 'vitest';
import { isDeeperThan } from '../../../src/transfer/wire/json-depth.ts';

const deeper = (text: string, limit: number): boolean => isDeeperThan(Buffer.from(text), limit);

describe('the depth of JSON', () => {
  it('counts arrays and objects alike', () => {
    expect(deeper('{"a":[{"b":[]}]}', 4)).toBe(false);
    expect(deeper('{"a":[{"b":[]}]}', 3)).toBe(true);
    expect(deeper('[[],[],[[]]]', 3)).toBe(false);
    expect(deeper('12', 0)).toBe(false);
  });

  it('does not count brackets inside strings, however they are escaped', () => {
    expect(deeper('{"a":"[[[[\\"[[[{{{","b\\\\":"]"}', 1)).toBe(false);
    expect(deeper('["\\\\",[["x"]]]', 2)).toBe(true);
    expect(deeper('["é{{{\u{1F600}["]', 1)).toBe(false);
  });

  it('stands a megabyte of brackets, and text that ends in a string', () => {
    expect(deeper('['.repeat(1_000_000), 16)).toBe(true);
    expect(deeper('{"a', 16)).toBe(false);
    expect(deeper('{"a\\', 16)).toBe(false);
  });
});
