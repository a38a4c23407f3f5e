/**
 * The receiver's codes: which one is shown, for how long, and how often an unknown peer may guess. Six digits hold 20 bits,
 * so what makes them safe is here: three wrong codes replace the code, six shut their address out, nine lock the run.
 *
 * Only a wrong `confirm-a` is a guess. Before it CPace gives an initiator nothing to test a guess with, so an exchange that
 * is broken off counts for nothing; otherwise whoever sends nine first messages could end the receiver. Several exchanges
 * run at a time, a few of each address and each for seconds, so that none can keep the others waiting.
 *
 * No timers: the caller calls `tick`.
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

/** One exchange with one initiator. It ends once: what is called after that changes nothing. */
export interface Attempt {
  /** The machine reads it; the code book owns and wipes it. */
  readonly secret: PairingSecret;
  /** The proof was wrong: a guess. `triesLeft` of the code it was run with: 0 when that is replaced. */
  failed(): { readonly triesLeft: number };
  /** The exchange ended without a proof. */
  abandoned(): void;
  /**
   * Both sides have proved the secret: burns the code. To be called before confirm-b is sent.
   * @throws MoverError `PAIRING_FAILED` when the attempt has timed out meanwhile.
   */
  succeeded(): void;
}

export type Begin =
  | { readonly ok: true; readonly attempt: Attempt }
  /** `busy`: too many exchanges of this address run, or no code is shown. `locked`: it, or the run, has failed too often. */
  | { readonly ok: false; readonly reason: 'busy' | 'locked' };

interface Shown {
  readonly code: Ephemeral<string>;
  readonly qrSecret: Ephemeral<Buffer>;
  readonly expiresAt: number;
  failures: number;
}

interface InFlight {
  readonly source: string;
  readonly shown: Shown;
  readonly since: number;
}

/** A monotonic clock: a code must not live longer because the time of day was set. */
const steadyNow = (): number => performance.timeOrigin + performance.now();

export class CodeBook {
  readonly #options: CodeBookOptions;
  readonly #now: () => number;
  #shown: Shown | undefined;
  /** Oldest first. */
  readonly #inFlight = new Set<InFlight>();
  /** Wrong codes of this run, by address: at most `LIMITS.runAttempts` of them. */
  readonly #failuresOf = new Map<string, number>();
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
    this.#failuresOf.clear();
    this.#locked = false;
    this.#show((this.#options.randomBytes ?? randomBytes)(QR_SECRET_BYTES));
  }

  /** @param source of the connection (`sourceOf`). */
  begin(kind: SecretKind, source: string): Begin {
    this.tick();
    if (this.#shown !== undefined && this.#isOld(this.#shown)) this.#replace(this.#shown);
    const failuresOfSource = this.#failuresOf.get(source) ?? 0;
    if (this.#locked || failuresOfSource >= LIMITS.sourceAttempts) return { ok: false, reason: 'locked' };
    const shown = this.#shown;
    const ofSource = [...this.#inFlight].filter((other) => other.source === source).length;
    if (shown === undefined || ofSource >= LIMITS.pairingsPerSource) return { ok: false, reason: 'busy' };
    const [oldest] = this.#inFlight;
    if (oldest !== undefined && this.#inFlight.size >= LIMITS.pairingsInFlight) this.#inFlight.delete(oldest);
    const mine: InFlight = { source, shown, since: this.#now() };
    this.#inFlight.add(mine);
    let triesLeft = LIMITS.codeAttempts - shown.failures;
    return {
      ok: true,
      attempt: {
        secret: kind === 'qr' ? shown.qrSecret : shown.code,
        failed: () => {
          if (this.#inFlight.delete(mine)) {
            this.#countFor(source);
            // 128 bits cannot be guessed, and a failure with them tells nothing of the digits.
            if (kind === 'code') this.#countFailure(shown);
          }
          if (kind === 'code') triesLeft = Math.max(0, LIMITS.codeAttempts - shown.failures);
          return { triesLeft };
        },
        abandoned: () => {
          this.#inFlight.delete(mine);
          this.tick();
        },
        succeeded: () => {
          this.tick();
          if (!this.#inFlight.has(mine)) throw new MoverError('PAIRING_FAILED');
          this.close();
        },
      },
    };
  }

  /** Ends exchanges that take too long, and replaces a code that is too old. To be called every second or so. */
  tick(): void {
    const now = this.#now();
    for (const exchange of this.#inFlight) {
      if (now - exchange.since >= LIMITS.pairingMs) this.#inFlight.delete(exchange);
    }
    // While an exchange is under way its person sees the code it was begun with.
    const shown = this.#shown;
    if (shown !== undefined && this.#isOld(shown) && this.#inFlight.size === 0) this.#replace(shown);
  }

  /** Wipes the secrets and takes no more attempts until `renew`. Idempotent. */
  close(): void {
    this.#inFlight.clear();
    this.#shown?.code.wipe();
    this.#shown?.qrSecret.wipe();
    this.#shown = undefined;
  }

  #isOld({ expiresAt }: Shown): boolean {
    return this.#now() >= expiresAt;
  }

  #countFor(source: string): void {
    this.#failuresOf.set(source, (this.#failuresOf.get(source) ?? 0) + 1);
  }

  #countFailure(tried: Shown): void {
    tried.failures += 1;
    this.#failuresOfRun += 1;
    if (this.#failuresOfRun >= LIMITS.runAttempts) {
      this.close();
      this.#locked = true;
      this.#options.onLocked?.();
    } else if (tried.failures >= LIMITS.codeAttempts) {
      // Guesses at this code that are still under way come too late.
      for (const other of this.#inFlight) if (other.shown === tried) this.#inFlight.delete(other);
      if (tried === this.#shown) this.#replace(tried);
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
