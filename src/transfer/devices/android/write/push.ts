/** Bytes into a file of the phone by its file service (AOSP, packages/modules/adb, SYNC.TXT, `SEND`). */
import { PhoneFailure, type PhoneLink } from '../link.ts';

/** As much as a daemon takes at once. */
const DATA_BYTES = 64 * 1024;
const MODE = 0o100660;
const MOST_REASON = 64 * 1024;

/** @throws PhoneFailure where the phone does not take it: no room, no such folder. */
export async function pushFile(
  link: PhoneLink,
  path: string,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const service = await link.open('sync:', signal);
  try {
    await service.write(packet('SEND', Buffer.from(`${path},${String(MODE)}`)));
    for await (const piece of bytes) {
      for (let at = 0; at < piece.length; at += DATA_BYTES) {
        await service.write(packet('DATA', piece.subarray(at, at + DATA_BYTES)));
      }
    }
    const done = packet('DONE', Buffer.alloc(0));
    done.writeUInt32LE(Math.floor(Date.now() / 1_000), 4);
    await service.write(done);
    const answer = await service.reader.exactly(8);
    if (answer.toString('latin1', 0, 4) === 'OKAY') return;
    await service.reader.exactly(Math.min(answer.readUInt32LE(4), MOST_REASON));
    throw new PhoneFailure('the phone could not write it');
  } finally {
    await service.close();
  }
}

function packet(id: string, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}
