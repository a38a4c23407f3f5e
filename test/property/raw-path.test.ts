/** Names of any bytes: a string on this device, another on the way, and the same bytes again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeName, nameOnDevice, toPath, travelName } from '../../src/transfer/paths/raw-path.ts';

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 4 }),
  fc.string({ unit: 'binary', maxLength: 3 }).map((text) => Buffer.from(text)),
  fc
    .constantFrom('\u201B', '\u201BE9', '\u201B\u201B', '8F', 'F', '\uFFFD', '😀')
    .map((text) => Buffer.from(text)),
);
const bytes = fc.array(piece, { maxLength: 6 }).map((pieces) => Buffer.concat(pieces));

describe('a name of any bytes', () => {
  it('is the same bytes for the system, travels as Unicode, and is told back', () => {
    fc.assert(
      fc.property(bytes, (name) => {
        const here = decodeName(name);
        expect(Buffer.from(toPath(here)).equals(name)).toBe(true);
        const travelled = travelName(here);
        expect(travelled).not.toMatch(/\p{Surrogate}/u);
        expect(nameOnDevice(travelled)).toBe(here);
      }),
      { numRuns: 30_000 },
    );
  });
});
