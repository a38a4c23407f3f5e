import { describe, expect, it } from 'vitest';
import { LentBlocks } from '../../../src/transfer/lanes/buffer-pool.ts';

describe('lent memory', () => {
  it('is used again only after the stream has passed its end', () => {
    const blocks = new LentBlocks(8);
    const first = blocks.take(8);
    blocks.lend(first, 8);
    blocks.passed(7);
    expect(blocks.take(8).buffer).not.toBe(first.buffer);
    blocks.passed(8);
    expect(blocks.take(4).buffer).toBe(first.buffer);
  });

  it('comes back in the order it was lent', () => {
    const blocks = new LentBlocks(8);
    const [first, second] = [blocks.take(8), blocks.take(8)];
    blocks.lend(first, 8);
    blocks.lend(second, 16);
    blocks.passed(12);
    expect(blocks.take(8).buffer).toBe(first.buffer);
    expect(blocks.take(8).buffer).not.toBe(second.buffer);
  });

  it('is of its own for more than a block, and that of others is never taken', () => {
    const blocks = new LentBlocks(8);
    const large = blocks.take(9);
    expect(large).toHaveLength(9);
    const others = Buffer.allocUnsafeSlow(8);
    blocks.lend(large, 9);
    blocks.lend(others, 17);
    blocks.passed(100);
    const next = blocks.take(8);
    expect(next.buffer).not.toBe(others.buffer);
    expect(next.buffer).not.toBe(large.buffer);
  });

  it('that is given up is freed once the stream has passed it, and not before', () => {
    const blocks = new LentBlocks(8);
    const given = Buffer.allocUnsafeSlow(20);
    blocks.giveUp(given, 20);
    blocks.passed(19);
    expect(given.buffer.byteLength).toBe(20);
    blocks.passed(20);
    expect(given.buffer.byteLength).toBe(0);
  });

  it('that is given up and shared with others stays theirs', () => {
    const blocks = new LentBlocks(8);
    const shared = Buffer.allocUnsafeSlow(20);
    blocks.giveUp(shared.subarray(0, 10), 10);
    blocks.passed(10);
    expect(shared.buffer.byteLength).toBe(20);
  });
});
