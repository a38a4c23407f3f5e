/**
 * The network between two processes: the receiver's ports on 127.0.0.1, the same ports on 127.0.0.2 for the sender.
 * What goes wrong is decided by the byte that passes, so that a seed finds it again.
 */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** The receiver's first port is that of the control channel; each other one is that of a lane. */
export type Route = 'control' | 'lane';

export class FaultyNetwork {
  /** Bytes that have passed, both ways, all connections. */
  passed = 0;
  /** Called with every piece before it goes on; may change it in place. */
  onPass: ((bytes: Buffer) => void) | undefined;
  /** While set, every piece waits as long, in milliseconds. */
  delayMs = 0;
  /** While set, pieces of at most so many bytes go on one by one. */
  pieceBytes: number | undefined;
  /** While true, new connections are reset at once. */
  away = false;
  readonly #servers: Server[] = [];
  readonly #sockets = new Map<Socket, Route>();
  readonly #silent = new Set<Socket>();

  /** @throws the listeners' error when a port is taken. */
  static async open(ports: readonly number[]): Promise<FaultyNetwork> {
    const network = new FaultyNetwork();
    try {
      for (const [index, port] of ports.entries())
        await network.#listen(port, index === 0 ? 'control' : 'lane');
    } catch (error) {
      await network.close();
      throw error;
    }
    return network;
  }

  /** Resets what is connected now. */
  cut(only?: Route): void {
    for (const [socket, route] of this.#sockets) {
      if (only === undefined || route === only) socket.resetAndDestroy();
    }
  }

  /** From now on nothing passes on the connections of today, and neither end learns of it: a port that a firewall drops. */
  silence(only: Route): void {
    for (const [socket, route] of this.#sockets) {
      if (route !== only) continue;
      this.#silent.add(socket);
      socket.pause();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  async #listen(port: number, route: Route): Promise<void> {
    const server = createServer((client) => {
      if (this.away) {
        client.resetAndDestroy();
        return;
      }
      const target = connect({ host: '127.0.0.1', port });
      this.#carry(client, target, route);
      this.#carry(target, client, route);
    });
    server.listen(port, '127.0.0.2');
    await once(server, 'listening');
    this.#servers.push(server);
  }

  #carry(from: Socket, to: Socket, route: Route): void {
    this.#sockets.set(from, route);
    from.on('error', () => from.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      this.#silent.delete(from);
      to.destroy();
    });
    from.on('end', () => to.end());
    from.on('data', (bytes: Buffer) => {
      this.onPass?.(bytes);
      this.passed += bytes.length;
      const goOn = (): void => {
        if (this.#write(to, bytes)) return;
        from.pause();
        to.once('drain', resume);
      };
      const resume = (): void => {
        if (!this.#silent.has(from)) from.resume();
      };
      if (this.delayMs === 0) goOn();
      else {
        // In order: nothing is read while a piece waits.
        from.pause();
        setTimeout(() => {
          resume();
          goOn();
        }, this.delayMs);
      }
    });
  }

  #write(to: Socket, bytes: Buffer): boolean {
    if (to.destroyed) return true;
    const size = this.pieceBytes ?? bytes.length;
    let room = true;
    for (let at = 0; at < bytes.length; at += size) room = to.write(bytes.subarray(at, at + size));
    return room;
  }
}
