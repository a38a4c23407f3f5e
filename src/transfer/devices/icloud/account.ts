/**
 * CardDAV (RFC 6352) and CalDAV (RFC 4791) as iCloud speaks them, on tsdav: find the account's collections, list what is in
 * one, and get it in batches. tsdav's own ways to fetch are not used: they ask for everything in one request, leave out
 * tasks, and give a whole batch up for one thing that was deleted meanwhile.
 */
import type { DAVResponse } from 'tsdav';
import { CloudFailure, GuardedFetch, type GuardOptions } from './guarded-fetch.ts';
import { loadTsdav } from './tsdav.ts';

export type Service = 'carddav' | 'caldav';

/** Of one answer. A batch that needs more is asked for in halves; parsed it takes some times as much. */
const ANSWER_BYTES = 16 * 1024 * 1024;
const PHOTO_BYTES = 16 * 1024 * 1024;

/** What one request asks for: Apple's own programs ask for as many. */
const BATCH = 100;

const SERVICES = {
  carddav: {
    root: 'https://contacts.icloud.com/',
    wellKnown: 'https://contacts.icloud.com/.well-known/carddav',
    home: 'card:addressbook-home-set',
    homeOf: 'addressbookHomeSet',
    type: 'addressbook',
    namespace: 'card',
    report: 'addressbook-multiget',
    data: 'address-data',
    dataOf: 'addressData',
    schema: 'urn:ietf:params:xml:ns:carddav',
  },
  caldav: {
    root: 'https://caldav.icloud.com/',
    wellKnown: 'https://caldav.icloud.com/.well-known/caldav',
    home: 'c:calendar-home-set',
    homeOf: 'calendarHomeSet',
    type: 'calendar',
    namespace: 'c',
    report: 'calendar-multiget',
    data: 'calendar-data',
    dataOf: 'calendarData',
    schema: 'urn:ietf:params:xml:ns:caldav',
  },
} as const;

export interface Collection {
  readonly url: string;
  /** Some address books have none. */
  readonly name: string | undefined;
}

export interface Batch {
  readonly objects: readonly string[];
  /** Listed, and not given: deleted since, for instance. */
  readonly missing: number;
  readonly tooLarge: number;
}

/** An account that was not signed in to yet. */
export class IcloudAccount {
  readonly #guard: GuardedFetch;
  /** Apart from the other: where a photo is refused, contacts are still read. */
  readonly #photos: GuardedFetch;

  constructor(options: Omit<GuardOptions, 'maxBytes'>) {
    this.#guard = new GuardedFetch({ ...options, maxBytes: ANSWER_BYTES });
    this.#photos = new GuardedFetch({ ...options, maxBytes: PHOTO_BYTES });
  }

  service(service: Service): DavService {
    return new DavService(service, this.#guard);
  }

  /** From now on a connection that is lost is waited for longer: there is something to lose. */
  bePatient(): void {
    this.#guard.bePatient();
  }

  /** What a card names by its address at Apple; undefined when it does not come. */
  async photo(link: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
    try {
      const answer = await this.#photos.fetch(link, { signal });
      return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof CloudFailure) return undefined;
      throw error;
    }
  }
}

export class DavService {
  readonly #service: (typeof SERVICES)[Service];
  readonly #guard: GuardedFetch;

  constructor(service: Service, guard: GuardedFetch) {
    this.#service = SERVICES[service];
    this.#guard = guard;
  }

