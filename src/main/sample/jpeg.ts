/**
 * Small valid photos: a mirrored mosaic of flat 8 x 8 blocks, so that every photo looks different and needs only the
 * DC coefficients of baseline JPEG. Source: ITU-T T.81, annexes B (syntax), F.1.2.1 (DC coding), K.3 (table K.3).
 */
import type { Random } from './random.ts';

/** Bits and values of table K.3, then the only AC code we use: end of block, as `0`. */
const DC_LENGTHS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_VALUES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const AC_TABLE = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00];
const DC_LUMINANCE = 0x00;
const AC_LUMINANCE = 0x10;
/** With this quantiser the DC coefficient of a flat block is its value less 128. */
const QUANTISER = 8;

const segment = (marker: number, content: readonly number[]): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, Buffer.from(content)]);
};

const uint16 = (value: number): [number, number] => [value >> 8, value & 0xff];

/** Canonical Huffman codes by number of bits of the difference. */
const DC_CODES = (() => {
  const codes: { code: number; length: number }[] = [];
  let code = 0;
  for (const [index, count] of DC_LENGTHS.entries()) {
    for (let n = 0; n < count; n++) codes.push({ code: code++, length: index + 1 });
    code <<= 1;
  }
  return codes;
})();

class BitWriter {
  readonly #bytes: number[] = [];
  #bits = 0;
  #count = 0;

  write(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit--) {
      this.#bits = (this.#bits << 1) | ((value >> bit) & 1);
      if (++this.#count < 8) continue;
      this.#bytes.push(this.#bits);
      // A marker must not appear among the data.
      if (this.#bits === 0xff) this.#bytes.push(0);
      this.#bits = 0;
      this.#count = 0;
    }
  }

  end(): Buffer {
    while (this.#count !== 0) this.write(1, 1);
    return Buffer.from(this.#bytes);
  }
}

function writeDifference(bits: BitWriter, difference: number): void {
  const size = difference === 0 ? 0 : 32 - Math.clz32(Math.abs(difference));
  const entry = DC_CODES[size];
  if (entry === undefined) throw new RangeError('difference too large');
  bits.write(entry.code, entry.length);
  bits.write(difference < 0 ? difference + 2 ** size - 1 : difference, size);
  bits.write(0, 1);
}

/** @param blocks blocks of 8 pixels along each side */
function makeJpeg(random: Random, blocks: number): Buffer {
  const palette = Array.from({ length: 5 }, () => [
    random.int(-80, 100),
    random.int(-60, 60),
    random.int(-60, 60),
  ]);
  const bits = new BitWriter();
  const last = [0, 0, 0];
  for (let y = 0; y < blocks; y++) {
    const half = Array.from({ length: Math.ceil(blocks / 2) }, () => random.int(0, palette.length - 1));
    for (let x = 0; x < blocks; x++) {
      const colour = palette[half[Math.min(x, blocks - 1 - x)] ?? 0] ?? [];
      for (const [component, value] of colour.entries()) {
        writeDifference(bits, value - (last[component] ?? 0));
        last[component] = value;
      }
    }
  }
  const side = uint16(blocks * 8);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    segment(0xdb, [0, ...Array.from({ length: 64 }, () => QUANTISER)]),
    segment(0xc0, [8, ...side, ...side, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]),
    segment(0xc4, [DC_LUMINANCE, ...DC_LENGTHS, ...DC_VALUES]),
    segment(0xc4, [AC_LUMINANCE, ...AC_TABLE]),
    segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
    bits.end(),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** An album: photos made when they are first looked at and shown again after that, for making one takes its time. */
export function photoAlbum(random: Random, blocks: number, photos = 32): (dice: Random) => Buffer {
  const made = new Map<number, Buffer>();
  return (dice) => {
    const index = dice.int(1, photos);
    const photo = made.get(index) ?? makeJpeg(random.fork(`photo/${String(index)}`), blocks);
    made.set(index, photo);
    return photo;
  };
}
