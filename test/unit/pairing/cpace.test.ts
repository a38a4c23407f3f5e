/**
 * Known answers of draft-irtf-cfrg-cpace-21: appendix A.1 and A.3 (string functions) and appendix B.3 (ristretto255
 * with SHA-512).
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  calculateGenerator,
  generatorString,
  intermediateSessionKey,
  isValidShare,
  lvCat,
  prependLength,
  sampleScalar,
  scalarMult,
  scalarMultVerify,
  transcriptIr,
} from '../../../src/transfer/pairing/cpace.ts';
import { B3 } from './cpace-vectors.ts';

const range = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => index));
const text = (value: string): Buffer => Buffer.from(value);

/** `o_cat`, appendix A.3.2. OpenMover has an initiator and needs no ordered concatenation; the vectors do. */
function orderedConcatenation(a: Buffer, b: Buffer): Buffer {
  return Buffer.concat([text('oc'), ...(Buffer.compare(a, b) > 0 ? [a, b] : [b, a])]);
}

describe('string functions (appendix A)', () => {
  it('prepend_len gives the draft’s answers', () => {
    expect(prependLength(Buffer.alloc(0)).toString('hex')).toBe('00');
    expect(prependLength(text('1234')).toString('hex')).toBe('0431323334');
    expect(prependLength(range(127)).toString('hex')).toBe(`7f${range(127).toString('hex')}`);
    expect(prependLength(range(128)).toString('hex')).toBe(`8001${range(128).toString('hex')}`);
  });

  it('lengths of more than two LEB128 bytes are encoded', () => {
    expect(prependLength(Buffer.alloc(16_384)).subarray(0, 3).toString('hex')).toBe('808001');
  });

  it('lv_cat gives the draft’s answer', () => {
    expect(lvCat('1234', '5', '', '678').toString('hex')).toBe('043132333401350003363738');
  });

  it('transcript_ir gives the draft’s answers', () => {
    const first = transcriptIr(text('123'), text('PartyA'), text('234'), text('PartyB'));
    expect(first.toString('hex')).toBe('03313233065061727479410332333406506172747942');
    const second = transcriptIr(text('3456'), text('PartyA'), text('2345'), text('PartyB'));
    expect(second.toString('hex')).toBe('043334353606506172747941043233343506506172747942');
  });

  it('ordered concatenation, as used for the symmetric vectors, gives the draft’s answers', () => {
    expect(orderedConcatenation(text('ABCD'), text('BCD')).toString('hex')).toBe('6f6342434441424344');
    expect(orderedConcatenation(text('BCD'), text('ABCDE')).toString('hex')).toBe('6f634243444142434445');
  });
});

describe('CPACE-RISTR255-SHA512 (appendix B.3)', () => {
  it('B.3.1: the generator string, its hash and the generator', () => {
    const seed = generatorString(B3.prs, B3.ci, B3.sid);
    expect(seed.toString('hex')).toBe(B3.generatorString.toString('hex'));
    expect(createHash('sha512').update(seed).digest('hex')).toBe(B3.generatorHash.toString('hex'));
    expect(calculateGenerator(B3.prs, B3.ci, B3.sid).toHex()).toBe(B3.generator.toString('hex'));
  });

  it('B.3.2 and B.3.3: the shares Ya and Yb', () => {
    const generator = calculateGenerator(B3.prs, B3.ci, B3.sid);
    expect(scalarMult(B3.scalarA, generator).toString('hex')).toBe(B3.ya.toString('hex'));
    expect(scalarMult(B3.scalarB, generator).toString('hex')).toBe(B3.yb.toString('hex'));
  });

  it('B.3.4: both sides find the secret point K', () => {
    expect(scalarMultVerify(B3.scalarA, B3.yb)?.toString('hex')).toBe(B3.k.toString('hex'));
    expect(scalarMultVerify(B3.scalarB, B3.ya)?.toString('hex')).toBe(B3.k.toString('hex'));
  });

  it('B.3.5: the session key of the initiator-responder setting', () => {
    const transcript = transcriptIr(B3.ya, B3.ada, B3.yb, B3.adb);
    expect(transcript.toString('hex')).toBe(B3.transcriptIr.toString('hex'));
    expect(intermediateSessionKey(B3.sid, B3.k, transcript).toString('hex')).toBe(B3.iskIr.toString('hex'));
  });

  it('B.3.6: the session key of the symmetric setting', () => {
    const transcript = orderedConcatenation(lvCat(B3.ya, B3.ada), lvCat(B3.yb, B3.adb));
    expect(intermediateSessionKey(B3.sid, B3.k, transcript).toString('hex')).toBe(B3.iskSy.toString('hex'));
  });

  it('B.3.10: scalar_mult_vfy of a valid share', () => {
    expect(scalarMultVerify(B3.scalar, B3.valid)?.toString('hex')).toBe(B3.product.toString('hex'));
    expect(isValidShare(B3.valid)).toBe(true);
  });

  it('B.3.11: an encoding of no element, and the neutral element, yield no key', () => {
    for (const share of [B3.invalid, B3.neutral]) {
      expect(scalarMultVerify(B3.scalar, share)).toBeUndefined();
      expect(isValidShare(share)).toBe(false);
    }
  });

  it('shares of another length, negative ones and non-canonical ones yield no key', () => {
    const negative = Buffer.from(B3.valid);
    negative.writeUInt8(negative.readUInt8(0) | 1, 0);
    const abovePrime = Buffer.alloc(32, 0xff);
    const highBit = Buffer.from(B3.valid);
    highBit.writeUInt8(highBit.readUInt8(31) | 0x80, 31);
    for (const share of [
      negative,
      abovePrime,
      highBit,
      B3.valid.subarray(1),
      Buffer.alloc(33),
      Buffer.alloc(0),
    ]) {
      expect(scalarMultVerify(B3.scalar, share)).toBeUndefined();
      expect(isValidShare(share)).toBe(false);
    }
  });
});

describe('secrets of the exchange', () => {
  it('a secret longer than the hash block needs no padding', () => {
    const prs = Buffer.alloc(200, 7);
    const seed = generatorString(prs, B3.ci, B3.sid);
    expect(seed).toEqual(lvCat('CPaceRistretto255', prs, '', B3.ci, B3.sid));
  });

  it('six digits and sixteen bytes are hashed in the same number of blocks', () => {
    const length = (prs: Buffer): number => generatorString(prs, B3.ci, B3.sid).length;
    expect(length(text('123456'))).toBe(length(Buffer.alloc(16)));
  });

  it('a scalar has 252 bits and leaves the source of randomness as it was', () => {
    const source = Buffer.alloc(32, 0xff);
    const scalar = sampleScalar(() => source);
    expect(scalar.toString('hex')).toBe(`${'ff'.repeat(31)}0f`);
    expect(source.every((byte) => byte === 0xff)).toBe(true);
  });
});
