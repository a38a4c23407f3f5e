import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkJoinProof, joinProof } from '../../../src/transfer/pairing/join.ts';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';

const KEY = Buffer.alloc(64, 0x4b);
const key = (): Ephemeral<Buffer> => new Ephemeral(Buffer.from(KEY));
const BINDING = Buffer.alloc(32, 0xb1);

describe('a join proof', () => {
  it('is HMAC-SHA-256 over role, big-endian index and channel binding', () => {
    const expected = createHmac('sha256', KEY)
      .update(Buffer.concat([Buffer.from('A'), Buffer.from('00000102', 'hex'), BINDING]))
      .digest('hex');
    expect(joinProof(key(), 'A', 0x102, BINDING).toString('hex')).toBe(expected);
  });

  it('holds for its own role, index and connection only', () => {
    const proof = joinProof(key(), 'A', 3, BINDING);
    expect(checkJoinProof(key(), 'A', 3, BINDING, proof)).toBe(true);
    expect(checkJoinProof(key(), 'B', 3, BINDING, proof)).toBe(false);
    expect(checkJoinProof(key(), 'A', 4, BINDING, proof)).toBe(false);
    expect(checkJoinProof(key(), 'A', 3, Buffer.alloc(32), proof)).toBe(false);
    expect(checkJoinProof(new Ephemeral(Buffer.alloc(64)), 'A', 3, BINDING, proof)).toBe(false);
  });

  it('of another length is wrong, not a fault', () => {
    expect(checkJoinProof(key(), 'A', 0, BINDING, Buffer.alloc(0))).toBe(false);
    expect(checkJoinProof(key(), 'A', 0, BINDING, Buffer.alloc(64))).toBe(false);
  });

  it('is not made for an index or binding that has no encoding', () => {
    expect(() => joinProof(key(), 'A', 2 ** 32, BINDING)).toThrow(RangeError);
    expect(() => joinProof(key(), 'A', -1, BINDING)).toThrow(RangeError);
    expect(() => joinProof(key(), 'A', 0, Buffer.alloc(31))).toThrow(RangeError);
  });
});
