/**
 * Debian's Radicale as an account at Apple: behind two hosts on loopback, of which the one that is asked first sends every
 * request on to the other, as iCloud sends to the partition that has the account.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transport } from '../../../src/transfer/devices/icloud/guarded-fetch.ts';
import { onTestFinished } from 'vitest';
import { freePort } from '../free-port.ts';
import { scratchFolder } from '../scratch.ts';

export const ACCOUNT = 'anna.planted@example.org';
export const PASSWORD = 'abcd-efgh-ijkl-mnop';

export interface FakeIcloud {
  readonly transport: Transport;
  /** Each request that left: host, method, and whether it carried the password. */
  readonly requests: string[];
  /** How often a password was refused. */
  refusals: number;
  /** What the front host answers in place of sending on; for tests of redirects to elsewhere. */
  redirect: (path: string) => string;
  /** Drops the connections of so many next requests. */
  drop: number;
  /** Cards that are listed and not given. */
  hidden: RegExp | undefined;
}

const PARTITION = 'p42-contacts.icloud.com';

/** @param collections by their names in the store: files by name. */
export async function startIcloud(
  collections: Readonly<
    Record<
      string,
      {
        readonly tag: 'VADDRESSBOOK' | 'VCALENDAR';
        readonly name?: string;
        readonly files: Readonly<Record<string, string>>;
      }
    >
  >,
  pictures: Readonly<Record<string, Buffer>> = {},
): Promise<FakeIcloud> {
  const folder = scratchFolder();
  for (const [id, { tag, name, files }] of Object.entries(collections)) {
    const place = join(folder, 'store/collection-root', ACCOUNT, id);
    mkdirSync(place, { recursive: true });
    writeFileSync(
      join(place, '.Radicale.props'),
      JSON.stringify({ tag, ...(name === undefined ? {} : { 'D:displayname': name }) }),
    );
    for (const [file, text] of Object.entries(files)) writeFileSync(join(place, file), text);
  }
  writeFileSync(join(folder, 'users'), `${ACCOUNT}:${PASSWORD}\n`);
  const port = await freePort();
  writeFileSync(
    join(folder, 'config'),
    `[server]\nhosts = 127.0.0.1:${String(port)}\n[auth]\ntype = htpasswd\nhtpasswd_filename = ${folder}/users\nhtpasswd_encryption = plain\ndelay = 0\n[storage]\nfilesystem_folder = ${folder}/store\n[logging]\nlevel = error\n`,
  );
  const radicale = spawn('radicale', ['--config', join(folder, 'config')], { stdio: 'ignore' });
  onTestFinished(async () => {
    const ended = once(radicale, 'exit');
    radicale.kill('SIGKILL');
    await ended;
  });
  await listening(port);

  const state: FakeIcloud = {
    requests: [],
    refusals: 0,
    redirect: (path) => `https://${PARTITION}${path}`,
    drop: 0,
    hidden: undefined,
    transport: () => {
      throw new Error('not started');
    },
  };
  const front = await serve((incoming, answer) => {
    incoming.resume();
    answer.writeHead(301, { location: state.redirect(incoming.url ?? '/') }).end();
  });
  const partition = await serve((incoming, answer) => {
    const picture = pictures[incoming.url ?? ''];
    if (picture !== undefined) {
      incoming.resume();
      answer.writeHead(incoming.headers.authorization === undefined ? 401 : 200).end(picture);
      return;
    }
    const upstream = request(
      { host: '127.0.0.1', port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (response) => {
        if (response.statusCode === 401) state.refusals += 1;
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () => {
          let text = Buffer.concat(pieces).toString();
          const { hidden } = state;
          if (hidden !== undefined && incoming.method === 'REPORT') {
            text = text.replace(/<response>(?:(?!<\/response>)[^])*<\/response>/g, (each) =>
              hidden.test(each) ? '' : each,
            );
          }
          const headers = { ...response.headers };
          delete headers['content-length'];
          delete headers['transfer-encoding'];
          answer.writeHead(response.statusCode ?? 500, headers).end(text);
        });
      },
    );
    incoming.pipe(upstream);
  });
  const transport: Transport = (url, options, onResponse) => {
    const { authorization } = (options.headers ?? {}) as Record<string, string>;
    state.requests.push(
      `${url.host} ${options.method ?? ''} ${authorization === undefined ? 'open' : 'signed'}`,
    );
    const to = url.host === 'contacts.icloud.com' || url.host === 'caldav.icloud.com' ? front : partition;
    const sent = request(
      { ...options, host: '127.0.0.1', port: to, path: url.pathname + url.search },
      onResponse,
    );
    if (state.drop > 0) {
      state.drop -= 1;
      sent.destroy(new Error('dropped'));
    }
    return sent;
  };
  return Object.assign(state, { transport });
}

async function serve(listener: RequestListener): Promise<number> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Radicale says nothing when it is ready: asked until it answers. */
async function listening(port: number): Promise<void> {
  for (const started = performance.now(); performance.now() - started < 20_000;) {
    const answered = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    if (answered) return;
    await sleep(20);
  }
  throw new Error('Radicale did not start');
}
