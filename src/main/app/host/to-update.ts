/** The engine's events as the window is told them: no device facts but its name, no ephemeral values but the code to show. */
import { emojiOf, factsOf, type AppFacts, type MoveEvent, type Plan } from '../../../transfer/index.ts';
import { formatAddress } from '../../terminal/address.ts';
import type { JudgedApp } from '../../ipc/contract.ts';
import type { HostUpdate } from './host-messages.ts';

/** Stands beside a name that somebody chose: those have no picture. */
const ANY_DEVICE = '📱';

export const emojiFor = (name: string): string => emojiOf(name) ?? ANY_DEVICE;

/**
 * @param role whose engine it is: a receiver hears of its own plan, too, which the window has no use for.
 * @param freeBytes at the destination; of receivers only.
 * @param offered apps the sender has said it holds; of senders only.
 */
export function toUpdate(
  event: MoveEvent,
  {
    role,
    freeBytes = () => undefined,
    offered = [],
  }: {
    readonly role: 'sender' | 'receiver';
    readonly freeBytes?: () => number | undefined;
    readonly offered?: readonly AppFacts[];
  },
): HostUpdate | undefined {
  switch (event.type) {
    case 'listening':
      return {
        type: 'listening',
        name: event.name,
        emoji: emojiFor(event.name),
        addresses: event.addresses.map(formatAddress),
      };
    case 'code':
      return {
        type: 'code',
        digits: event.code.use((digits) => digits),
        qr: event.qr.use((text) => text),
        expiresAt: event.expiresAt,
      };
    case 'offer': {
      const { peer, kinds, apps } = event.offer;
      return { type: 'offer', peer: peer.name, kinds, apps, freeBytes: freeBytes() };
    }
    case 'plan': {
      if (role === 'receiver') return undefined;
      const { peer, kinds, freeBytes: there } = event.plan;
      return {
        type: 'plan',
        peer: peer.name,
        kinds,
        verdicts: withFacts(event.plan, offered),
        freeBytes: there,
      };
    }
    case 'progress': {
      const { kinds, bytes, totalBytes, entries, totalEntries, bytesPerSecond, secondsLeft, phase } =
        event.progress;
      return {
        type: 'progress',
        phase,
        kinds,
        bytes,
        totalBytes,
        entries,
        totalEntries,
        bytesPerSecond,
        secondsLeft,
      };
    }
    case 'attempt-failed':
    case 'paired':
    case 'waiting':
    case 'stalled':
    case 'resumed':
    case 'receipt':
      return event;
  }
}

/** The facts behind each verdict: the window's sentences need them, and it knows neither device. */
function withFacts({ verdicts, peer, freeBytes }: Plan, offered: readonly AppFacts[]): JudgedApp[] {
  const apps = new Map(offered.map((app) => [app.package, app]));
  return verdicts.map((verdict) => {
    const app = apps.get(verdict.package);
    const facts = app === undefined ? [] : factsOf(verdict, app, peer, { freeBytes });
    return facts.length === 0 ? verdict : { ...verdict, facts };
  });
}
