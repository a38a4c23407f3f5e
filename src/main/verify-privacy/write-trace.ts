/**
 * Every byte a program and its children write to files, as strace(1) tells it: threads, deleted and renamed files
 * included. What it does not see is memory that is mapped to a file; the raw image of a disk does (sealed-place.ts).
 */
import { execFile } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const WRITES = new Set(['write', 'writev', 'pwrite64', 'pwritev', 'pwritev2']);
/** Calls whose texts become names, links or attributes. */
const NAMES = new Set([
  ...['open', 'openat', 'creat', 'rename', 'renameat', 'renameat2', 'mkdir', 'mkdirat'],
  ...['symlink', 'symlinkat', 'link', 'linkat', 'memfd_create'],
  ...['setxattr', 'lsetxattr', 'fsetxattr'],
]);
/** What moves bytes from file to file: nothing new gets to the disk by it, but it must not go unseen by name. */
const COPIES = ['copy_file_range', 'sendfile'];
/** libuv's ring for file calls polls; the one it makes for epoll does not, and writes nothing. */
const RING = 'io_uring_setup';
const FILE_RING = 'IORING_SETUP_SQPOLL';

/** Longer than any write of ours: a write that is cut short in the trace would be no proof. */
const LONGEST_WRITE = 32 * 1024 * 1024;

/** The beginning of a command line that writes the trace of the rest of it to `file`. */
export function traceTo(file: string): [command: string, ...args: string[]] {
  return [
    'strace',
    // The tracer is the grandchild: signals and exit code are those of the program itself.
    ...['-D', '-f', '--seccomp-bpf', '-y', '-qq', '-xx', '-s', String(LONGEST_WRITE)],
    ...['-e', `trace=${[...WRITES, ...NAMES, ...COPIES, RING].map((name) => `?${name}`).join(',')}`],
    ...['-o', file, '--'],
  ];
}

/** File calls must be system calls to be seen (libuv, docs/src/misc: UV_USE_IO_URING). */
export const TRACE_ENVIRONMENT = { UV_USE_IO_URING: '0' } as const;

/** Why there can be no trace here; undefined when there can. */
export async function whyNoTrace(folder: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'strace is for Linux only';
  const file = join(folder, 'probe.trace');
  const [strace, ...options] = traceTo(file);
  try {
    await run(strace, [...options, process.execPath, '--version']);
    return undefined;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return missing ? 'strace is not installed' : 'strace may not trace here';
  } finally {
    await rm(file, { force: true });
  }
}

export type TraceStep =
  | { readonly type: 'write'; readonly path: string; readonly bytes: Buffer }
  | { readonly type: 'name'; readonly bytes: Buffer }
  /** Something may have been written that the trace does not show. */
  | { readonly type: 'unseen'; readonly because: string };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const HEX = new Uint8Array(256);
for (const [value, digit] of Buffer.from('0123456789abcdef').entries()) HEX[digit] = value;

interface Text {
  readonly bytes: Buffer;
  /** Position behind the closing quote. */
  readonly end: number;
}

/** A text of `\x..` escapes that begins at the quote at `start`. */
function readText(line: Buffer, start: number): Text {
  const bytes = Buffer.allocUnsafe((line.length - start) >> 2);
  let length = 0;
  let at = start + 1;
  for (; line[at] === BACKSLASH; at += 4) {
    bytes[length++] =
      ((HEX[line[at + 2] as number] as number) << 4) | (HEX[line[at + 3] as number] as number);
  }
  return { bytes: bytes.subarray(0, length), end: at + 1 };
}

/** `write(7<\x2f\x74…>(deleted), …`: what the descriptor is open on. */
function readPath(head: string): string | undefined {
  const escaped = /^[^<,]*<((?:\\x[0-9a-f]{2})*)>/.exec(head)?.[1];
  return escaped === undefined ? undefined : Buffer.from(escaped.replaceAll('\\x', ''), 'hex').toString();
}

/** Pipes and sockets are not on disk, and neither is what the kernel shows as files. */
function isOnDisk(path: string | undefined): boolean {
  if (path === undefined) return true;
  return path.startsWith('/') && (!/^\/(?:proc|sys|dev)\//.test(path) || path.startsWith('/dev/shm/'));
}

/** Longest path in a trace, escaped, with what stands around it. */
const HEAD_BYTES = 4 * 4_096 + 64;

/** One line of a trace. Exported for its tests. */
export function* readTraceLine(line: Buffer): Generator<TraceStep> {
  const head = line.toString('latin1', 0, Math.min(line.length, HEAD_BYTES));
  const [, call = '', rest = ''] = /^\d+\s+(\w+)\((.*)$/s.exec(head) ?? [];
  if (call === RING && head.includes(FILE_RING)) {
    yield { type: 'unseen', because: 'files were written by io_uring' };
  }
  const isWrite = WRITES.has(call);
  if (!isWrite && !NAMES.has(call)) return;
  const path = isWrite ? readPath(rest) : undefined;
  if (isWrite && !isOnDisk(path)) return;
  for (let at = line.indexOf(QUOTE); at !== -1;) {
    const { bytes, end } = readText(line, at);
    yield isWrite ? { type: 'write', path: path ?? 'an unknown file', bytes } : { type: 'name', bytes };
    // Behind a text that was cut short stand three dots.
    if (line.toString('latin1', end, end + 3) === '...') {
      yield { type: 'unseen', because: `the trace of ${call} is cut short` };
    }
    at = line.indexOf(QUOTE, end);
  }
}

const BLOCK_BYTES = 4 * 1024 * 1024;

/** The steps of a trace file, in their order. */
export async function* readTrace(file: string, signal: AbortSignal): AsyncGenerator<TraceStep> {
  const handle = await open(file, 'r');
  try {
    let open: Buffer[] = [];
    for (;;) {
      signal.throwIfAborted();
      const block = Buffer.allocUnsafe(BLOCK_BYTES);
      const { bytesRead } = await handle.read(block, 0, BLOCK_BYTES);
      if (bytesRead === 0) break;
      let from = 0;
      const filled = block.subarray(0, bytesRead);
      for (let end = filled.indexOf(NEWLINE); end !== -1; end = filled.indexOf(NEWLINE, from)) {
        yield* readTraceLine(Buffer.concat([...open, filled.subarray(from, end)]));
        open = [];
        from = end + 1;
      }
      open.push(filled.subarray(from));
    }
    // The last line of a tracer that was killed.
    yield* readTraceLine(Buffer.concat(open));
  } finally {
    await handle.close();
  }
}
