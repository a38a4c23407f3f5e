/** The bytes of a lane: how it begins, and the chunks it is cut into. */
import assert from 'node:assert/strict';
import { blake3 } from '@napi-rs/blake-hash';
import {
  checkDigest,
  encodeEnd,
  encodeHeader,
  FrameDecoder,
  HEADER_BYTES,
} from '../../../../src/transfer/wire/frame.ts';
import { decodePreface, encodePreface, PREFACE_BYTES } from '../../../../src/transfer/wire/lane-preface.ts';
import { type Target, unless } from '../target.ts';

export const LANE = 3;

/** Bytes in chunks with right digests, as a sender that follows the framing would send them. */
export function framed(bytes: Buffer, chunkBytes: number): Buffer {
  const frames: Buffer[] = [];
  let seq = 0;
  for (; seq * chunkBytes < bytes.length; seq += 1) {
    const payload = Buffer.from(bytes.subarray(seq * chunkBytes, (seq + 1) * chunkBytes));
    const header = Buffer.alloc(HEADER_BYTES);
    encodeHeader(header, 0, { lane: LANE, seq, length: payload.length, digest: blake3(payload) });
    frames.push(header, payload);
  }
  return Buffer.concat([...frames, encodeEnd(LANE, seq)]);
}

/** By how many bytes at a time an input arrives: its own bytes say it, so that a case is one file. */
const stepOf = (bytes: Buffer): number => 1 + ((bytes.at(-1) ?? 0) % 200);

export const frames: Target = {
  promise: 'it is chunks that are what their digest says, never more bytes than came, or it is a violation',
  covers: /src\/transfer\/wire\/frame\.ts$/,
  tokens: ['\0\x03', '\0\0\0\0', '\0\x10\0\x01'],
  seeds: () => [framed(Buffer.from('some content of a lane'), 8), framed(Buffer.alloc(600, 7), 300)],
  open: () => (bytes) => {
    const decoder = new FrameDecoder({ lane: LANE });
    let given = 0;
    unless(['PEER_VIOLATION'], () => {
      const step = stepOf(bytes);
      for (let from = 0; from < bytes.length; from += step) {
        for (const chunk of decoder.push(bytes.subarray(from, from + step))) {
          checkDigest(chunk);
          given += chunk.payload.length + HEADER_BYTES;
        }
      }
    });
    assert(given <= bytes.length);
  },
};

export const laneJoin: Target = {
  promise: 'it is the preface of a lane, or nothing',
  covers: /src\/transfer\/wire\/lane-preface\.ts$/,
  tokens: ['OML1'],
  seeds: () => [encodePreface({ lane: 3, index: 9, proof: Buffer.alloc(32, 7) })],
  open: () => (bytes) => {
    const preface = decodePreface(bytes);
    if (preface === undefined) return;
    assert.equal(bytes.length, PREFACE_BYTES);
    assert(encodePreface(preface).equals(bytes));
  },
};
