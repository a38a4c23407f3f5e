/** A record file as a stream of bytes. */
import { open } from 'node:fs/promises';
import { READ_ONLY } from '../../read-only.ts';

/** Large enough that the disk, not the loop, sets the pace. */
const BLOCK_BYTES = 256 * 1024;

/**
 * The file from beginning to end. It is open from the first block asked for until the last, or until the reader stops.
 * @throws errors of the file system; the signal's reason.
 */
export async function* readBytes(path: string, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  const file = await open(path, READ_ONLY);
  try {
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(BLOCK_BYTES), 0, BLOCK_BYTES, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
