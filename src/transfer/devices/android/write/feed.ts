/** A command that is given bytes on its standard input (`shell,v2`, AOSP adb/shell_protocol.h). */
import type { PhoneLink } from '../link.ts';
import { type CommandOutcome, readPackets } from '../shell.ts';

const STDIN = 0;
const CLOSE_STDIN = 4;
const PIECE = 32 * 1024;

/** Needs a phone with the shell protocol: a shell without it cannot be told where its input ends. */
export async function* feedCommand(
  link: PhoneLink,
  command: string,
  input: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Buffer, CommandOutcome> {
  const service = await link.open(`shell,v2,raw:${command}`, signal);
  try {
    const fed = feed((bytes) => service.write(bytes), input);
    // A command that ends before it has read all says so itself.
    fed.catch(() => undefined);
    return yield* readPackets(service);
  } finally {
    await service.close();
  }
}

async function feed(
  write: (bytes: Uint8Array) => Promise<void>,
  input: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  for await (const bytes of input) {
    for (let at = 0; at < bytes.length; at += PIECE)
      await write(packet(STDIN, bytes.subarray(at, at + PIECE)));
  }
  await write(packet(CLOSE_STDIN, Buffer.alloc(0)));
}

function packet(id: number, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(id);
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
