/** A TCP proxy on loopback that loses connections on demand: the cable between two endpoints of a test. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Connections carried so far. */
  readonly carried: number;
  /** Resets what is connected now. */
  cut(): void;
  /** While false, new connections are reset at once. */
  accepting: boolean;
  /** Called with every connection once both sides stand; may destroy it or listen to its data. */
  onCarry: ((client: Socket, server: Socket) => void) | undefined;
  close(): Promise<void>;
}

export async function tcpProxy(targetPort: number, host = '127.0.0.1'): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let carried = 0;
  const server = createServer((client) => {
    if (!proxy.accepting) {
      client.resetAndDestroy();
      return;
    }
    const target = connect({ host: '127.0.0.1', port: targetPort });
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
    target.on('connect', () => {
      carried += 1;
      proxy.onCarry?.(client, target);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    get carried() {
      return carried;
    },
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    accepting: true,
    onCarry: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        proxy.cut();
      }),
  };
  return proxy;
}
