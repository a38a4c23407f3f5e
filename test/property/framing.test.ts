import { blake3 } from '@napi-rs/blake-hash';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MoverError } from '../../src/transfer/errors.ts';
import {
  checkDigest,
  encodeEnd,
  encodeHeader,
  FrameDecoder,
  HEADER_BYTES,
} from '../../src/transfer/wire/frame.ts';

const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), { maxLength: 12 });
const steps = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 40 });

function encode(lane: number, contents: readonly Uint8Array[]): Buffer {
  const frames = contents.map((content, seq) => {
    const frame = Buffer.alloc(HEADER_BYTES + content.length);
    encodeHeader(frame, 0, { lane, seq, length: content.length, digest: blake3(Buffer.from(content)) });
    frame.set(content, HEADER_BYTES);
    return frame;
  });
  return Buffer.concat([...frames, encodeEnd(lane, contents.length)]);
}

/** Decodes and checks a stream that arrives in the given steps; the rest at once. */
function decode(
  lane: number,
  stream: Buffer,
  sizes: readonly number[],
): { payloads: Buffer[]; ended: boolean } {
  const decoder = new FrameDecoder({ lane });
  const found: Buffer[] = [];
  let at = 0;
  for (const size of [...sizes, stream.length]) {
    for (const chunk of decoder.push(stream.subarray(at, at + size))) {
      checkDigest(chunk);
      if (chunk.payload.length > 0) found.push(chunk.payload);
    }
    at += size;
  }
  return { payloads: found, ended: decoder.ended };
}

describe('lane framing', () => {
  it('gives back what was sent, wherever the network cuts it', () => {
    fc.assert(
      fc.property(fc.nat(65_535), payloads, steps, (lane, contents, sizes) => {
        const decoded = decode(lane, encode(lane, contents), sizes);
        expect(decoded.ended).toBe(true);
        expect(Buffer.concat(decoded.payloads).equals(Buffer.concat(contents))).toBe(true);
      }),
    );
  });

  it('never hands out anything but a prefix of what was sent when one byte is altered', () => {
    fc.assert(
      fc.property(
        payloads,
        steps,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (contents, sizes, where, flip) => {
          const stream = encode(9, contents);
          const at = where % stream.length;
          stream[at] = (stream[at] ?? 0) ^ flip;
          // Altered anywhere, the stream is refused or is not complete.
          try {
            expect(decode(9, stream, sizes).ended).toBe(false);
          } catch (error) {
            if (!(error instanceof MoverError)) throw error;
            expect(error.code).toBe('PEER_VIOLATION');
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('does not take a stream for complete that was cut', () => {
    fc.assert(
      fc.property(payloads, steps, fc.nat(), (contents, sizes, where) => {
        const stream = encode(1, contents);
        expect(decode(1, stream.subarray(0, where % stream.length), sizes).ended).toBe(false);
      }),
    );
  });

  it('meets any bytes at all with chunks or PEER_VIOLATION, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), steps, (bytes, sizes) => {
        try {
          decode(0, Buffer.from(bytes), sizes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'PEER_VIOLATION' });
        }
      }),
    );
  });
});
