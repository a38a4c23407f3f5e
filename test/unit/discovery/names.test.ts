import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import {
  candidates,
  emojiOf,
  foldName,
  isPresentable,
  presentable,
  randomName,
} from '../../../src/transfer/discovery/names.ts';

const take = (name: string | undefined, count: number): string[] => {
  const names = candidates(name);
  return Array.from({ length: count }, () => names.next().value);
};

describe('names', () => {
  it('are two lower-case words with a picture, and not the host name', () => {
    for (let i = 0; i < 500; i += 1) {
      const name = randomName();
      expect(name).toMatch(/^[a-z]+ [a-z]+$/);
      expect(emojiOf(name)).toMatch(/^\p{Extended_Pictographic}\uFE0F?$/u);
      expect(name).not.toContain(`${hostname()} `);
    }
  });

  it('come from at least 64 x 64 possibilities, and each picture stands for one animal', () => {
    const names = Array.from({ length: 20_000 }, randomName);
    const first = new Set(names.map((name) => name.split(' ')[0]));
    const second = new Set(names.map((name) => name.split(' ')[1]));
    expect(first.size).toBeGreaterThanOrEqual(64);
    expect(second.size).toBeGreaterThanOrEqual(64);
    expect(new Set(names.map(emojiOf)).size).toBe(second.size);
  });

  it('that somebody chose have no picture, unless they end like ours', () => {
    expect(emojiOf('Shop counter 3')).toBeUndefined();
    expect(emojiOf('Annes wild otter')).toBe('🦦');
  });

  it('that are taken are followed by others', () => {
    expect(take('Shop', 3)).toEqual(['Shop', 'Shop 2', 'Shop 3']);
    expect(new Set(take(undefined, 50)).size).toBeGreaterThan(10);
    expect(take(' \u202e ', 1)[0]).toMatch(/^[a-z]+ [a-z]+$/);
  });

  it('fit a DNS label, whole characters only, with or without a number', () => {
    const long = '👩‍👧 Grüße '.repeat(20);
    for (const name of take(long, 12)) {
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
      expect(isPresentable(name)).toBe(true);
    }
    expect(presentable('a.b\u0007c')).toBe('a-b c');
    expect(presentable('\u200b')).toBeUndefined();
  });

  it('from the network are refused when a person could not read them out', () => {
    for (const bad of [
      '',
      ' a',
      'a\n',
      'a\u0000',
      '\u202eevil',
      'a\u2028b',
      '\ud800',
      'a\ufffd',
      'x'.repeat(64),
    ]) {
      expect(isPresentable(bad), JSON.stringify(bad)).toBe(false);
    }
    expect(isPresentable('日本のスマホ')).toBe(true);
  });

  it('mean the same in another case and with hyphens', () => {
    expect(foldName('Blue-Otter ')).toBe(foldName('blue  otter'));
    expect(foldName('blue otter')).not.toBe(foldName('blueotter'));
  });
});
