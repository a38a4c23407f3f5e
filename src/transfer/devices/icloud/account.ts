/**
 * An iCloud account as CardDAV (RFC 6352) and CalDAV (RFC 4791) give it, by tsdav. Lists what there is by PROPFIND, which
 * every server knows, then asks for a hundred at a time; what was listed and did not come is told.
 */
import { type DAVCollection, DAVClient } from 'tsdav';
import { MoverError } from '../../errors.ts';
import type { Ephemeral } from '../../privacy/ephemeral.ts';
import { GuardedFetch, type Transport } from './guarded-fetch.ts';

export type Service = 'carddav' | 'caldav';

const SERVERS: Readonly<Record<Service, string>> = {
  carddav: 'https://contacts.icloud.com',
  caldav: 'https://caldav.icloud.com',
};
const BATCH = 100;

export interface Collection {
  readonly url: string;
  readonly name: string | undefined;
}

export interface Credentials {
  readonly account: Ephemeral<string>;
  readonly password: Ephemeral<string>;
}

export class IcloudAccount {
  readonly #credentials: Credentials;
  readonly #guard: GuardedFetch;
  readonly #clients = new Map<Service, DAVClient>();

  constructor(credentials: Credentials, signal: AbortSignal, transport?: Transport) {
    this.#credentials = credentials;
    this.#guard = new GuardedFetch(signal, transport);
  }

  /** Address books or calendars. @throws MoverError `PASSWORD_WRONG`, `SOURCE_UNREADABLE`. */
  async collections(service: Service): Promise<Collection[]> {
    const client = await this.#client(service);
    const found: DAVCollection[] =
      service === 'carddav' ? await client.fetchAddressBooks() : await client.fetchCalendars();
    return found.map(({ url, displayName }) => ({
      url,
      name: typeof displayName === 'string' && displayName !== '' ? displayName : undefined,
    }));
  }

  /** Every object of a collection as its server has it. @param onMissing told how many were listed and did not come. */
  async *objects(
    service: Service,
    collection: Collection,
    onMissing: (count: number) => void,
  ): AsyncGenerator<string, void> {
    const client = await this.#client(service);
    const listed = await client.propfind({
      url: collection.url,
      props: { 'd:getetag': {}, 'd:getcontenttype': {} },
      depth: '1',
    });
    const own = new URL(collection.url).pathname;
    const paths = listed
      .filter(({ props }) => props?.['getetag'] !== undefined)
      .map(({ href }) => new URL(href ?? '', collection.url).pathname)
      .filter((path) => path !== own);
    for (let first = 0; first < paths.length; first += BATCH) {
      const wanted = new Set(paths.slice(first, first + BATCH));
      // What changes while it is read may be missing once.
      for (let tries = 0; tries < 2 && wanted.size > 0; tries += 1) {
        for (const { url, data } of await this.#multiget(client, service, collection, [...wanted])) {
          if (typeof data !== 'string' || !wanted.delete(new URL(url, collection.url).pathname)) continue;
          yield data;
        }
      }
      if (wanted.size > 0) onMissing(wanted.size);
    }
  }

  /** What a card names by its address at Apple. Undefined when it does not come. */
  async load(url: string): Promise<Buffer | undefined> {
    try {
      const authorization = this.#credentials.account.use((account) =>
        this.#credentials.password.use(
          (password) => `Basic ${Buffer.from(`${account}:${password}`).toString('base64')}`,
        ),
      );
      const response = await this.#guard.fetch(url, { headers: { authorization } });
      return response.ok ? Buffer.from(await response.arrayBuffer()) : undefined;
    } catch (error) {
      if (MoverError.from(error).code === 'PASSWORD_WRONG') throw error;
      return undefined;
    }
  }

  wipe(): void {
    this.#clients.clear();
    this.#credentials.account.wipe();
    this.#credentials.password.wipe();
  }

  async #multiget(
    client: DAVClient,
    service: Service,
    { url }: Collection,
    objectUrls: string[],
  ): Promise<{ readonly url: string; readonly data?: unknown }[]> {
    return service === 'carddav'
      ? client.fetchVCards({ addressBook: { url }, objectUrls })
      : client.fetchCalendarObjects({ calendar: { url }, objectUrls, urlFilter: () => true });
  }

  async #client(service: Service): Promise<DAVClient> {
    const known = this.#clients.get(service);
    if (known !== undefined) return known;
    const { account, password } = this.#credentials;
    const client = account.use((username) =>
      password.use(
        (secret) =>
          new DAVClient({
            serverUrl: SERVERS[service],
            credentials: { username, password: secret },
            authMethod: 'Basic',
            defaultAccountType: service,
            fetch: this.#guard.fetch,
          }),
      ),
    );
    try {
      await client.login();
    } catch (error) {
      if (error instanceof MoverError) throw error;
      throw new MoverError('SOURCE_UNREADABLE', {
        sentence: 'iCloud answers in a way that OpenMover does not know. Try again later.',
        cause: error,
      });
    }
    this.#clients.set(service, client);
    return client;
  }
}
