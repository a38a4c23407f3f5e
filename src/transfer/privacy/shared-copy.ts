/** A secret in memory that two threads share, so that its owner can overwrite it for both. */
import { Ephemeral } from './ephemeral.ts';

/**
 * A copy that is still one after it was posted to a worker thread: wiping it here wipes it there, whether that thread
 * runs, has ended or was ended.
 */
export function sharedCopy(secret: Ephemeral<Buffer>): Ephemeral<Buffer> {
  return secret.use((bytes) => {
    const copy = Buffer.from(new SharedArrayBuffer(bytes.length));
    bytes.copy(copy);
    return new Ephemeral(copy);
  });
}

/** The other thread's end, of what was posted to it: to be let go of once it is used up. */
export function received(bytes: Uint8Array): Ephemeral<Buffer> {
  return new Ephemeral(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
