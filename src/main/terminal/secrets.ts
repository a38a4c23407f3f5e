/**
 * Secrets come by standard input only: arguments are seen by every process of the machine, and the environment by
 * every child. Each is wrapped the moment it is parsed.
 */
import { z } from 'zod';
import { MoverError } from '../../transfer/errors.ts';
import type { Ephemeral } from '../../transfer/privacy/ephemeral.ts';
import { Vault } from '../../transfer/privacy/vault.ts';
import type { Input } from './io.ts';
import { usage } from './options.ts';

const LINE_BYTES = 4_096;

/** Keys it does not know are left alone, by the contract. */
const schema = z.object({
  code: z.string().max(64).optional(),
  /** 16 hex digits on every Android since 8; tests use others. */
  androidId: z.string().min(1).max(64).optional(),
  /** At most 32 bytes by IEEE 802.11; kept for the join of the two devices, never shown. */
  ssid: z.string().max(64).optional(),
  /** An Apple ID is an e-mail address or a telephone number. */
  appleId: z.string().min(1).max(320).optional(),
  /** Of a backup, or one made for this app alone. */
  password: z.string().min(1).max(1_024).optional(),
});

export interface Secrets {
  readonly code?: Ephemeral<string>;
  readonly androidId?: Ephemeral<string>;
  readonly ssid?: Ephemeral<string>;
  readonly appleId?: Ephemeral<string>;
  readonly password?: Ephemeral<string>;
}

export const NO_SECRETS: Secrets = {};

/** Wiped when the process ends before the command does: a second Ctrl-C, a crash. */
const vault = new Vault();

export function wipeSecrets(secrets: Secrets): void {
  for (const secret of Object.values(secrets) as Ephemeral<string>[]) vault.release(secret);
}

/** The line of `--secrets-stdin`, read when the first secret is needed: a mistyped path is told before that. */
export class StdinSecrets {
  readonly #read: (() => Promise<Secrets>) | undefined;
  #reading: Promise<Secrets> | undefined;

  /** @param asked whether the flag was given; without it there are none. */
  constructor(asked: boolean | undefined, input: Input, signal: AbortSignal) {
    this.#read = asked === true ? () => readSecrets(input, signal) : undefined;
  }

  /** @throws MoverError as `readSecrets`. */
  get(): Promise<Secrets> {
    this.#reading ??= this.#read?.() ?? Promise.resolve(NO_SECRETS);
    return this.#reading;
  }

  async wipe(): Promise<void> {
    const secrets = await this.#reading?.catch(() => undefined);
    if (secrets !== undefined) wipeSecrets(secrets);
  }
}

/** A secret that a person types: wiped with the process, whatever becomes of it. */
export function sealSecret(text: string): Ephemeral<string> {
  return vault.seal(text);
}

/** Spaces, any dash, the minus sign, dots, and marks of direction: what people and keyboards put between digits. */
const BETWEEN = /[\s\p{Pd}\p{Cf}\u2212.\u00b7]/gu;

/** Digits of any script as ASCII. Unicode has every script's ten in a row, and rows of ten that touch begin with a zero. */
function plainDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(BETWEEN, '')
    .replace(/\p{Nd}/gu, (digit) => {
      const point = digit.codePointAt(0) ?? 0;
      let first = point;
      while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
      return String((point - first) % 10);
    });
}

/**
 * Six digits; spaces and hyphens between them are how people write them down.
 * @throws MoverError `CODE_INVALID`
 */
export function parseCode(text: string): Ephemeral<string> {
  const digits = plainDigits(text);
  if (!/^[0-9]{6}$/.test(digits)) throw new MoverError('CODE_INVALID');
  return vault.seal(digits);
}

/**
 * Reads exactly one line of at most 4 KiB; does not wait for the end of input, so that the program that started us
 * may keep the pipe open. What it read is zeroed.
 * @throws MoverError `USAGE` when there is no such line; never says what the line held.
 */
export async function readSecrets(input: Input, signal: AbortSignal): Promise<Secrets> {
  const line = await readLine(input, signal);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
  } catch {
    throw malformed();
  } finally {
    line.fill(0);
  }
  const result = schema.safeParse(parsed);
  if (!result.success) throw malformed();
  const { code, ...others } = result.data;
  const sealed: Record<string, Ephemeral<string>> = {};
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined) sealed[name] = vault.seal(value);
  }
  return {
    ...(code === undefined ? {} : { code: parseCode(code) }),
    ...sealed,
  };
}

function malformed(): MoverError {
  return usage(
    '--secrets-stdin takes one line of JSON on standard input, {"code":"…","androidId":"…","ssid":"…","appleId":"…","password":"…"}, each key optional',
  );
}

function readLine(input: Input, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const line = Buffer.alloc(LINE_BYTES);
    let length = 0;
    const done = (settle: () => void): void => {
      input.off('data', onData).off('end', onEnd).off('error', onEnd);
      signal.removeEventListener('abort', onAbort);
      // Otherwise an open pipe would keep the process alive after its work.
      input.pause();
      settle();
    };
    const onData = (chunk: Buffer | string): void => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      const end = bytes.indexOf(0x0a);
      const part = end < 0 ? bytes : bytes.subarray(0, end);
      const fits = length + part.length <= LINE_BYTES;
      if (fits) length += part.copy(line, length);
      bytes.fill(0);
      if (!fits) {
        line.fill(0);
        done(() => {
          reject(usage(`the line on standard input is longer than ${String(LINE_BYTES)} bytes`));
        });
      } else if (end >= 0) {
        done(() => {
          resolve(line.subarray(0, length));
        });
      }
    };
    const onEnd = (): void => {
      done(() => {
        if (length === 0) reject(malformed());
        else resolve(line.subarray(0, length));
      });
    };
    const onAbort = (): void => {
      line.fill(0);
      done(() => {
        reject(MoverError.from(signal.reason, 'CANCELLED'));
      });
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort);
    input.on('data', onData).on('end', onEnd).on('error', onEnd);
  });
}
