/**
 * The alignment a native library was linked for: the smallest `p_align` of its PT_LOAD segments. A device with 16 KiB
 * pages cannot map a library linked for 4 KiB. Source: System V ABI, chapter 5 (program header);
 * https://developer.android.com/guide/practices/page-sizes
 */

const PT_LOAD = 1;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;

/**
 * @param head the library's first bytes, at least up to its program headers
 * @returns bytes, or nothing when it is no 64-bit ELF file or the headers lie beyond `head`
 */
export function loadAlignment(head: Buffer): number | undefined {
  if (head.length < 64 || head.readUInt32BE(0) !== 0x7f454c46) return undefined;
  if (head[4] !== CLASS_64 || head[5] !== LITTLE_ENDIAN) return undefined;
  const offset = head.readBigUInt64LE(32);
  const entrySize = head.readUInt16LE(54);
  const count = head.readUInt16LE(56);
  if (entrySize < 56 || offset + BigInt(entrySize * count) > head.length) return undefined;
  let smallest: bigint | undefined;
  for (let index = 0; index < count; index++) {
    const at = Number(offset) + index * entrySize;
    if (head.readUInt32LE(at) !== PT_LOAD) continue;
    const alignment = head.readBigUInt64LE(at + 48);
    if (smallest === undefined || alignment < smallest) smallest = alignment;
  }
  return smallest === undefined ? undefined : Number(smallest);
}
