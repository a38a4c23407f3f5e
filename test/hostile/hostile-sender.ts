/**
 * A sender that has the right code and keeps no rule after that: messages of any shape and number, lanes of any bytes.
 * It pairs by the engine's own machines; everything later is made by hand (PROTOCOL.md).
 */
import type { TLSSocket } from 'node:tls';
import type { Entry } from '../../src/transfer/kinds/entry.ts';
import { startInitiator, stepInitiator } from '../../src/transfer/pairing/initiator.ts';
import type { PairedKeys } from '../../src/transfer/pairing/machine.ts';
import { Ephemeral } from '../../src/transfer/privacy/ephemeral.ts';
import type { Address } from '../../src/transfer/session/events.ts';
import type { ControlSocket } from '../../src/transfer/wire/control-socket.ts';
import { dial } from '../../src/transfer/wire/dial.ts';
import { decodeEnvelope } from '../../src/transfer/wire/envelope.ts';
import { joinLane } from '../../src/transfer/wire/lane-join.ts';
import type { KindOffer, Message, MessageOf } from '../../src/transfer/wire/messages.ts';
import { openControl } from '../../src/transfer/wire/open-control.ts';
import { receivePairing, sendPairing } from '../../src/transfer/wire/pairing-io.ts';

const { signal } = new AbortController();
const NOBODY = 'A'.repeat(43);

/** Generous, so that a test of names or sizes does not end at the offer. */
export const LARGE_OFFER: KindOffer = {
  kind: 'files',
  items: 1_000_000,
  entries: 1_000_000,
  bytes: 1_000_000,
  left: [],
};

export const fileEntry = (path: readonly string[], size = 0): Entry => ({
  type: 'file',
  kind: 'files',
  path: [...path],
  size,
  mtimeMs: 1_600_000_000_000,
  executable: false,
});

export class HostileSender {
  readonly heard: Message[] = [];
  readonly #address: Address;
  readonly #socket: ControlSocket;
  readonly #keys: PairedKeys;
  readonly #certificateDigest: Buffer;
  readonly #lanes: TLSSocket[] = [];
  #waiting: (() => void)[] = [];
  #sequence = 0;
  #received = 0;
  #laneIndex = 0;
  #lanePorts: readonly number[] = [];
  #gone = false;

  private constructor(address: Address, socket: ControlSocket, keys: PairedKeys, certificateDigest: Buffer) {
    this.#address = address;
    this.#socket = socket;
    this.#keys = keys;
    this.#certificateDigest = certificateDigest;
    socket.admit();
    socket.onText = (text) => {
      const { content } = decodeEnvelope(text);
      if (content === undefined) return;
      this.#received = content.sequence;
      this.heard.push(content.message);
      // Otherwise the other side would wait a second for its last word to arrive.
      this.sayRaw(`{"a":${String(this.#received)}}`);
      this.#wake();
    };
    socket.onEnd = () => {
      this.#gone = true;
      this.#wake();
    };
  }

  static async pair(address: Address, code: string): Promise<HostileSender> {
    const socket = await openControl(await dial({ ...address, signal }), signal);
    const certificateDigest = socket.peerCertificateDigest;
    if (certificateDigest === undefined) throw new Error('no certificate');
    const { channelBinding } = socket;
    const secret = new Ephemeral(code);
    let { state, send } = startInitiator({ secret, channelBinding, certificateDigest });
    for (;;) {
      sendPairing(socket, send);
      const step = stepInitiator(state, await receivePairing(socket, { timeoutMs: 10_000, signal }));
      if (step.keys !== undefined) return new HostileSender(address, socket, step.keys, certificateDigest);
      if (step.send === undefined) throw new Error('the exchange came to nothing');
      ({ state, send } = { state: step.state, send: step.send });
    }
  }

  get keys(): PairedKeys {
    return this.#keys;
  }

  get certificateDigest(): Buffer {
    return this.#certificateDigest;
  }

  get lanePorts(): readonly number[] {
    return this.#lanePorts;
  }

  /** The next message by its number, whatever it is. */
  say(message: unknown, sequence = (this.#sequence += 1)): void {
    this.sayRaw(JSON.stringify({ s: sequence, a: this.#received, m: message }));
  }

  sayRaw(text: string): void {
    this.#socket.send(text);
  }

  async hear<Type extends Message['type']>(type: Type): Promise<MessageOf<Type>> {
    for (;;) {
      const found = this.heard.find((message) => message.type === type);
      if (found !== undefined) return found as MessageOf<Type>;
      if (this.#gone) throw new Error(`the receiver has gone without a ${type}`);
      await this.next();
    }
  }

  /** Resolves when another message has come, or the receiver has gone. */
  next(): Promise<void> {
    return this.#gone ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  hello(): void {
    this.say({ type: 'hello', device: { platform: 'computer' }, identity: NOBODY });
  }

  /** Up to and including `begin`, as an honest sender. */
  async agree(offer: readonly KindOffer[] = [LARGE_OFFER], lanes = 1): Promise<void> {
    this.hello();
    this.say({ type: 'offer', kinds: offer, lanes });
    this.#lanePorts = (await this.hear('plan')).lanePorts;
    this.say({ type: 'begin', kinds: offer.map(({ kind }) => kind), apps: [] });
  }

  /** One page that is the whole manifest; the receiver has answered it and said go. */
  async manifest(entries: readonly Entry[]): Promise<void> {
    this.say({ type: 'page', first: 0, entries });
    this.say({ type: 'manifest-end', entries: entries.length });
    await this.hear('want');
    await this.hear('go');
  }

  /** A lane that has proved itself. */
  async lane(lane = 0): Promise<TLSSocket> {
    this.#laneIndex += 1;
    const socket = await joinLane({
      host: this.#address.host,
      port: this.#lanePorts[lane] ?? 0,
      controlPort: this.#address.port,
      certificateDigest: this.#certificateDigest,
      joinKey: this.#keys.joinKey,
      index: this.#laneIndex,
      lane,
      signal,
    });
    socket.on('error', () => socket.destroy());
    socket.resume();
    this.#lanes.push(socket);
    return socket;
  }

  /** Resolves when the receiver has ended the session. */
  async ended(): Promise<void> {
    while (!this.#gone) await this.next();
  }

  leave(): void {
    for (const lane of this.#lanes) lane.destroy();
    this.#socket.terminate();
    this.#keys.appKey.wipe();
    this.#keys.joinKey.wipe();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
