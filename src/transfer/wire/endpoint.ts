/**
 * The receiver's control port: TLS, then HTTP for as long as it takes to upgrade, to the control channel (`GET /control`,
 * RFC 6455) or to a lane that cannot reach its own port (`GET /lane`). Anything else is told 404 and closed.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import { LIMITS } from '../limits.ts';
import type { Identity } from '../pairing/identity.ts';
import { ControlSocket } from './control-socket.ts';
import { createServer } from './http.ts';
import { ownAddresses } from './own-addresses.ts';
import { listenTls } from './tls-listener.ts';
import { LANE_UPGRADE, SUBPROTOCOL } from './tls-profile.ts';

export interface ListenOptions {
  readonly identity: Identity;
  /** One address to bind to; without it every private, link-local or loopback address answers, and no other. */
  readonly host?: string | undefined;
  /** 0 or absent: a free one. */
  readonly port?: number | undefined;
}

export interface Endpoint {
  readonly port: number;
  /** Where the port can be reached now, most useful first, loopback last. */
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  /** A control connection has come in; nothing is known of the peer. Set by the pairing server. */
  onControl: ((socket: ControlSocket) => void) | undefined;
  /** A lane wants to join through the control port; hand both to `answerLaneJoin`. Without a listener: 404. */
  onLane: ((socket: Duplex, head: Buffer) => void) | undefined;
  /** Stops listening and ends every connection. Idempotent. */
  close(): Promise<void>;
}

/** @throws MoverError `PORT_IN_USE`, `HOST_UNAVAILABLE`. */
export async function listen(options: ListenOptions): Promise<Endpoint> {
  const websockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LIMITS.messageBytes,
    handleProtocols: () => SUBPROTOCOL,
  });
  const http = createServer({ maxHeaderSize: LIMITS.headBytes }, notFound);
  const heads = new WeakMap<Duplex, NodeJS.Timeout>();
  http.on('clientError', (_error, socket) => socket.destroy());
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    clearTimeout(heads.get(socket));
    if (!(socket instanceof TLSSocket)) {
      socket.destroy();
      return;
    }
    const refusal = upgradeRefusal(request, endpoint);
    if (refusal !== undefined) {
      refuse(socket, refusal);
    } else if (request.url === '/lane') {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${LANE_UPGRADE}\r\n\r\n`,
      );
      endpoint.onLane?.(socket, head);
    } else {
      websockets.handleUpgrade(request, socket, head, (ws) => {
        endpoint.onControl?.(new ControlSocket(ws, socket));
      });
    }
  });
  const listener = await listenTls({
    ...options,
    onSecure: (socket) => {
      // Node bounds the time of a head only for servers that listen themselves.
      const timer = setTimeout(() => socket.destroy(), LIMITS.handshakeMs);
      heads.set(socket, timer);
      socket.on('close', () => {
        clearTimeout(timer);
      });
      http.emit('connection', socket);
    },
  });
  const { port } = listener;
  const endpoint: Endpoint = {
    port,
    get addresses() {
      const { host } = options;
      const hosts = host === undefined || isUnspecified(host) ? ownAddresses() : [host];
      return hosts.map((host) => ({ host, port }));
    },
    onControl: undefined,
    onLane: undefined,
    close: async () => {
      await listener.close();
      websockets.close();
    },
  };
  return endpoint;
}

/** `--host 0.0.0.0`: every address answers, public ones too, because the person said so. */
const isUnspecified = (host: string): boolean => host === '0.0.0.0' || host === '::';

type Refusal = 400 | 403 | 404 | 426;

const REASONS = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  426: 'Upgrade Required',
} as const satisfies Record<Refusal, string>;

/** Why a request to upgrade is refused, or undefined when it is not. */
function upgradeRefusal(request: IncomingMessage, endpoint: Endpoint): Refusal | undefined {
  const upgrade = request.headers.upgrade?.toLowerCase();
  // Only a web page sends Origin, and no web page has business here.
  if (request.headers.origin !== undefined) return 403;
  if (request.method !== 'GET') return 404;
  if (request.url === '/lane') {
    if (endpoint.onLane === undefined) return 404;
    return upgrade === LANE_UPGRADE ? undefined : 400;
  }
  if (request.url !== '/control' || endpoint.onControl === undefined) return 404;
  if (upgrade !== 'websocket') return 400;
  const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
  return offered.includes(SUBPROTOCOL) ? undefined : 426;
}

/** Says which version is spoken here, so that a newer sender can tell its person what to update. */
function refuse(socket: Duplex, status: Refusal): void {
  const body = `${SUBPROTOCOL}\n`;
  socket.end(
    `HTTP/1.1 ${status} ${REASONS[status]}\r\nConnection: close\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n` +
      `Content-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

function notFound(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, { Connection: 'close', 'Content-Length': 0 });
  response.end(() => request.socket.destroy());
}
