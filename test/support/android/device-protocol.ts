/**
 * The side of a phone in adb's protocol (AOSP, packages/modules/adb, protocol.txt): messages of 24 bytes and a payload,
 * streams that one side may write to only after the other said OKAY to what it wrote before.
 */
import type { Socket } from 'node:net';

const COMMANDS = {
  CNXN: 0x4e584e43,
  AUTH: 0x48545541,
  OPEN: 0x4e45504f,
  OKAY: 0x59414b4f,
  CLSE: 0x45534c43,
  WRTE: 0x45545257,
};
type Command = keyof typeof COMMANDS;
const NAMES = new Map(Object.entries(COMMANDS).map(([name, code]) => [code, name as Command]));

/** From this version on nobody looks at checksums. */
const VERSION = 0x0100_0001;
const MAX_PAYLOAD = 256 * 1024;
const PIECE = 64 * 1024;
const TOKEN = 1;

/** A stream of a service on the phone. */
export interface DeviceStream {
  /** What the computer writes; ends when it closes. */
  readonly input: AsyncGenerator<Buffer, void>;
  /** Resolves when the computer has taken it. */
  write(bytes: Uint8Array): Promise<void>;
  readonly closed: AbortSignal;
}

export type ServiceHandler = (service: string, stream: DeviceStream) => Promise<void> | undefined;

export interface DeviceIdentity {
  /** `device::ro.product.model=Pixel 7;features=…` */
  readonly banner: string;
  /** Asks for a key and never is content with one: the person has not tapped Allow. */
  readonly unauthorized: boolean;
}

class OpenStream implements DeviceStream {
  readonly input: AsyncGenerator<Buffer, void>;
  readonly #close = new AbortController();
  readonly closed = this.#close.signal;
  readonly #received: Buffer[] = [];
  #wake: (() => void) | undefined;
  #acknowledged: (() => void) | undefined;
  readonly #send: (payload: Uint8Array) => void;

  constructor(send: (payload: Uint8Array) => void) {
    this.#send = send;
    this.input = this.#read();
  }

  receive(bytes: Buffer): void {
    this.#received.push(bytes);
    this.#wake?.();
  }

  acknowledge(): void {
    this.#acknowledged?.();
    this.#acknowledged = undefined;
  }

  end(): void {
    this.#close.abort();
    this.#wake?.();
    this.acknowledge();
  }

  /** One after the other: output and errors of a command come at once. */
  write(bytes: Uint8Array): Promise<void> {
    const written = this.#last.then(() => this.#write(bytes));
    this.#last = written.catch(() => undefined);
    return written;
  }
  #last: Promise<unknown> = Promise.resolve();

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && !this.closed.aborted; at += PIECE) {
      const taken = new Promise<void>((resolve) => {
        this.#acknowledged = resolve;
      });
      this.#send(bytes.subarray(at, at + PIECE));
      await taken;
    }
    if (this.closed.aborted) throw new Error('the computer closed the stream');
  }

  async *#read(): AsyncGenerator<Buffer, void> {
    for (;;) {
      const next = this.#received.shift();
      if (next !== undefined) {
        yield next;
        continue;
      }
      if (this.closed.aborted) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Speaks to one adb server until the connection ends. */
export function serveDevice(socket: Socket, identity: DeviceIdentity, handle: ServiceHandler): void {
  socket.setNoDelay(true);
  const streams = new Map<number, { readonly stream: OpenStream; readonly remote: number }>();
  let buffered: Buffer = Buffer.alloc(0);
  let next = 1;
  const send = (
    command: Command,
    first: number,
    second: number,
    payload: Uint8Array = Buffer.alloc(0),
  ): void => {
    const head = Buffer.alloc(24);
    const code = COMMANDS[command];
    [code, first, second, payload.length, 0, (code ^ 0xffffffff) >>> 0].forEach((value, index) => {
      head.writeUInt32LE(value >>> 0, index * 4);
    });
    if (!socket.destroyed) socket.write(Buffer.concat([head, payload]));
  };
  const open = (remote: number, service: string): void => {
    const local = next++;
    const stream = new OpenStream((payload) => {
      send('WRTE', local, remote, payload);
    });
    const serving = handle(service, stream);
    if (serving === undefined) {
      send('CLSE', 0, remote);
      return;
    }
    streams.set(local, { stream, remote });
    send('OKAY', local, remote);
    void serving
      .catch(() => undefined)
      .finally(() => {
        if (streams.delete(local)) send('CLSE', local, remote);
        stream.end();
      });
  };
  const take = (command: Command, first: number, second: number, payload: Buffer): void => {
    switch (command) {
      case 'CNXN':
        if (identity.unauthorized) send('AUTH', TOKEN, 0, Buffer.alloc(20, 7));
        else send('CNXN', VERSION, MAX_PAYLOAD, Buffer.from(`${identity.banner}\0`));
        return;
      case 'AUTH':
        // A signature: another token, as if the key were not known. A public key: the person is asked, and says nothing.
        if (first === 2) send('AUTH', TOKEN, 0, Buffer.alloc(20, 8));
        return;
      case 'OPEN':
        open(first, payload.toString('utf8').replace(/\0$/, ''));
        return;
      case 'WRTE':
        streams.get(second)?.stream.receive(Buffer.from(payload));
        send('OKAY', second, first);
        return;
      case 'OKAY':
        streams.get(second)?.stream.acknowledge();
        return;
      case 'CLSE': {
        const held = streams.get(second);
        streams.delete(second);
        held?.stream.end();
        if (held !== undefined) send('CLSE', second, first);
      }
    }
  };
  socket.on('data', (bytes) => {
    buffered = Buffer.concat([buffered, bytes]);
    while (buffered.length >= 24) {
      const length = buffered.readUInt32LE(12);
      if (buffered.length < 24 + length) return;
      const command = NAMES.get(buffered.readUInt32LE(0));
      const payload = buffered.subarray(24, 24 + length);
      const [first, second] = [buffered.readUInt32LE(4), buffered.readUInt32LE(8)];
      buffered = buffered.subarray(24 + length);
      if (command !== undefined) take(command, first, second, payload);
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    for (const { stream } of streams.values()) stream.end();
    streams.clear();
  });
}
