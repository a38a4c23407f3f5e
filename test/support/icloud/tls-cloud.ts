/**
 * iCloud played on this machine: Radicale, a real CardDAV and CalDAV server, behind one TLS port that acts as Apple's hosts.
 * The first host sends everybody on to a partition, the partition wants Basic credentials, and photos have a host of their own.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { Agent, createServer, request as httpsRequest } from 'node:https';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { freePort } from '../free-port.ts';
import type { Transport } from '../../../src/transfer/devices/icloud/guarded-fetch.ts';

export const APPLE_ID = 'anna@example.com';
export const PASSWORD = 'abcd-efgh-ijkl-mnop';
const LOCALHOST = '127.0.0.1';

export interface Asked {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Which request of this method at this host it is. */
  readonly count: number;
}

export interface CloudOptions {
  /** Empty, for the server's data. */
  readonly folder: string;
  readonly addressBook?: readonly string[];
  readonly calendars?: Readonly<Record<string, readonly string[]>>;
  readonly photo?: Uint8Array;
  /** Answers in place of the servers where it returns true. */
  readonly intercept?: (asked: Asked, response: ServerResponse) => boolean;
}

export interface Cloud extends AsyncDisposable {
  /** Reaches this iCloud by Apple's names. */
  readonly transport: Transport;
  readonly asked: Asked[];
  /** Where a program of its own wanted to connect to. */
  readonly dialled: string[];
}

export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { folder } = options;
  const home = join(folder, 'data', 'collection-root', APPLE_ID);
  fill(join(home, 'card'), { tag: 'VADDRESSBOOK' }, options.addressBook ?? [], 'vcf');
  for (const [index, [name, events]] of Object.entries(options.calendars ?? {}).entries()) {
    const facts = { tag: 'VCALENDAR', 'D:displayname': name };
    fill(join(home, `calendar-${String(index)}`), facts, events, 'ics');
  }
  const upstream = await freePort();
  const stopServer = await startRadicale(folder, upstream);
  const { key, certificate } = makeCertificate(folder);

  const asked: Asked[] = [];
  const counts = new Map<string, number>();
  const server = createServer({ key, cert: certificate }, (incoming, response) => {
    const { host = '', authorization } = incoming.headers;
    const { method = '', url = '' } = incoming;
    const count = (counts.get(`${host} ${method}`) ?? 0) + 1;
    counts.set(`${host} ${method}`, count);
    const one = { host, method, path: url, headers: incoming.headers, count };
    asked.push(one);
    if (options.intercept?.(one, response) === true) incoming.resume();
    else if (authorization !== basic(APPLE_ID, PASSWORD)) {
      incoming.resume();
      response.writeHead(401, { 'www-authenticate': 'Basic realm="MMCalDav"' }).end();
    } else if (host.startsWith('contacts.') || host.startsWith('caldav.')) {
      incoming.resume();
      response.writeHead(301, { location: `https://p42-${host}:443${url}` }).end();
    } else if (host.startsWith('gateway.')) {
      incoming.resume();
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(options.photo);
    } else pass(incoming, response, upstream);
  });
  server.listen(0, LOCALHOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const dialled: string[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  agent.createConnection = (to) => {
    const { host = '', servername } = to as { host?: string; servername?: string };
    dialled.push(host);
    return connect({ host: LOCALHOST, port, ca: certificate, servername: servername ?? host });
  };
  return {
    transport: (url, options, onResponse) => httpsRequest(url, { ...options, agent }, onResponse),
    asked,
    dialled,
    async [Symbol.asyncDispose]() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await stopServer();
    },
  };
}

/** Radicale keeps a collection as a folder with a file for each thing in it. */
function fill(folder: string, facts: object, items: readonly string[], ending: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.Radicale.props'), JSON.stringify(facts));
  for (const [index, text] of items.entries()) {
    writeFileSync(join(folder, `${String(index)}.${ending}`), text);
  }
}

async function startRadicale(folder: string, port: number): Promise<() => Promise<void>> {
  const users = join(folder, 'users');
  writeFileSync(users, `${APPLE_ID}:${PASSWORD}\n`);
  const config = join(folder, 'config');
  writeFileSync(
    config,
    `[server]
hosts = ${LOCALHOST}:${String(port)}
[auth]
type = htpasswd
htpasswd_filename = ${users}
htpasswd_encryption = plain
[storage]
filesystem_folder = ${join(folder, 'data')}
[logging]
level = info
`,
  );
  const radicale = spawn('radicale', ['--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(radicale, 'exit');
  radicale.stderr.setEncoding('utf8');
  let log = '';
  for await (const text of radicale.stderr.iterator({ destroyOnReturn: false })) {
    log += String(text);
    if (log.includes('Radicale server ready')) break;
  }
  if (!log.includes('Radicale server ready')) throw new Error(`Radicale did not start: ${log}`);
  radicale.stderr.resume();
  return async () => {
    radicale.kill();
    await ended;
  };
}

function makeCertificate(folder: string): { readonly key: Buffer; readonly certificate: string } {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'ca.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=Test authority'],
    ...['-addext', 'subjectAltName=DNS:*.icloud.com,DNS:*.icloud.com.cn'],
  ]);
  if (made.status !== 0) throw new Error(`openssl: ${String(made.stderr)}`);
  return { key: readFileSync(key), certificate: readFileSync(certificate, 'utf8') };
}

const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

function pass(incoming: IncomingMessage, response: ServerResponse, port: number): void {
  const onward = request(
    { host: LOCALHOST, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  incoming.pipe(onward);
}
