/**
 * One multicast socket per interface, behind the face of a single `dgram` socket, which is what the mDNS library takes.
 * By itself the library sends by the default route only, fails where there is none, answers whoever reaches port 5353
 * from anywhere, and lets a malformed packet or an occupied port end the program.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { localLinks, type Link } from './local-address.ts';

/** RFC 6762, sections 3 and 5. */
const GROUP = '224.0.0.251';
const PORT = 5353;
/** RFC 6762, section 17. */
const PACKET_BYTES = 9_000;
/** How soon an interface that comes up (Wi-Fi switched on) is taken in. */
const REFRESH_MS = 2_000;

/** A packet's origin; `link` is the interface it came in by. */
export interface Origin extends RemoteInfo {
  readonly link: Link;
}

interface OpenLink {
  readonly link: Link;
  readonly socket: Socket;
}

type SendCallback = (error?: Error | null) => void;

/**
 * Emits `message` (bytes, `Origin`) and `joined` when interfaces were added after the start. Packets from outside an
 * interface's own subnets are dropped (RFC 6762, section 11).
 */
export class MulticastLinks extends EventEmitter {
  readonly #open = new Map<string, OpenLink>();
  readonly #loopbackOnly: boolean;
  #refresh: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(loopbackOnly: boolean) {
    super();
    this.setMaxListeners(0);
    this.#loopbackOnly = loopbackOnly;
  }

  /** @param loopbackOnly speak to this device alone, for a receiver that listens on loopback */
  static async open(loopbackOnly: boolean): Promise<MulticastLinks> {
    const links = new MulticastLinks(loopbackOnly);
    await links.#update();
    links.#refresh = setInterval(() => {
      void links.#update().then((added) => {
        if (added) links.emit('joined');
      });
    }, REFRESH_MS).unref();
    return links;
  }

  /** Interfaces spoken to now. */
  get links(): readonly Link[] {
    return [...this.#open.values()].map(({ link }) => link);
  }

  async #update(): Promise<boolean> {
    const wanted = localLinks().filter((link) => link.loopback || !this.#loopbackOnly);
    const gone = [...this.#open].filter(([address]) => !wanted.some((link) => link.address === address));
    for (const [address, { socket }] of gone) {
      this.#open.delete(address);
      socket.close();
    }
    const fresh = wanted.filter((link) => !this.#open.has(link.address));
    const opened = await Promise.all(fresh.map(async (link) => ({ link, socket: await join(link) })));
    let added = false;
    for (const { link, socket } of opened) {
      if (socket === undefined) continue;
      if (this.#closed || this.#open.has(link.address)) {
        socket.close();
        continue;
      }
      this.#listen(link, socket);
      added = true;
    }
    return added;
  }

  #listen(link: Link, socket: Socket): void {
    this.#open.set(link.address, { link, socket });
    socket.on('message', (bytes, from) => {
      if (bytes.length > PACKET_BYTES || !link.holds(from.address)) return;
      try {
        this.emit('message', bytes, { ...from, link } satisfies Origin);
      } catch {
        // Whoever sends what the library stumbles over is not heard.
      }
    });
  }

  /** Sends by every interface; one that fails does not keep the others from it, nor is it an error. */
  send(
    bytes: Uint8Array,
    offset: number,
    length: number,
    port: number,
    host: string,
    done?: SendCallback,
  ): void {
    const targets = [...this.#open.values()];
    let pending = targets.length;
    const settle = (): void => {
      pending -= 1;
      if (pending <= 0) done?.();
    };
    if (targets.length === 0) process.nextTick(settle);
    for (const { socket } of targets) {
      try {
        socket.send(bytes, offset, length, port, host, settle);
      } catch {
        process.nextTick(settle);
      }
    }
  }

  address(): { address: string; port: number } {
    return { address: '0.0.0.0', port: PORT };
  }

  close(done?: () => void): void {
    if (this.#closed) {
      if (done) process.nextTick(done);
      return;
    }
    this.#closed = true;
    clearInterval(this.#refresh);
    const closing = [...this.#open.values()].map(async ({ socket }) => {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    });
    this.#open.clear();
    void Promise.all(closing).then(() => done?.());
  }
}

/** A bound socket that is a member of the group on this interface; undefined where that cannot be. */
async function join(link: Link): Promise<Socket | undefined> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  // An interface that goes away shows as errors here; the next refresh closes its socket.
  socket.on('error', () => undefined);
  try {
    const ready = once(socket, 'listening');
    socket.bind({ port: PORT, address: '0.0.0.0', exclusive: true });
    await ready;
    socket.addMembership(GROUP, link.address);
    socket.setMulticastInterface(link.address);
    socket.setMulticastTTL(255);
    socket.setMulticastLoopback(true);
    return socket;
  } catch {
    try {
      socket.close();
    } catch {
      // It never opened.
    }
    return undefined;
  }
}
