/**
 * `fetch` for an account at Apple, and for nothing else: each hop of each request must be https to a host of iCloud, at its
 * usual port. A password that was refused once is sent no second time: Apple locks accounts for less. Plain tsdav would follow
 * a redirect to any host, lose its authorisation on the way, and try a wrong password four times.
 */
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { MoverError } from '../../errors.ts';

/** How a request leaves this device; tests have a loopback in its place. */
export type Transport = (
  url: URL,
  options: RequestOptions,
  onResponse: (response: IncomingMessage) => void,
) => ClientRequest;

const HOSTS = /^(?:[a-z0-9-]+\.)*icloud\.com(?:\.cn)?$/;
const MOST_HOPS = 5;
/** Of a server that is busy, or a connection that was dropped. */
const MOST_TRIES = 4;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
const TIMEOUT_MS = 60_000;
/** A hundred cards with their pictures are a fraction of it. */
const MOST_BYTES = 256 * 1024 * 1024;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export function isIcloud(url: URL): boolean {
  const { protocol, port, username, password, hostname } = url;
  return protocol === 'https:' && port === '' && username === '' && password === '' && HOSTS.test(hostname);
}

export class GuardedFetch {
  readonly #transport: Transport;
  readonly #signal: AbortSignal;
  /** From the host that is asked first to the one that has the account, so that each redirect is followed once. */
  readonly #homes = new Map<string, string>();
  #refused = false;
  /** The account was let in: what is forbidden from then on is one thing, not the account. */
  #accepted = false;

  constructor(signal: AbortSignal, transport: Transport = httpsRequest) {
    this.#signal = signal;
    this.#transport = transport;
  }

  /** @throws MoverError `PASSWORD_WRONG` once the account was refused; `SOURCE_UNREADABLE` for a host that is not Apple's. */
  readonly fetch = async (input: URL | Request | string, init: RequestInit = {}): Promise<Response> => {
    const asked = new URL(input instanceof Request ? input.url : input);
    const home = this.#homes.get(asked.origin);
    let url = home === undefined ? asked : new URL(asked.pathname + asked.search, home);
    for (let hop = 0; hop <= MOST_HOPS; hop += 1) {
      if (!isIcloud(url)) throw foreign();
      const response = await this.#patiently(url, init);
      if (response.ok) this.#accepted = true;
      if (response.status === 401 || (response.status === 403 && !this.#accepted)) {
        this.#refused = true;
        throw refusal();
      }
      const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
      if (location === null || init.redirect === 'manual') return response;
      const next = new URL(location, url);
      if (!isIcloud(next)) throw foreign();
      if (next.origin !== url.origin && next.pathname === url.pathname)
        this.#homes.set(url.origin, next.origin);
      url = next;
    }
    throw new MoverError('SOURCE_UNREADABLE', {
      sentence: 'iCloud sends from one place to the next without an end.',
    });
  };

  async #patiently(url: URL, init: RequestInit): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      if (this.#refused) throw refusal();
      this.#signal.throwIfAborted();
      let pause = Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);
      try {
        const response = await this.#once(url, init);
        if (response.status !== 429 && response.status < 500) return response;
        if (tries === MOST_TRIES) return response;
        const after = Number(response.headers.get('retry-after'));
        if (after > 0) pause = Math.min(after * 1_000, LONGEST_PAUSE_MS);
      } catch (error) {
        this.#signal.throwIfAborted();
        if (error instanceof MoverError) throw error;
        if (tries === MOST_TRIES) {
          throw new MoverError('SOURCE_UNREADABLE', {
            sentence: 'iCloud does not answer. Check that this device is on the internet and try again.',
            cause: error,
          });
        }
      }
      await sleep(pause, undefined, { signal: this.#signal });
    }
  }

  #once(url: URL, init: RequestInit): Promise<Response> {
    const body = typeof init.body === 'string' ? init.body : undefined;
    const headers: Record<string, string> = { 'user-agent': 'OpenMover' };
    for (const [name, value] of new Headers(init.headers)) headers[name] = value;
    if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
    return new Promise((resolve, reject) => {
      const options = { method: init.method ?? 'GET', headers, signal: this.#signal, timeout: TIMEOUT_MS };
      const sent = this.#transport(url, options, (received) => {
        gather(received).then(resolve, reject);
      });
      sent.on('timeout', () => {
        sent.destroy(new Error('no answer in time'));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

async function gather(received: IncomingMessage): Promise<Response> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of received as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > MOST_BYTES)
      throw new MoverError('SOURCE_UNREADABLE', { detail: 'an answer of iCloud that does not end' });
    pieces.push(piece);
  }
  const headers = new Headers();
  for (const [name, values] of Object.entries(received.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const status = received.statusCode ?? 500;
  const empty = status === 204 || status === 304;
  return new Response(empty ? null : Buffer.concat(pieces), { status, headers });
}

const refusal = (): MoverError =>
  new MoverError('PASSWORD_WRONG', {
    sentence:
      'Apple did not accept it. Use the 16 letters of an app-specific password, not your usual password.',
  });

const foreign = (): MoverError =>
  new MoverError('SOURCE_UNREADABLE', {
    sentence: 'iCloud pointed to a place that is not Apple’s. Nothing was sent there.',
  });
