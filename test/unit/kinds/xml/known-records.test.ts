import { createHash } from 'node:crypto';
import { existsSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KnownRecords } from '../../../../src/transfer/kinds/xml/known-records.ts';
import { scratchPath } from '../../../support/scratch-path.ts';

const digestOf = (index: number): Uint8Array => createHash('sha256').update(String(index)).digest();

function known(inMemory: number): { records: KnownRecords; path: string } {
  const path = scratchPath('known');
  const records = new KnownRecords(path, inMemory);
  onTestFinished(() => {
    records.close();
  });
  return { records, path };
}

describe('KnownRecords', () => {
  it('says of each digest once that it is new, whether it is in memory or on disk by now', () => {
    const { records, path } = known(1_000);
    for (let index = 0; index < 7_500; index += 1) expect(records.add(digestOf(index))).toBe(true);
    expect(existsSync(path)).toBe(true);
    for (let index = 0; index < 7_500; index += 1) expect(records.add(digestOf(index))).toBe(false);
    for (let index = 7_500; index < 9_000; index += 1) expect(records.add(digestOf(index))).toBe(true);
  });

  it('tells digests apart on disk that differ in a single one of the first 16 bytes, and only there', () => {
    const { records } = known(1);
    const base = digestOf(0);
    expect(records.add(base)).toBe(true);
    for (let position = 31; position >= 0; position -= 1) {
      const other = Uint8Array.from(base);
      other[position] = (other[position] ?? 0) ^ 0x80;
      expect(records.add(other)).toBe(position < 16);
    }
  });

  it('holds the all-zero digest on disk like any other', () => {
    const { records } = known(2);
    expect(records.add(new Uint8Array(16))).toBe(true);
    expect(records.add(digestOf(1))).toBe(true);
    expect(records.add(digestOf(2))).toBe(true);
    expect(records.add(new Uint8Array(16))).toBe(false);
  });

  it('makes a file only when memory is not enough, and removes it', () => {
    const { records, path } = known(3);
    for (let index = 0; index < 2; index += 1) records.add(digestOf(index));
    expect(existsSync(path)).toBe(false);
    records.add(digestOf(2));
    expect(existsSync(path)).toBe(true);
    records.close();
    expect(existsSync(path)).toBe(false);
  });

  it('needs at most two bytes of memory a digest that is on disk', () => {
    const inMemory = 20_000;
    const { records } = known(inMemory);
    for (let index = 0; index < 10 * inMemory; index += 1) records.add(digestOf(index));
    const empty = known(inMemory).records.byteLength;
    expect(records.byteLength - empty).toBeLessThanOrEqual(2 * 10 * inMemory);
  });

  it('does not write over what is there, nor believe a file that became shorter', () => {
    const taken = known(1);
    writeFileSync(taken.path, 'somebody’s');
    expect(() => taken.records.add(digestOf(0))).toThrow('EEXIST');
    const cut = known(1);
    cut.records.add(digestOf(0));
    truncateSync(cut.path, 0);
    expect(() => cut.records.add(digestOf(0))).toThrow(RangeError);
  });
});
