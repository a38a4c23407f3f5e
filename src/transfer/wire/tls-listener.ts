/**
 * A TLS 1.3 port that unauthenticated peers may connect to: few at a time, each with little time, and nothing they send can end the
 * listening. Used by the control port and by the lanes' own ports.
 */
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { MoverError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Identity } from '../pairing/identity.ts';
import { isPrivateAddress } from './private-address.ts';
import { sourceOf } from './source-address.ts';
import { ALPN, meetsProfile, SERVER_CIPHERS, TLS_VERSION } from './tls-profile.ts';

export interface TlsListenerOptions {
  /** Its key is needed during the call only. */
  readonly identity: Identity;
  /** One address to bind to; without it all, of which only private, link-local and loopback ones answer. */
  readonly host?: string | undefined;
  /** 0 or absent: a free one. */
  readonly port?: number | undefined;
  /** A connection that meets the profile. It is closed after `LIMITS.unpairedMs` unless `admit` is called for it. */
  readonly onSecure: (socket: TLSSocket) => void;
}

export interface TlsListener {
  readonly port: number;
  /** Stops listening and destroys every connection, admitted ones too. Idempotent. */
  close(): Promise<void>;
}

const admissions = new WeakMap<Duplex, () => void>();

/** The peer of this connection is known now: it no longer counts as unauthenticated and has no deadline. */
export function admit(socket: Duplex): void {
  admissions.get(socket)?.();
  admissions.delete(socket);
}

/** @throws MoverError `PORT_IN_USE`, `HOST_UNAVAILABLE`. */
export async function listenTls(options: TlsListenerOptions): Promise<TlsListener> {
  const unauthenticated = new UnauthenticatedConnections();
  const open = new Set<Socket>();
  const { key, certificate } = options.identity;
  const tls = key.use((bytes) =>
    createTlsServer({
      key: bytes,
      cert: certificate,
      ...TLS_VERSION,
      ...SERVER_CIPHERS,
      ALPNProtocols: [ALPN],
      handshakeTimeout: LIMITS.handshakeMs,
    }),
  );
  tls.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy());
    const leave = unauthenticated.find(socket);
    if (leave === undefined || !meetsProfile(socket)) {
      socket.destroy();
      return;
    }
    admissions.set(socket, leave);
    options.onSecure(socket);
  });
  tls.on('tlsClientError', (_error, socket) => socket.destroy());

  const tcp = createTcpServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    const expected = options.host !== undefined || isPrivateAddress(socket.localAddress ?? '');
    if (!expected || !unauthenticated.enter(socket)) {
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    tls.emit('connection', socket);
  });
  await bind(tcp, options);
  // A connection that cannot be accepted (EMFILE) is that connection's loss, not the listener's end.
  tcp.on('error', () => undefined);

  let closed: Promise<void> | undefined;
  return {
    port: (tcp.address() as AddressInfo).port,
    close: () =>
      (closed ??= new Promise((resolve) => {
        tcp.close(() => {
          resolve();
        });
        for (const socket of open) socket.destroy();
      })),
  };
}

/** Connections of which nothing is known yet: bounded in number, for each address too, and in time. */
class UnauthenticatedConnections {
  readonly #leave = new Map<string, () => void>();
  readonly #ofSource = new Map<string, number>();

  /** False when there are too many, or the connection is gone already. */
  enter(socket: Socket): boolean {
    const key = connectionKey(socket);
    if (key === undefined || this.#leave.size >= LIMITS.unpairedConnections) return false;
    const source = sourceOf(socket.remoteAddress ?? '');
    const ofSource = this.#ofSource.get(source) ?? 0;
    if (ofSource >= LIMITS.unpairedPerSource) return false;
    this.#ofSource.set(source, ofSource + 1);
    const timer = setTimeout(() => socket.destroy(), LIMITS.unpairedMs);
    const leave = (): void => {
      clearTimeout(timer);
      if (!this.#leave.delete(key)) return;
      const left = (this.#ofSource.get(source) ?? 1) - 1;
      if (left === 0) this.#ofSource.delete(source);
      else this.#ofSource.set(source, left);
      socket.off('close', leave);
    };
    this.#leave.set(key, leave);
    socket.on('close', leave);
    return true;
  }

  find(socket: TLSSocket): (() => void) | undefined {
    const key = connectionKey(socket);
    return key === undefined ? undefined : this.#leave.get(key);
  }
}

/** The TLS socket does not name the TCP socket it wraps; but both have the addresses of one connection. */
function connectionKey(socket: Socket): string | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  return [remoteAddress, remotePort, localAddress, localPort].join(' ');
}

async function bind(server: Server, options: TlsListenerOptions): Promise<void> {
  const port = options.port ?? 0;
  if (options.host !== undefined) return bindTo(server, options.host, port);
  try {
    await bindTo(server, '::', port);
  } catch (error) {
    // A system without IPv6.
    if (!(error instanceof MoverError) || error.code !== 'HOST_UNAVAILABLE') throw error;
    await bindTo(server, '0.0.0.0', port);
  }
}

function bindTo(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException): void => {
      // EACCES: a port below 1024, or one the system keeps for itself.
      const taken = cause.code === 'EADDRINUSE' || cause.code === 'EACCES';
      reject(
        taken
          ? new MoverError('PORT_IN_USE', { detail: `port ${port}`, cause })
          : new MoverError('HOST_UNAVAILABLE', { detail: host, cause }),
      );
    };
    server.once('error', failed);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}
