/**
 * The receiver's codes: which one is shown, for how long, and how often a stranger may guess. Six digits hold 20 bits,
 * so what makes them safe is here: an attempt counts from the moment a typist's share arrives, one exchange runs at a
 * time, three failures burn a code and nine lock the run. No timers: the caller calls `tick`.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { MoverError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { Ephemeral } from '../privacy/ephemeral.ts';
import type { PairingSecret, RandomBytes, SecretKind } from './machine.ts';

const CODES = 1_000_000;
const CODE_DIGITS = 6;
const QR_SECRET_BYTES = 16;

export interface CodeBookOptions {
  /** The code to show has changed. */
  readonly onCode: (code: Ephemeral<string>, expiresAt: number, triesLeft: number) => void;
  /** Too many failures: stop advertising until the person says go on (`renew`). */
  readonly onLocked?: () => void;
  /** Milliseconds since 1970; must not jump back. */
  readonly now?: () => number;
  /** An integer of [0, max), evenly spread. */
  readonly randomInt?: (max: number) => number;
  readonly randomBytes?: RandomBytes;
}

/** One exchange with one typist. It ends once: what is called after that changes nothing. */
export interface Attempt {
  /** Lent to the machine; stays with the book. */
  readonly secret: PairingSecret;
  /** The exchange failed or was cut. `triesLeft` of the code it was run with: 0 when that is burnt. */
  failed(): { readonly triesLeft: number };
  /**
   * Both sides have proved the secret: burns the code. To be called before confirm-b is sent.
   * @throws MoverError `PAIRING_FAILED` when the attempt has timed out meanwhile.
   */
  succeeded(): void;
}

export type Begin =
  | { readonly ok: true; readonly attempt: Attempt }
  /** `busy`: another exchange runs, or no code is shown. */
  | { readonly ok: false; readonly reason: 'busy' | 'locked' };

interface Shown {
  readonly code: Ephemeral<string>;
  readonly qrSecret: Ephemeral<Buffer>;
  readonly expiresAt: number;
  failures: number;
}

interface InFlight {
  readonly kind: SecretKind;
  readonly since: number;
}

/** Steady even when the wall clock is set: a code must not live longer because of it. */
const steadyNow = (): number => performance.timeOrigin + performance.now();

export class CodeBook {
  readonly #options: CodeBookOptions;
  readonly #now: () => number;
  #shown: Shown | undefined;
  #inFlight: InFlight | undefined;
  #failuresOfRun = 0;
  #locked = false;

  /** Shows nothing until `renew` is called. */
  constructor(options: CodeBookOptions) {
    this.#options = options;
    this.#now = options.now ?? steadyNow;
  }

  /** The 16 bytes of the QR code that goes with the code shown; `undefined` while none is. */
  get qrSecret(): Ephemeral<Buffer> | undefined {
    return this.#shown?.qrSecret;
  }

  get locked(): boolean {
    return this.#locked;
  }

  /** Shows the first code, or a new one after success or lock: the person wants to be paired with (again). */
  renew(): void {
    this.close();
    this.#failuresOfRun = 0;
    this.#locked = false;
    this.#show((this.#options.randomBytes ?? randomBytes)(QR_SECRET_BYTES));
  }

  /** Begins an attempt; it counts from now on. */
  begin(kind: SecretKind = 'code'): Begin {
    this.tick();
    if (this.#locked) return { ok: false, reason: 'locked' };
    const shown = this.#shown;
    if (shown === undefined || this.#inFlight !== undefined) return { ok: false, reason: 'busy' };
    const mine: InFlight = { kind, since: this.#now() };
    this.#inFlight = mine;
    let triesLeft = LIMITS.codeAttempts - shown.failures;
    return {
      ok: true,
      attempt: {
        secret: kind === 'qr' ? shown.qrSecret : shown.code,
        failed: () => {
          if (this.#inFlight === mine) this.#fail();
          if (kind === 'code') triesLeft = Math.max(0, LIMITS.codeAttempts - shown.failures);
          return { triesLeft };
        },
        succeeded: () => {
          this.tick();
          if (this.#inFlight !== mine) throw new MoverError('PAIRING_FAILED');
          this.close();
        },
      },
    };
  }

  /** Ends an exchange that takes too long, and replaces a code that is too old. To be called every second or so. */
  tick(): void {
    const now = this.#now();
    if (this.#inFlight !== undefined && now - this.#inFlight.since >= LIMITS.pairingMs) this.#fail();
    // An exchange under way has borrowed its secret already; the code is replaced when it has ended.
    if (this.#inFlight === undefined && this.#shown !== undefined && now >= this.#shown.expiresAt) {
      this.#replace(this.#shown);
    }
  }

  /** Wipes the secrets and takes no more attempts until `renew`. Idempotent. */
  close(): void {
    this.#inFlight = undefined;
    this.#shown?.code.wipe();
    this.#shown?.qrSecret.wipe();
    this.#shown = undefined;
  }

  #fail(): void {
    const kind = this.#inFlight?.kind;
    this.#inFlight = undefined;
    // 128 bits cannot be guessed, and a failure with them tells nothing of the digits.
    if (kind !== 'code' || this.#shown === undefined) return;
    this.#shown.failures += 1;
    this.#failuresOfRun += 1;
    if (this.#failuresOfRun >= LIMITS.runAttempts) {
      this.close();
      this.#locked = true;
      this.#options.onLocked?.();
    } else if (this.#shown.failures >= LIMITS.codeAttempts) {
      this.#replace(this.#shown);
    }
  }

  #replace(old: Shown): void {
    old.code.wipe();
    const qrSecret = old.qrSecret.use((bytes) => Buffer.from(bytes));
    old.qrSecret.wipe();
    this.#show(qrSecret);
  }

  #show(qrSecret: Buffer): void {
    const draw = this.#options.randomInt ?? ((max: number) => randomInt(max));
    const code = new Ephemeral(String(draw(CODES)).padStart(CODE_DIGITS, '0'));
    const expiresAt = this.#now() + LIMITS.codeMs;
    this.#shown = { code, qrSecret: new Ephemeral(qrSecret), expiresAt, failures: 0 };
    this.#options.onCode(code, expiresAt, LIMITS.codeAttempts);
  }
}
