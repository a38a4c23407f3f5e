/**
 * Commands on the phone. Its shell protocol (`shell,v2`, AOSP adb/shell_protocol.h) tells output, errors and exit code
 * apart. A phone without it has `exec:`, which gives all as one stream and no exit code: there a last line of our own says
 * both that all was said and with what code.
 */
import { randomBytes } from 'node:crypto';
import { PhoneFailure, type PhoneLink, type Service } from './link.ts';
import { StreamEnded } from './byte-reader.ts';

const STDOUT = 1;
const STDERR = 2;
const EXIT = 3;
/** A packet of the shell protocol: a daemon's buffer, many times over. */
const MOST_PACKET = 16 * 1024 * 1024;
const PIECE = 64 * 1024;
/** Said by a command about its failure. */
const MOST_ERRORS = 64 * 1024;

/** One argument, whatever is in it (POSIX, Shell Command Language, 2.2.2). */
export const quoted = (text: string): string =>
  /^[\w/.:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * What of a command may be certain to fit: adb names a service in at most 64 KiB (four hexadecimal digits for its length), and
 * the command and what is around it are a part of that name.
 */
export const MOST_SERVICE_BYTES = 48 * 1024;
/** Of commands that are packed together: a function before them, or a longer part among them, has room. */
const PACKED_BYTES = 24 * 1024;

/** Parts of commands in their order, so many together as fit into one command; a longer part stands alone. */
export function* inCommands(parts: Iterable<string>): Generator<string[], void> {
  let pack: string[] = [];
  let bytes = 0;
  for (const part of parts) {
    const size = Buffer.byteLength(part) + 8;
    if (pack.length > 0 && bytes + size > PACKED_BYTES) {
      yield pack;
      pack = [];
      bytes = 0;
    }
    pack.push(part);
    bytes += size;
  }
  if (pack.length > 0) yield pack;
}

export interface CommandOutcome {
  readonly exitCode: number;
  /** What it wrote to its standard error; empty where a phone mixes that into its output. */
  readonly errors: string;
}

export interface CommandText extends CommandOutcome {
  readonly output: string;
}

/** A command said more than was asked for to be kept. */
export class TooMuchOutput extends Error {
  override readonly name = 'TooMuchOutput';
}

/**
 * Runs a command and gives what it writes as it comes; returns how it ended. Not tried again when the phone goes.
 * @param command for the phone's shell, with its arguments quoted.
 */
export async function* runCommand(
  link: PhoneLink,
  command: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer, CommandOutcome> {
  if (!(await link.has('shell_v2'))) return yield* runMixed(link, command, signal);
  const service = await link.open(`shell,v2,raw:${command}`, signal);
  try {
    return yield* readPackets(service);
  } finally {
    await service.close();
  }
}

/** What a command of the shell protocol writes to its output; returns how it ended. */
export async function* readPackets({ reader }: Service): AsyncGenerator<Buffer, CommandOutcome> {
  let errors = '';
  for (;;) {
    const head = await reader.exactly(5);
    const id = head.readUInt8(0);
    let missing = head.readUInt32LE(1);
    if (missing > MOST_PACKET) throw new PhoneFailure('an answer out of turn');
    if (id === EXIT) return { exitCode: (await reader.exactly(missing)).at(0) ?? 1, errors };
    while (missing > 0) {
      const piece = await reader.some(Math.min(missing, PIECE));
      if (piece === undefined) throw new StreamEnded();
      missing -= piece.length;
      if (id === STDOUT) yield piece;
      else if (id === STDERR && errors.length < MOST_ERRORS) errors += piece.toString('utf8');
    }
  }
}

/** What it writes to its standard error is among the output; callers that need bytes send it elsewhere. */
async function* runMixed(
  link: PhoneLink,
  command: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer, CommandOutcome> {
  const mark = randomBytes(12).toString('hex');
  const service = await link.open(`exec:(${command}); echo ${mark}$?`, signal);
  try {
    return yield* readToMark(service, mark);
  } finally {
    await service.close();
  }
}

async function* readToMark({ reader }: Service, mark: string): AsyncGenerator<Buffer, CommandOutcome> {
  const end = new RegExp(`${mark}(\\d+)\\r?\\n$`);
  // Enough to hold the last line however the stream is cut.
  const kept = mark.length + 8;
  let tail: Buffer = Buffer.alloc(0);
  for (;;) {
    const piece = await reader.some(PIECE);
    if (piece === undefined) break;
    const all = tail.length === 0 ? piece : Buffer.concat([tail, piece]);
    const ready = Math.max(0, all.length - kept);
    if (ready > 0) yield all.subarray(0, ready);
    tail = Buffer.from(all.subarray(ready));
  }
  const match = end.exec(tail.toString('latin1'));
  if (match === null) throw new StreamEnded();
  if (match.index > 0) yield tail.subarray(0, match.index);
  return { exitCode: Number(match[1]), errors: '' };
}

/**
 * Runs a command to its end, again when the phone went away meanwhile.
 * @throws TooMuchOutput beyond `mostBytes`; PhoneFailure; the signal's reason.
 */
export function commandText(
  link: PhoneLink,
  command: string,
  { signal, mostBytes = 16 * 1024 * 1024 }: { readonly signal: AbortSignal; readonly mostBytes?: number },
): Promise<CommandText> {
  return link.patiently(signal, async () => {
    const { bytes, ...outcome } = await collect(runCommand(link, command, signal), mostBytes);
    return { ...outcome, output: bytes.toString('utf8') };
  });
}

/**
 * Runs commands one after the other, many in one shell, and gives all that they wrote. Those of a shell are run again when the
 * phone went away meanwhile.
 * @param before each shell's own, such as a function that the commands call.
 */
export async function commandsText(
  link: PhoneLink,
  commands: Iterable<string>,
  { signal, before = '' }: { readonly signal: AbortSignal; readonly before?: string },
): Promise<string> {
  let output = '';
  for (const some of inCommands(commands)) {
    output += (await commandText(link, `${before}${some.join('\n')}\n`, { signal })).output;
  }
  return output;
}

/** `commandText` as bytes. */
export async function commandBytes(
  link: PhoneLink,
  command: string,
  { signal, mostBytes }: { readonly signal: AbortSignal; readonly mostBytes: number },
): Promise<CommandOutcome & { readonly bytes: Buffer }> {
  return await link.patiently(signal, () => collect(runCommand(link, command, signal), mostBytes));
}

async function collect(
  running: AsyncGenerator<Buffer, CommandOutcome>,
  mostBytes: number,
): Promise<CommandOutcome & { bytes: Buffer }> {
  const pieces: Buffer[] = [];
  let size = 0;
  for (;;) {
    const next = await running.next();
    if (next.done === true) return { ...next.value, bytes: Buffer.concat(pieces, size) };
    size += next.value.length;
    if (size > mostBytes) {
      await running.return({ exitCode: 1, errors: '' });
      throw new TooMuchOutput();
    }
    pieces.push(next.value);
  }
}
