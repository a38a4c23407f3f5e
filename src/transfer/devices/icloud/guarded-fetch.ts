/**
 * The only way to iCloud: https to `*.icloud.com` and `*.icloud.com.cn` at every hop, and the credentials are added here,
 * after the host was checked. Over node:https, because undici adds headers that tell of the person's system
 * (Accept-Language, Sec-Fetch-Mode). All requests only read, so one that was cut off is sent again.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ephemeral } from '../../privacy/ephemeral.ts';

/** How a request leaves this device; tests have a loopback in its place. */
export type Transport = (
  url: URL,
  options: RequestOptions,
  onResponse: (response: IncomingMessage) => void,
) => ClientRequest;

const MOST_REDIRECTS = 5;
/** Of silence. A server lists a large address book without a word until it is done: Radicale took 100 s for 10,000 cards. */
const SIGN_IN_SILENCE_MS = 30_000;
const READING_SILENCE_MS = 180_000;
/** Waits before another attempt: a Wi-Fi that changes its access point is back within seconds, a router in a minute. */
const SIGN_IN_WAITS_MS = [250, 1_000, 4_000] as const;
const READING_WAITS_MS = [250, 1_000, 4_000, 15_000, 30_000] as const;
const LONGEST_WAIT_MS = 30_000;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);
const HOST = /^(?:[a-z0-9-]+\.)+icloud\.com(?:\.cn)?$/;

export type CloudFailureReason =
  /** Apple did not take the password. Nothing more is asked with it. */
  | 'refused'
  /** An address that is not Apple's. Nothing was sent to it. */
  | 'foreign'
  /** No answer, however often asked. */
  | 'offline'
  /** The host has no certificate that the system trusts. */
  | 'untrusted'
  | 'too-large'
  /** Apple answers that it cannot, or what it answers is no DAV. */
  | 'fault';

/** Says no address: those of a partition hold the account's number. */
export class CloudFailure extends Error {
  readonly reason: CloudFailureReason;

  constructor(reason: CloudFailureReason, options: { cause?: unknown } = {}) {
    super(`iCloud: ${reason}`, options);
    this.reason = reason;
  }
}

export interface Credentials {
  readonly appleId: Ephemeral<string>;
  readonly password: Ephemeral<string>;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface GuardOptions {
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
  readonly transport?: Transport | undefined;
  /** Of one answer. */
  readonly maxBytes: number;
  /** Called before another attempt. */
  readonly waiting: () => void;
}

/** Whether credentials may go there. */
export const isIcloud = ({ protocol, port, username, password, hostname }: URL): boolean =>
  protocol === 'https:' && port === '' && username === '' && password === '' && HOST.test(hostname);

export class GuardedFetch {
  readonly #options: GuardOptions;
  /** From the host that everybody asks first to the account's partition, so that each request is redirected once only. */
  readonly #moved = new Map<string, string>();
  #refused = false;
  #waits: readonly number[] = SIGN_IN_WAITS_MS;
  #silenceMs = SIGN_IN_SILENCE_MS;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** From now on a connection that is lost is waited for longer: there is something to lose. */
  bePatient(): void {
    this.#waits = READING_WAITS_MS;
    this.#silenceMs = READING_SILENCE_MS;
  }

  /** As the global one. @throws CloudFailure; the signal's reason. */
  readonly fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const signal = AbortSignal.any([this.#options.signal, ...(init.signal ? [init.signal] : [])]);
    let address = addressOf(input instanceof Request ? input.url : String(input));
    for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
      const moved = this.#moved.get(address.origin);
      if (moved !== undefined) address = new URL(address.pathname + address.search, moved);
      const answer = await this.#ask(address, init, signal);
      const { status, headers, body } = answer;
      const location = headers.get('location');
      if (!REDIRECTS.has(status) || location === null) {
        return new Response(status === 204 || status === 304 ? null : new Uint8Array(body), {
          status,
          headers,
        });
      }
      const next = addressOf(location, address);
      if (!isIcloud(next)) throw new CloudFailure('foreign');
      if (next.origin !== address.origin && next.pathname === address.pathname) {
        this.#moved.set(address.origin, next.origin);
      }
      address = next;
    }
    throw new CloudFailure('fault');
  };

  async #ask(address: URL, init: RequestInit, signal: AbortSignal): Promise<Answer> {
    for (let attempt = 0; ; attempt += 1) {
      signal.throwIfAborted();
      if (!isIcloud(address)) throw new CloudFailure('foreign');
      if (this.#refused) throw new CloudFailure('refused');
      const answer = await this.#send(address, init, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        if (error instanceof CloudFailure) throw error;
        if (isCertificateError(error)) throw new CloudFailure('untrusted', { cause: error });
        return undefined;
      });
      if (answer?.status === 401) {
        this.#refused = true;
        throw new CloudFailure('refused');
      }
      if (answer !== undefined && answer.status !== 429 && answer.status < 500) return answer;
      const wait = this.#waits[attempt];
      if (wait === undefined) throw new CloudFailure(answer === undefined ? 'offline' : 'fault');
      this.#options.waiting();
      const asked = Number(answer?.headers.get('retry-after') ?? 0) * 1_000;
      await pause(Math.min(Math.max(wait, asked || 0), LONGEST_WAIT_MS), undefined, { signal });
    }
  }

  #send(address: URL, init: RequestInit, signal: AbortSignal): Promise<Answer> {
    const { transport = httpsRequest, maxBytes } = this.#options;
    const body = typeof init.body === 'string' ? Buffer.from(init.body) : undefined;
    const headers: Record<string, string | number> = {
      ...Object.fromEntries(new Headers(init.headers)),
      'user-agent': 'OpenMover',
      authorization: this.#authorization(),
      ...(body === undefined ? {} : { 'content-length': body.length }),
    };
    return new Promise((resolve, reject) => {
      const asking = transport(
        address,
        { method: init.method ?? 'GET', headers, signal, timeout: this.#silenceMs },
        (response) => {
          const pieces: Buffer[] = [];
          let length = 0;
          response.on('data', (piece: Buffer) => {
            length += piece.length;
            if (length > maxBytes) asking.destroy(new CloudFailure('too-large'));
            else pieces.push(piece);
          });
          response.on('error', reject);
          response.on('end', () => {
            const received = new Headers();
            for (const name of ['location', 'content-type', 'retry-after']) {
              const value = response.headers[name];
              if (typeof value === 'string') received.set(name, value);
            }
            resolve({
              status: response.statusCode ?? 0,
              headers: received,
              body: Buffer.concat(pieces),
            });
          });
        },
      );
      asking.on('timeout', () => asking.destroy(new Error('no answer')));
      asking.on('error', reject);
      asking.end(body);
    });
  }

  /** RFC 7617. */
  #authorization(): string {
    const { appleId, password } = this.#options.credentials;
    return appleId.use((name) =>
      password.use((secret) => `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`),
    );
  }
}

function addressOf(text: string, base?: URL): URL {
  try {
    return new URL(text, base);
  } catch (cause) {
    throw new CloudFailure('foreign', { cause });
  }
}

function isCertificateError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /CERT|^UNABLE_TO_|^ERR_TLS_|SELF_SIGNED/.test(code);
}
