/**
 * A receiver that has shown its code and keeps no rule after that. It pairs by the engine's own server; what it says
 * then is made by hand. Against it stands the engine's own `send`, from a device in memory.
 */
import { expect, onTestFinished } from 'vitest';
import { MemorySource } from '../support/memory/source.ts';
import type { ErrorCode } from '../../src/transfer/errors.ts';
import { Ephemeral, send, type Kind, type Receipt } from '../../src/transfer/index.ts';
import { CodeBook } from '../../src/transfer/pairing/code.ts';
import { makeIdentity, type Identity } from '../../src/transfer/pairing/identity.ts';
import type { Address } from '../../src/transfer/session/events.ts';
import type { PairedSession } from '../../src/transfer/wire/channel.ts';
import { listen } from '../../src/transfer/wire/endpoint.ts';
import { listenLane } from '../../src/transfer/wire/lane-join.ts';
import type { Message, MessageOf } from '../../src/transfer/wire/messages.ts';
import { acceptSender } from '../../src/transfer/wire/pair-server.ts';

const { signal } = new AbortController();
const NOBODY = 'A'.repeat(43);

export class HostileReceiver {
  readonly heard: Message[] = [];
  readonly #session: PairedSession;
  readonly #identity: Identity;
  /** Bytes that have come over lanes. */
  laneBytes = 0;

  constructor(session: PairedSession, identity: Identity) {
    this.#session = session;
    this.#identity = identity;
  }

  /** Whatever can be written as JSON. */
  say(message: unknown): void {
    this.#session.channel.send(message as Message);
  }

  /** The next message of that type; others before it are kept in `heard`. */
  async hear<Type extends Message['type']>(type: Type): Promise<MessageOf<Type>> {
    for (;;) {
      const message = await this.#session.channel.receive(signal);
      this.heard.push(message);
      if (message.type === type) return message as MessageOf<Type>;
    }
  }

  async greet(): Promise<MessageOf<'offer'>> {
    this.say({ type: 'hello', device: { platform: 'computer' }, identity: NOBODY });
    return this.hear('offer');
  }

  /** A lane that takes what comes; its port. */
  async lane(): Promise<number> {
    const listener = await listenLane({
      identity: this.#identity,
      host: '127.0.0.1',
      joinKey: this.#session.joinKey,
      lane: 0,
      onConnection: (socket) => {
        socket.on('data', (bytes: Buffer) => (this.laneBytes += bytes.length));
      },
    });
    onTestFinished(() => listener.close());
    return listener.port;
  }

  /** Agreed to all that was offered; the sender has begun. @param over what the plan says besides, or instead. */
  async agree(over: object = {}): Promise<void> {
    const { kinds } = await this.greet();
    const lanePorts = [await this.lane()];
    this.say({ type: 'plan', kinds: kinds.map(({ kind }) => kind), freeBytes: 1e12, lanePorts, ...over });
    await this.hear('begin');
  }

  /** Everything of the manifest has come and is said to be verified; the sender has said that this was all. */
  async takeAll(entries: number): Promise<void> {
    this.say({ type: 'go' });
    const settled = new Set<number>();
    while (settled.size < entries) {
      const verified = (await this.hear('sent')).digests.map(([entry]) => entry);
      for (const entry of verified) settled.add(entry);
      this.say({ type: 'settled', verified, again: [] });
    }
    await this.hear('streamed');
  }

  /** The manifest has come and is wanted whole. */
  async manifest(): Promise<void> {
    const { first } = await this.hear('page');
    this.say({ type: 'want', first, held: [] });
    await this.hear('manifest-end');
  }
}

export interface Sending {
  readonly receiver: HostileReceiver;
  readonly sending: Promise<Receipt>;
}

const FILES = [
  { path: ['photo.jpg'], bytes: Buffer.alloc(100_000, 7), mtimeMs: 1 },
  { path: ['note.txt'], bytes: Buffer.from('note'), mtimeMs: 2 },
];

export interface OpenReceiver {
  readonly address: Address;
  readonly code: string;
  /** The receiver, once somebody has typed its code. */
  readonly accepted: Promise<HostileReceiver>;
}

/** A hostile receiver that shows its code, for the length of a test. */
export async function openReceiver(): Promise<OpenReceiver> {
  const identity = await makeIdentity();
  const endpoint = await listen({ identity, host: '127.0.0.1' });
  let code = '';
  const codeBook = new CodeBook({
    onCode: (shown) => {
      code = shown.use((digits) => digits);
    },
  });
  codeBook.renew();
  const accepting = acceptSender({ endpoint, identity, codeBook, onAttemptFailed: () => undefined, signal });
  let session: PairedSession | undefined;
  onTestFinished(async () => {
    await session?.channel.close();
    await endpoint.close();
    codeBook.close();
  });
  return {
    address: { host: '127.0.0.1', port: endpoint.port },
    code,
    accepted: accepting.then((accepted) => {
      session = accepted;
      return new HostileReceiver(accepted, identity);
    }),
  };
}

/** A sender that has been lured to a hostile receiver, and offers only files. */
export async function lure(kinds: readonly Kind[] = ['files']): Promise<Sending> {
  const { address, code, accepted } = await openReceiver();
  const stopping = new AbortController();
  const sending = send({
    source: new MemorySource({ files: FILES, records: { contacts: ['anna', 'ben'] } }),
    to: address,
    code: new Ephemeral(code),
    kinds,
    lanes: 1,
    onEvent: () => undefined,
    // The person at the old device accepts whatever the plan says.
    onPlan: (plan) => Promise.resolve({ kinds: plan.kinds, apps: plan.verdicts.map((one) => one.package) }),
    signal: stopping.signal,
  });
  sending.catch(() => undefined);
  onTestFinished(async () => {
    stopping.abort();
    await sending.catch(() => undefined);
  });
  return { receiver: await accepted, sending };
}

/** The sender ends with `code` and says so to the receiver. */
export async function expectGivenUp(
  attack: (receiver: HostileReceiver) => void | Promise<void>,
  code: ErrorCode = 'PEER_VIOLATION',
): Promise<HostileReceiver> {
  const { receiver, sending } = await lure();
  const given = expect(sending).rejects.toMatchObject({ code });
  await attack(receiver);
  await given;
  await expect(receiver.hear('stop')).rejects.toMatchObject({ code });
  return receiver;
}
