/** The bytes of a file: as a stream, or so many of them at a place. */
import { open, type FileHandle } from 'node:fs/promises';

/** Large enough that the disk, not the loop, sets the pace. */
const BLOCK_BYTES = 256 * 1024;

/**
 * The file from beginning to end, in one piece of memory that is filled again: each block is the caller's until the next is
 * asked for. A block of its own for each would wait outside V8's heap until V8 looks for garbage. The file is open from
 * the first block asked for until the last, or until the reader stops.
 * @throws errors of the file system; the signal's reason.
 */
export async function* readBytes(
  path: string,
  { flags, signal }: { readonly flags: number | 'r'; readonly signal: AbortSignal },
): AsyncGenerator<Buffer, void> {
  const file = await open(path, flags);
  try {
    const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(block, 0, BLOCK_BYTES, null);
      if (bytesRead === 0) return;
      yield block.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Fills `memory` from byte `from` of the file on. Gives what there was, which is less where the file ends before. */
export async function readAt(file: FileHandle, from: number, memory: Buffer): Promise<Buffer> {
  let filled = 0;
  while (filled < memory.length) {
    const { bytesRead } = await file.read(memory, filled, memory.length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return memory.subarray(0, filled);
}
