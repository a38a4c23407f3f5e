import { describe, expect, it } from 'vitest';
import { countSegments, makeSegments } from '../../../src/transfer/devices/segments.ts';
import { LIMITS } from '../../../src/transfer/limits.ts';
import { asyncOf } from '../../support/async-of.ts';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

describe('segments', () => {
  it('hold a thousand records, the last one the rest', async () => {
    const sizes = await all(countSegments(asyncOf(numbered(2 * LIMITS.segmentRecords + 1))));
    expect(sizes.map(({ index, records }) => [index, records])).toEqual([
      [0, LIMITS.segmentRecords],
      [1, LIMITS.segmentRecords],
      [2, 1],
    ]);
  });

  it('hold no more bytes than the limit, unless one record alone is larger', async () => {
    const half = 'x'.repeat(LIMITS.segmentBytes / 2 - 1);
    const large = 'x'.repeat(LIMITS.segmentBytes * 2);
    const sizes = await all(countSegments(asyncOf([half, half, 'y', large, 'z', half])));
    expect(sizes).toEqual([
      { index: 0, records: 2, size: LIMITS.segmentBytes },
      { index: 1, records: 1, size: 2 },
      { index: 2, records: 1, size: LIMITS.segmentBytes * 2 + 1 },
      { index: 3, records: 2, size: 2 + LIMITS.segmentBytes / 2 },
    ]);
  });

  it('are none for no records', async () => {
    expect(await all(countSegments(asyncOf([])))).toEqual([]);
    expect(await all(makeSegments(asyncOf([]), 0))).toEqual([]);
  });

  it('are made again exactly as they were counted, from any of them on', async () => {
    const lines = numbered(2_500).map((text) => `${text} é\u{1F600}`.repeat(1 + (Number(text) % 7) * 200));
    lines.splice(1_200, 0, 'x'.repeat(LIMITS.segmentBytes - 1), 'y'.repeat(LIMITS.segmentBytes + 5));
    const sizes = await all(countSegments(asyncOf(lines)));
    expect(sizes.length).toBeGreaterThan(3);
    const segments = await all(makeSegments(asyncOf(lines), 0));
    expect(segments.map(({ index, bytes }) => [index, bytes.length])).toEqual(
      sizes.map(({ index, size }) => [index, size]),
    );
    expect(Buffer.concat(segments.map(({ bytes }) => bytes)).toString() === `${lines.join('\n')}\n`).toBe(
      true,
    );
    // Handed to another thread, a segment takes no other's bytes with it.
    expect(segments.every(({ bytes }) => bytes.buffer.byteLength === bytes.length)).toBe(true);
    for (const first of [1, 2, sizes.length - 1, sizes.length]) {
      const again = await all(makeSegments(asyncOf(lines), first));
      expect(again.map(({ index }) => index)).toEqual(segments.slice(first).map(({ index }) => index));
      expect(again.every(({ index, bytes }) => segments[index]?.bytes.equals(bytes))).toBe(true);
    }
  });
});
