import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DigestSet } from '../../../src/transfer/kinds/digest-set.ts';

const digestOf = (text: string): Uint8Array => createHash('sha256').update(text).digest();

describe('DigestSet', () => {
  it('says of each digest once that it is new', () => {
    const set = new DigestSet();
    expect(set.add(digestOf('a'))).toBe(true);
    expect(set.add(digestOf('a'))).toBe(false);
    expect(set.add(digestOf('b'))).toBe(true);
    expect(set.size).toBe(2);
  });

  it('keeps every key through many doublings and claims none it was not given', () => {
    const set = new DigestSet();
    const reference = new Set<string>();
    for (let index = 0; index < 30_000; index += 1) {
      const text = String(index % 20_000);
      expect(set.add(digestOf(text))).toBe(!reference.has(text));
      reference.add(text);
    }
    expect(set.size).toBe(20_000);
    for (let index = 0; index < 20_000; index += 1) expect(set.has(digestOf(String(index)))).toBe(true);
    for (let index = 20_000; index < 40_000; index += 1) expect(set.has(digestOf(String(index)))).toBe(false);
  });

  it('holds the all-zero digest like any other', () => {
    const set = new DigestSet();
    const zero = new Uint8Array(16);
    expect(set.has(zero)).toBe(false);
    expect(set.add(zero)).toBe(true);
    expect(set.add(zero)).toBe(false);
    expect(set.has(zero)).toBe(true);
    expect(set.size).toBe(1);
  });

  it('tells digests apart that differ in a single one of the first 16 bytes, and only there', () => {
    const set = new DigestSet();
    const base = digestOf('base');
    set.add(base);
    for (let position = 0; position < 32; position += 1) {
      const other = Uint8Array.from(base);
      other[position] = (other[position] ?? 0) ^ 0x80;
      expect(set.has(other)).toBe(position >= 16);
    }
  });

  it('refuses a digest that is too short', () => {
    expect(() => new DigestSet().add(new Uint8Array(15))).toThrow(RangeError);
  });

  it('needs at most 27 bytes a key, however many there are, growing included', () => {
    const set = new DigestSet();
    const digest = new Uint8Array(16);
    const view = new DataView(digest.buffer);
    const empty = set.byteLength;
    for (let index = 1; index <= 1_000_000; index += 1) {
      view.setUint32(0, Math.imul(index, 0x9e3779b1));
      view.setUint32(8, index);
      set.add(digest);
      if (index % 10_000 === 0) expect((set.byteLength - empty) / index).toBeLessThanOrEqual(27);
    }
    expect(set.size).toBe(1_000_000);
    expect(set.byteLength).toBeGreaterThan(16_000_000);
  });
});