  /**
   * Signs in and finds the address books or calendars.
   * @throws CloudFailure as `GuardedFetch.fetch`.
   */
  async collections(signal: AbortSignal): Promise<readonly Collection[]> {
    const { root, wellKnown, home, homeOf, type } = this.#service;
    const principal = (await this.#principal(root, signal)) ?? (await this.#principal(wellKnown, signal));
    if (principal === undefined) throw new CloudFailure('fault');
    const [answer] = await this.#propfind(principal, '0', { [home]: {} }, signal);
    const homes = hrefsOf(answer?.props?.[homeOf]).map((href) => resolve(href, principal));
    if (homes.length === 0) throw new CloudFailure('fault');
    const found = new Map<string, Collection>();
    for (const url of homes) {
      const props = { 'd:displayname': {}, 'd:resourcetype': {} };
      for (const { href, props: facts } of await this.#propfind(url, '1', props, signal)) {
        if (href === undefined || !isOfType(facts?.resourcetype, type)) continue;
        const address = resolve(href, url);
        found.set(address, { url: address, name: textOf(facts?.displayname) });
      }
    }
    return [...found.values()];
  }

  /** Addresses of all that is in a collection: paths, as the server writes them. */
  async list({ url }: Collection, signal: AbortSignal): Promise<readonly string[]> {
    const own = keyOf(url, url);
    const hrefs = new Map<string, string>();
    const props = { 'd:getetag': {}, 'd:resourcetype': {} };
    for (const { href, props: facts, status } of await this.#propfind(url, '1', props, signal)) {
      if (href === undefined || status === 404 || isOfType(facts?.resourcetype, 'collection')) continue;
      const key = keyOf(href, url);
      if (key !== own) hrefs.set(key, pathOf(href, url));
    }
    return [...hrefs.values()];
  }

  /** What stands at those addresses, a hundred at a time; fewer where they would be too much at once. */
  async *objects(
    collection: Collection,
    hrefs: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<Batch, void> {
    for (let at = 0; at < hrefs.length; at += BATCH) {
      yield* this.#batch(collection, hrefs.slice(at, at + BATCH), signal);
    }
  }

  async *#batch(
    collection: Collection,
    hrefs: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<Batch, void> {
    try {
      yield await this.#multiget(collection, hrefs, signal);
    } catch (error) {
      if (!(error instanceof CloudFailure) || error.reason !== 'too-large') throw error;
      if (hrefs.length <= 1) yield { objects: [], missing: 0, tooLarge: hrefs.length };
      else {
        const half = Math.ceil(hrefs.length / 2);
        yield* this.#batch(collection, hrefs.slice(0, half), signal);
        yield* this.#batch(collection, hrefs.slice(half), signal);
      }
    }
  }

  /** Each that did not come is asked for once more. */
  async #multiget({ url }: Collection, hrefs: readonly string[], signal: AbortSignal): Promise<Batch> {
    const wanted = new Map(hrefs.map((href) => [keyOf(href, url), href]));
    const objects: string[] = [];
    let gone = 0;
    for (let attempt = 0; attempt < 2 && wanted.size > 0; attempt += 1) {
      for (const { href, status, props } of await this.#report(url, [...wanted.values()], signal)) {
        const key = href === undefined ? '' : keyOf(href, url);
        if (!wanted.has(key)) continue;
        const data = textOf(props?.[this.#service.dataOf]);
        if (data === undefined && status !== 404 && status !== 410) continue;
        wanted.delete(key);
        if (data === undefined) gone += 1;
        else objects.push(data);
      }
    }
    return { objects, missing: gone + wanted.size, tooLarge: 0 };
  }

  async #principal(url: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      const props = { 'd:current-user-principal': {} };
      const [answer] = await this.#propfind(url, '0', props, signal);
      const [href] = hrefsOf(answer?.props?.currentUserPrincipal);
      return href === undefined ? undefined : resolve(href, url);
    } catch (error) {
      if (error instanceof CloudFailure && error.reason === 'fault') return undefined;
      throw error;
    }
  }

  async #propfind(
    url: string,
    depth: '0' | '1',
    props: Record<string, object>,
    signal: AbortSignal,
  ): Promise<readonly DAVResponse[]> {
    const { propfind } = await loadTsdav();
    return checked(await propfind({ url, props, depth, fetchOptions: { signal }, fetch: this.#guard.fetch }));
  }

  async #report(url: string, hrefs: readonly string[], signal: AbortSignal): Promise<readonly DAVResponse[]> {
    const { namespace, report, data, schema } = this.#service;
    const query = {
      _attributes: { 'xmlns:d': 'DAV:', [`xmlns:${namespace}`]: schema },
      'd:prop': { 'd:getetag': {}, [`${namespace}:${data}`]: {} },
      'd:href': hrefs,
    };
    const { davRequest } = await loadTsdav();
    const init = { method: 'REPORT' as const, namespace, headers: { depth: '1' }, body: { [report]: query } };
    return checked(await davRequest({ url, init, fetchOptions: { signal }, fetch: this.#guard.fetch }));
  }
}

/** tsdav gives a failed request as a response without properties, and so one that is no XML. */
function checked(responses: readonly DAVResponse[]): readonly DAVResponse[] {
  const [first] = responses;
  const isAnswer = first === undefined || first.props !== undefined || (first.ok && first.href === undefined);
  if (!isAnswer) throw new CloudFailure('fault');
  return responses;
}

/** tsdav makes numbers and truth values of texts that look like them, and leaves CDATA in an object. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if ('_cdata' in value) return textOf(Array.isArray(value._cdata) ? value._cdata.join('') : value._cdata);
  return '_text' in value ? textOf(value._text) : undefined;
}

function hrefsOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null || !('href' in value)) return [];
  return [value.href].flat().flatMap((href) => textOf(href)?.trim() ?? []);
}

const isOfType = (value: unknown, type: string): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, type);

function resolve(href: string, base: string): string {
  try {
    return new URL(href, base).href;
  } catch (cause) {
    throw new CloudFailure('fault', { cause });
  }
}

function pathOf(href: string, base: string): string {
  const { pathname, search } = new URL(resolve(href, base));
  return pathname + search;
}

/** The same for all ways to write an address: servers escape differently in a listing and in an answer. */
function keyOf(href: string, base: string): string {
  const path = pathOf(href, base);
  try {
    return decodeURIComponent(path).replace(/\/$/, '');
  } catch {
    return path;
  }
}
