/** A control channel in memory: for tests of the session, and for moves within one process. */
import { MoverError } from '../../../src/transfer/errors.ts';
import type { Channel } from '../../../src/transfer/wire/channel.ts';
import { decodeEnvelope, encodeEnvelope, encodeMessage } from '../../../src/transfer/wire/envelope.ts';
import { Inbox } from '../../../src/transfer/wire/inbox.ts';
import type { Message } from '../../../src/transfer/wire/messages.ts';

class MemoryChannel implements Channel {
  onWaiting: ((until: number) => void) | undefined;
  onResumed: (() => void) | undefined;
  peer: MemoryChannel | undefined;
  readonly #inbox = new Inbox();
  #sent = 0;
  #wireBytes = 0;
  #closed = false;
  /** Deliveries happen one after the other, each in a turn of its own, as on a network. */
  #deliveries: Promise<void> = Promise.resolve();

  get wireBytes(): number {
    return this.#wireBytes;
  }

  send(message: Message): void {
    const { peer } = this;
    if (this.#closed || peer === undefined) return;
    this.#sent += 1;
    // Through JSON and the schemas, so that what a real peer would refuse fails here too.
    const text = Buffer.from(encodeEnvelope(this.#sent, 0, encodeMessage(message)));
    this.#wireBytes += text.length;
    this.#deliver(() => {
      peer.#take(text);
    });
  }

  receive(signal: AbortSignal): Promise<Message> {
    return this.#inbox.take(signal);
  }

  touch(): void {
    // Nothing here can go silent.
  }

  flushed(): Promise<void> {
    return this.#deliveries;
  }

  close(): Promise<void> {
    if (!this.#closed) {
      const { peer } = this;
      this.#end();
      this.#deliver(() => {
        if (peer !== undefined) peer.#end();
      });
    }
    return this.#deliveries;
  }

  #deliver(delivery: () => void): void {
    this.#deliveries = this.#deliveries.then(delivery);
  }

  #take(text: Buffer): void {
    if (this.#closed) return;
    this.#wireBytes += text.length;
    try {
      const { content } = decodeEnvelope(text);
      if (content === undefined) return;
      this.#inbox.put(content.message, text.length);
      if (content.message.type === 'stop') this.#end();
    } catch (error) {
      this.#end(MoverError.from(error));
    }
  }

  #end(error = new MoverError('INTERRUPTED')): void {
    this.#closed = true;
    this.#inbox.end(error);
  }
}

/** Two ends of one channel that never drops. */
export function memoryChannelPair(): [Channel, Channel] {
  const a = new MemoryChannel();
  const b = new MemoryChannel();
  a.peer = b;
  b.peer = a;
  return [a, b];
}
