import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NeedleIndex } from '../../../src/transfer/privacy/needle-index.ts';
import { NeedleStream } from '../../../src/transfer/privacy/needle-stream.ts';

const bytes = fc.uint8Array({ max: 3, minLength: 0, maxLength: 60 });
const needles = fc.array(fc.uint8Array({ max: 3, minLength: 2, maxLength: 9 }), {
  minLength: 1,
  maxLength: 5,
});

describe('a search through pieces', () => {
  it('finds what a search through the whole finds, each once, wherever it is cut', () => {
    fc.assert(
      fc.property(needles, fc.array(bytes, { maxLength: 12 }), (wanted, pieces) => {
        const index = new NeedleIndex(
          wanted.map((one, at) => ({ canary: String(at), form: 'raw', bytes: Buffer.from(one) })),
        );
        const stream = new NeedleStream(index);
        const told = (hits: ReturnType<typeof index.search>): string[] =>
          hits.map(({ needle, offset }) => `${needle.canary}@${offset}`).sort();
        const found = pieces.flatMap((piece) => stream.push(piece));
        expect(told(found)).toEqual(told(index.search(Buffer.concat(pieces))));
        expect(stream.bytes).toBe(Buffer.concat(pieces).length);
      }),
    );
  });

  it('does not need the piece any more once it has seen it', () => {
    const stream = new NeedleStream(
      new NeedleIndex([{ canary: 'a', form: 'raw', bytes: Buffer.from('secret') }]),
    );
    const piece = Buffer.from('sec');
    stream.push(piece);
    piece.fill(0);
    expect(stream.push(Buffer.from('ret')).map(({ offset }) => offset)).toEqual([0]);
  });
});
