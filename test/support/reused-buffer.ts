/** Bytes as a file is read: in memory that is filled again for every chunk. */
export async function* reusedBuffer(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(chunkBytes);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = bytes.subarray(at, at + chunkBytes);
    memory.set(chunk);
    yield await Promise.resolve(memory.subarray(0, chunk.length));
  }
}
