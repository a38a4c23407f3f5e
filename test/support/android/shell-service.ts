/** A phone's shell: Android's own, mksh, with the commands of Android and those of toybox first on its path. */
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import type { DeviceStream } from './device-protocol.ts';

const STDIN = 0;
const CLOSE_STDIN = 4;

export interface ShellOptions {
  /** A command with the phone's paths in place of this computer's. */
  readonly map: (command: string) => string;
  readonly env: Readonly<Record<string, string>>;
}

/** `shell,v2,raw:…`: output, errors and exit code in packets (AOSP, adb/shell_protocol.h). */
export async function serveShellV2(
  command: string,
  stream: DeviceStream,
  options: ShellOptions,
): Promise<void> {
  const packet = (id: number, bytes: Uint8Array): Buffer => {
    const head = Buffer.alloc(5);
    head.writeUInt8(id);
    head.writeUInt32LE(bytes.length, 1);
    return Buffer.concat([head, bytes]);
  };
  const code = await run(
    command,
    stream,
    options,
    (bytes, isError) => stream.write(packet(isError ? 2 : 1, bytes)),
    packets(stream.input),
  );
  await stream.write(packet(3, Buffer.of(code)));
}

/** What the computer gives as standard input, to where it says that it ends. */
async function* packets(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const bytes of input) {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 5) {
      const length = rest.readUInt32LE(1);
      if (rest.length < 5 + length) break;
      const id = rest.readUInt8(0);
      const payload = rest.subarray(5, 5 + length);
      rest = rest.subarray(5 + length);
      if (id === CLOSE_STDIN) return;
      if (id === STDIN && length > 0) yield payload;
    }
  }
}

/** `exec:…`: output and errors in one, and no exit code. */
export async function serveExec(command: string, stream: DeviceStream, options: ShellOptions): Promise<void> {
  await run(command, stream, options, (bytes) => stream.write(bytes));
}

async function run(
  command: string,
  stream: DeviceStream,
  { map, env }: ShellOptions,
  take: (bytes: Buffer, isError: boolean) => Promise<void>,
  input?: AsyncIterable<Buffer>,
): Promise<number> {
  const child = spawn('mksh', ['-c', map(command)], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined);
  if (input === undefined) child.stdin.end();
  else Readable.from(input).pipe(child.stdin);
  const stop = (): void => {
    child.kill('SIGHUP');
  };
  stream.closed.addEventListener('abort', stop);
  const exited = new Promise<number>((resolve) => {
    child.once('close', (code) => {
      resolve(code ?? 129);
    });
  });
  const pump = async (output: AsyncIterable<Buffer>, isError: boolean): Promise<void> => {
    for await (const bytes of output) await take(bytes, isError);
  };
  try {
    await Promise.all([pump(child.stdout, false), pump(child.stderr, true)]);
  } catch (error) {
    stop();
    throw error;
  }
  return exited;
}
