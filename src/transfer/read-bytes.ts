/** A file as a stream of bytes. */
import { open } from 'node:fs/promises';

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
