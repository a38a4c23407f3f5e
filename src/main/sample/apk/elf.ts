/** The head of a 64-bit or 32-bit shared library: enough to be told for which processor and page size it is. */

const MACHINES: Readonly<Record<string, { readonly machine: number; readonly is64: boolean }>> = {
  'arm64-v8a': { machine: 183, is64: true },
  'armeabi-v7a': { machine: 40, is64: false },
  x86: { machine: 3, is64: false },
  x86_64: { machine: 62, is64: true },
};

/**
 * @param alignment `p_align` of its one PT_LOAD segment, in bytes
 * Source: System V ABI, chapters 4 and 5.
 */
export function makeLibrary(abi: string, alignment: number): Buffer {
  const { machine, is64 } = MACHINES[abi] ?? { machine: 0, is64: true };
  const bytes = Buffer.alloc(is64 ? 64 + 56 : 52 + 32);
  bytes.write('\x7fELF', 'latin1');
  bytes[4] = is64 ? 2 : 1;
  bytes[5] = 1;
  bytes[6] = 1;
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeUInt32LE(1, 20);
  if (is64) {
    bytes.writeBigUInt64LE(64n, 32);
    for (const [at, value] of [
      [52, 64],
      [54, 56],
      [56, 1],
    ] as const) {
      bytes.writeUInt16LE(value, at);
    }
    bytes.writeUInt32LE(1, 64);
    bytes.writeUInt32LE(5, 68);
    bytes.writeBigUInt64LE(BigInt(alignment), 64 + 48);
  } else {
    bytes.writeUInt32LE(52, 28);
    for (const [at, value] of [
      [40, 52],
      [42, 32],
      [44, 1],
    ] as const) {
      bytes.writeUInt16LE(value, at);
    }
    bytes.writeUInt32LE(1, 52);
    bytes.writeUInt32LE(alignment, 52 + 28);
  }
  return bytes;
}
