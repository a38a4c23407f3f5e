/**
 * Inputs for parsers: arbitrary bytes, and seeds that were bent a little. The latter get past the first checks, where
 * arbitrary bytes hardly ever do.
 */
import fc from 'fast-check';

/** Runs of each property: few in `npm test`, as many as asked for otherwise. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300);

/** Longest time one input may take: far beyond what any needs, so that only a parser that hangs meets it. */
export const SETTINGS = { numRuns: RUNS, timeout: 10_000 } as const;

type Bend = (bytes: Buffer) => Buffer;

/** A place in bytes of any length. */
const place = fc.double({ min: 0, max: 1, noNaN: true });
const at = (bytes: Buffer, where: number): number => Math.floor(where * bytes.length);
const replaced = (bytes: Buffer, from: number, to: number, by: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);

/** Numbers at which lengths and offsets overflow, in either byte order, and bytes that mean something in many formats. */
export const TELLING = [
  ...[0, 1, 0x7f, 0x80, 0xff].map((byte) => Buffer.of(byte)),
  ...['0000', 'ffff', '8000', '0080', '00000000', 'ffffffff', '80000000', '00000080', '7fffffff'].map((hex) =>
    Buffer.from(hex, 'hex'),
  ),
  ...['\r\n', '\n ', '"', '\\', '{', '[', ':', ';', ',', '=', '<', '>', '&', '\0', '\ufeff', '\u{1f600}'].map(
    (text) => Buffer.from(text),
  ),
];

function bends(tokens: readonly string[]): fc.Arbitrary<Bend> {
  const telling = fc.oneof(
    fc.constantFrom(...TELLING, ...tokens.map((token) => Buffer.from(token))),
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
  );
  return fc.oneof(
    fc.tuple(place, fc.nat(255)).map(
      ([where, byte]): Bend =>
        (bytes) =>
          replaced(bytes, at(bytes, where), at(bytes, where) + 1, Buffer.of(byte)),
    ),
    fc.tuple(place, telling).map(
      ([where, by]): Bend =>
        (bytes) =>
          replaced(bytes, at(bytes, where), at(bytes, where) + by.length, by),
    ),
    fc.tuple(place, telling).map(
      ([where, by]): Bend =>
        (bytes) =>
          replaced(bytes, at(bytes, where), at(bytes, where), by),
    ),
    fc.tuple(place, fc.nat(64)).map(
      ([where, length]): Bend =>
        (bytes) =>
          replaced(bytes, at(bytes, where), at(bytes, where) + length, Buffer.alloc(0)),
    ),
    fc
      .tuple(place, fc.nat(200), fc.integer({ min: 1, max: 50 }))
      .map(([where, length, times]): Bend => (bytes) => {
        const from = at(bytes, where);
        const part = bytes.subarray(from, from + length);
        return replaced(bytes, from, from, Buffer.concat(Array.from({ length: times }, () => part)));
      }),
    place.map(
      (where): Bend =>
        (bytes) =>
          bytes.subarray(0, at(bytes, where)),
    ),
  );
}

/** Seeds with up to eight bends each, and bytes that are like nothing. `tokens` are words of the format. */
export function inputs(seeds: readonly Buffer[], tokens: readonly string[] = []): fc.Arbitrary<Buffer> {
  const bent = fc
    .tuple(fc.constantFrom(...seeds), fc.array(bends(tokens), { maxLength: 8 }))
    .map(([seed, how]) => how.reduce((bytes, bend) => bend(bytes), seed));
  return fc.oneof(
    { weight: 9, arbitrary: bent },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)) },
  );
}
