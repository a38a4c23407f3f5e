/**
 * One WebSocket connection of the control channel, from the upgrade on: whole texts in and out, and why it ended.
 * Until the peer is known it may send only `LIMITS.unpairedBytes` in all.
 */
import type { TLSSocket } from 'node:tls';
import type { RawData, WebSocket } from 'ws';
import { LIMITS } from '../limits.ts';
import { exportChannelBinding, peerCertificateDigest } from './tls-profile.ts';
import { admit } from './tls-listener.ts';

/**
 * `closed`: the peer called `close` and will not come back; a close frame inside TLS can come from nobody else.
 * `lost`: anything the network can do. `violation`: the peer broke RFC 6455 or sent what is not text.
 */
export type SocketEnd = 'closed' | 'lost' | 'violation';

const NORMAL_CLOSURE = 1000;

export class ControlSocket {
  /** RFC 9266 exporter of this connection, 32 bytes. */
  readonly channelBinding: Buffer;
  /** Of the peer, as the socket reports it. */
  readonly remoteAddress: string;
  readonly #ws: WebSocket;
  readonly #socket: TLSSocket;
  readonly #early: Buffer[] = [];
  #onText: ((text: Buffer) => void) | undefined;
  #onEnd: ((end: SocketEnd) => void) | undefined;
  #end: SocketEnd | undefined;
  #violated = false;
  #unpairedBytes = 0;

  /** Must be made in the same tick as the upgrade, before the first byte can arrive. */
  constructor(ws: WebSocket, socket: TLSSocket) {
    this.#ws = ws;
    this.#socket = socket;
    this.channelBinding = exportChannelBinding(socket);
    this.remoteAddress = socket.remoteAddress ?? '';
    socket.on('data', this.#countUnpaired);
    ws.on('message', (data, isBinary) => {
      this.#take(data, isBinary);
    });
    ws.on('error', (error: NodeJS.ErrnoException) => {
      // ws names what the peer did wrong; anything else is the network.
      if (error.code?.startsWith('WS_ERR') === true) this.#violated = true;
    });
    ws.on('close', (code) => {
      this.#finish(this.#violated ? 'violation' : code === NORMAL_CLOSURE ? 'closed' : 'lost');
    });
  }

  /** Texts that came before there was a listener are handed over at once, as long as it stays. */
  set onText(listener: ((text: Buffer) => void) | undefined) {
    this.#onText = listener;
    while (this.#onText !== undefined) {
      const text = this.#early.shift();
      if (text === undefined) return;
      this.#onText(text);
    }
  }

  /** Called once, at once when it has ended already. */
  set onEnd(listener: ((end: SocketEnd) => void) | undefined) {
    this.#onEnd = listener;
    if (this.#end !== undefined) listener?.(this.#end);
  }

  get peerCertificateDigest(): Buffer | undefined {
    return peerCertificateDigest(this.#socket);
  }

  get bytesRead(): number {
    return this.#socket.bytesRead;
  }

  get bytesWritten(): number {
    return this.#socket.bytesWritten;
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** The peer is known from now on: no deadline, no bound in all. */
  admit(): void {
    this.#socket.off('data', this.#countUnpaired);
    admit(this.#socket);
  }

  /** A no-op once the connection is going. */
  send(text: string): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.send(text);
  }

  ping(): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping();
  }

  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    this.#ws.resume();
  }

  /** Says goodbye after everything sent; resolves when the connection is gone, by force after `LIMITS.goodbyeMs`. */
  close(): Promise<void> {
    if (this.#end !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#ws.terminate(), LIMITS.goodbyeMs);
      this.#ws.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      // What still comes is of no use, but the peer's goodbye stands behind it.
      this.onText = () => undefined;
      this.#ws.resume();
      this.#ws.close(NORMAL_CLOSURE);
    });
  }

  /** Ends the connection without a word. */
  terminate(): void {
    this.#ws.terminate();
    this.#finish('lost');
  }

  readonly #countUnpaired = (bytes: Buffer): void => {
    this.#unpairedBytes += bytes.length;
    if (this.#unpairedBytes > LIMITS.unpairedBytes) this.#violate();
  };

  #take(data: RawData, isBinary: boolean): void {
    if (this.#end !== undefined) return;
    if (isBinary || !Buffer.isBuffer(data)) this.#violate();
    else if (this.#onText === undefined) this.#early.push(data);
    else this.#onText(data);
  }

  #violate(): void {
    this.#violated = true;
    this.#ws.terminate();
    this.#finish('violation');
  }

  #finish(end: SocketEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#early.length = 0;
    this.#socket.off('data', this.#countUnpaired);
    this.#onEnd?.(end);
  }
}
