import { describe, expect, it } from 'vitest';
import { BufferPool } from '../../../src/transfer/lanes/buffer-pool.ts';

describe('leased memory', () => {
  it('is used again only after the stream has passed its end', () => {
    const blocks = new BufferPool(8);
    const first = blocks.take(8);
    blocks.lease(first, 8);
    blocks.advanceTo(7);
    expect(blocks.take(8).buffer).not.toBe(first.buffer);
    blocks.advanceTo(8);
    expect(blocks.take(4).buffer).toBe(first.buffer);
  });

  it('comes back in the order it was leased', () => {
    const blocks = new BufferPool(8);
    const [first, second] = [blocks.take(8), blocks.take(8)];
    blocks.lease(first, 8);
    blocks.lease(second, 16);
    blocks.advanceTo(12);
    expect(blocks.take(8).buffer).toBe(first.buffer);
    expect(blocks.take(8).buffer).not.toBe(second.buffer);
  });

  it('is of its own for more than a block, and that of others is never taken', () => {
    const blocks = new BufferPool(8);
    const large = blocks.take(9);
    expect(large).toHaveLength(9);
    const others = Buffer.allocUnsafeSlow(8);
    blocks.lease(large, 9);
    blocks.lease(others, 17);
    blocks.advanceTo(100);
    const next = blocks.take(8);
    expect(next.buffer).not.toBe(others.buffer);
    expect(next.buffer).not.toBe(large.buffer);
  });

  it('that is given up is freed once the stream has passed it, and not before', () => {
    const blocks = new BufferPool(8);
    const given = Buffer.allocUnsafeSlow(20);
    blocks.detachAfter(given, 20);
    blocks.advanceTo(19);
    expect(given.buffer.byteLength).toBe(20);
    blocks.advanceTo(20);
    expect(given.buffer.byteLength).toBe(0);
  });

  it('that is given up and shared with others stays theirs', () => {
    const blocks = new BufferPool(8);
    const shared = Buffer.allocUnsafeSlow(20);
    blocks.detachAfter(shared.subarray(0, 10), 10);
    blocks.advanceTo(10);
    expect(shared.buffer.byteLength).toBe(20);
  });
});
