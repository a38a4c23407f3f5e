/** Whole sessions over real TLS in one process: a receiver, and a sender that types its code. */
import { onTestFinished } from 'vitest';
import {
  Ephemeral,
  receive,
  send,
  type Decision,
  type Destination,
  type Offer,
  type Receipt,
  type Source,
} from '../../src/transfer/index.ts';
import type { Address, MoveEvent } from '../../src/transfer/session/events.ts';

export interface Session {
  readonly sender: Promise<Receipt>;
  readonly receiver: Promise<Receipt>;
  readonly events: { readonly sender: MoveEvent[]; readonly receiver: MoveEvent[] };
  readonly stopSender: () => void;
  readonly stopReceiver: () => void;
  /** Resolves once the side has told of an event that `matches`. */
  heard(side: 'sender' | 'receiver', matches: (event: MoveEvent) => boolean): Promise<void>;
}

export interface Wanted {
  readonly source: Source;
  readonly destination: Destination;
  readonly sender?: Partial<Parameters<typeof send>[0]>;
  readonly receiver?: Partial<Parameters<typeof receive>[0]>;
  /** Where the sender dials instead of the receiver's own address. */
  readonly route?: (address: Address) => Promise<Address>;
}

const acceptAll = (offer: Offer): Promise<Decision> =>
  Promise.resolve({ accept: true, kinds: offer.kinds.map(({ kind }) => kind) });

/** Starts both. */
export function startSession({ source, destination, sender, receiver, route }: Wanted): Session {
  const stops = { sender: new AbortController(), receiver: new AbortController() };
  const events: Session['events'] = { sender: [], receiver: [] };
  const waiting: {
    side: 'sender' | 'receiver';
    matches: (event: MoveEvent) => boolean;
    resolve: () => void;
  }[] = [];
  const tell = (side: 'sender' | 'receiver') => (event: MoveEvent) => {
    events[side].push(event);
    for (const one of waiting) if (one.side === side && one.matches(event)) one.resolve();
  };
  let address: Address | undefined;
  let senderDone: (receipt: Promise<Receipt>) => void;
  const sending = new Promise<Receipt>((resolve) => (senderDone = resolve));
  const receiving = receive({
    destination,
    advertise: false,
    host: '127.0.0.1',
    onOffer: acceptAll,
    signal: stops.receiver.signal,
    ...receiver,
    onEvent: (event) => {
      tell('receiver')(event);
      if (event.type === 'listening') [address] = event.addresses;
      if (event.type !== 'code' || address === undefined) return;
      const code = event.code.use((digits) => new Ephemeral(digits));
      const dialled = route?.(address) ?? Promise.resolve(address);
      senderDone(
        dialled.then((to) =>
          send({
            source,
            to,
            code,
            onPlan: (plan) =>
              Promise.resolve({ kinds: plan.kinds, apps: plan.verdicts.map((one) => one.package) }),
            signal: stops.sender.signal,
            ...sender,
            onEvent: tell('sender'),
          }),
        ),
      );
    },
  });
  // A test looks at these when it comes to them; a rejection before that is not unhandled.
  sending.catch(() => undefined);
  receiving.catch(() => undefined);
  onTestFinished(async () => {
    stops.sender.abort();
    stops.receiver.abort();
    await receiving.catch(() => undefined);
  });
  return {
    sender: sending,
    receiver: receiving,
    events,
    stopSender: () => {
      stops.sender.abort();
    },
    stopReceiver: () => {
      stops.receiver.abort();
    },
    heard: (side, matches) =>
      events[side].some(matches)
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push({ side, matches, resolve });
          }),
  };
}
