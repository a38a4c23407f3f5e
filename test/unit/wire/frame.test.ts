import { blake3 } from '@napi-rs/blake-hash';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/transfer/limits.ts';
import {
  checkDigest,
  encodeEnd,
  encodeHeader,
  FrameDecoder,
  HEADER_BYTES,
  type Chunk,
} from '../../../src/transfer/wire/frame.ts';

function frame(lane: number, seq: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + payload.length);
  encodeHeader(bytes, 0, { lane, seq, length: payload.length, digest: blake3(payload) });
  payload.copy(bytes, HEADER_BYTES);
  return bytes;
}

const violation = expect.objectContaining({ code: 'PEER_VIOLATION' }) as Error;

describe('lane framing', () => {
  it('is what PROTOCOL.md shows', () => {
    expect(frame(3, 1, Buffer.from('abc')).toString('hex')).toBe(
      '0003' +
        '00000001' +
        '00000003' +
        '6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85' +
        '616263',
    );
    expect(encodeEnd(3, 2).toString('hex')).toBe(
      '0003' + '00000002' + '00000000' + 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
    );
  });

  it('gives back chunks however the bytes arrive', () => {
    const stream = Buffer.concat([
      frame(0, 0, Buffer.from('one')),
      frame(0, 1, Buffer.alloc(70_000, 7)),
      encodeEnd(0, 2),
    ]);
    for (const step of [1, 41, 42, 43, 45, 16_384, stream.length]) {
      const decoder = new FrameDecoder({ lane: 0 });
      const chunks: Chunk[] = [];
      for (let at = 0; at < stream.length; at += step) {
        chunks.push(...decoder.push(stream.subarray(at, at + step)));
      }
      expect(chunks.map(({ seq, payload }) => [seq, payload.length])).toEqual([
        [0, 3],
        [1, 70_000],
        [2, 0],
      ]);
      for (const chunk of chunks) checkDigest(chunk);
      expect(decoder.ended).toBe(true);
    }
  });

  it('leaves a chunk alone once it has been handed out', () => {
    const decoder = new FrameDecoder({ lane: 0 });
    const bytes = Buffer.concat([frame(0, 0, Buffer.from('first')), frame(0, 1, Buffer.from('other'))]);
    const chunks = [...decoder.push(bytes.subarray(0, 44)), ...decoder.push(bytes.subarray(44))];
    for (const chunk of chunks) checkDigest(chunk);
    expect(chunks.map(({ payload }) => payload.toString())).toEqual(['first', 'other']);
  });

  it('tells a damaged payload', () => {
    const bytes = frame(0, 0, Buffer.from('payload'));
    bytes[HEADER_BYTES + 2] = 0;
    const [chunk] = [...new FrameDecoder({ lane: 0 }).push(bytes)];
    expect(() => {
      checkDigest(chunk as Chunk);
    }).toThrow(violation);
  });

  it('refuses a chunk that is repeated, dropped, reordered or of another lane', () => {
    const [zero, one, two] = [0, 1, 2].map((seq) => frame(4, seq, Buffer.from([seq]))) as [
      Buffer,
      Buffer,
      Buffer,
    ];
    for (const frames of [
      [zero, zero],
      [zero, two],
      [one],
      [zero, two, one],
      [frame(5, 0, Buffer.from([0]))],
    ]) {
      expect(() => [...new FrameDecoder({ lane: 4 }).push(Buffer.concat(frames))]).toThrow(violation);
    }
  });

  it('refuses a length over the limit as soon as the header is whole', () => {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(LIMITS.chunkBytes + 1, 6);
    expect(() => [...new FrameDecoder({ lane: 0 }).push(header)]).toThrow(violation);
    header.writeUInt32BE(0xffffffff, 6);
    expect(() => [...new FrameDecoder({ lane: 0 }).push(header)]).toThrow(violation);
  });

  it('takes a chunk of exactly the limit', () => {
    const [chunk] = [...new FrameDecoder({ lane: 0 }).push(frame(0, 0, Buffer.alloc(LIMITS.chunkBytes, 1)))];
    expect(chunk?.payload.length).toBe(LIMITS.chunkBytes);
  });

  it('refuses bytes after the end of a lane, in the same read and in the next', () => {
    const decoder = new FrameDecoder({ lane: 0 });
    expect([...decoder.push(encodeEnd(0, 0))]).toHaveLength(1);
    expect(() => [...decoder.push(Buffer.from([0]))]).toThrow(violation);
    const both = Buffer.concat([encodeEnd(0, 0), Buffer.from([0])]);
    expect(() => [...new FrameDecoder({ lane: 0 }).push(both)]).toThrow(violation);
  });

  it('does not write a header that no decoder would take', () => {
    const target = Buffer.alloc(HEADER_BYTES);
    const digest = Buffer.alloc(32);
    for (const [offset, header] of [
      [0, { lane: 0, seq: 0, length: LIMITS.chunkBytes + 1, digest }],
      [0, { lane: 0, seq: 0, length: 1, digest: Buffer.alloc(31) }],
      [1, { lane: 0, seq: 0, length: 1, digest }],
      [0, { lane: 65_536, seq: 0, length: 1, digest }],
      [0, { lane: 0, seq: 2 ** 32, length: 1, digest }],
    ] as const) {
      expect(() => {
        encodeHeader(target, offset, header);
      }).toThrow(RangeError);
    }
  });
});
