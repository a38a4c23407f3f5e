/** What the two devices agree on before a byte moves, on the receiver's side: hello, offer, decision, plan, choice. */
import { MoverError } from '../../errors.ts';
import { judgeApps } from '../../compat/judge.ts';
import type { AppFacts, AppVerdict, DeviceFacts } from '../../compat/facts.ts';
import type { Kind } from '../../kinds/kind.ts';
import { LIMITS } from '../../limits.ts';
import type { PairedSession } from '../../wire/channel.ts';
import type { KindOffer, Message } from '../../wire/messages.ts';
import { askPerson } from './ask-person.ts';
import { batches } from '../batches.ts';
import type { Offer } from '../events.ts';
import { expectMessage, unexpected } from '../expect-message.ts';
import type { ReceiveOptions } from '../receive-options.ts';
import { identityTag, introduction, sameDevice } from './same-device.ts';
import { usableBytes } from './space.ts';

/** What the sender's person chose of the plan. */
export interface Chosen {
  readonly kinds: readonly Kind[];
  readonly offer: readonly KindOffer[];
  readonly apps: readonly string[];
  readonly verdicts: ReadonlyMap<string, AppVerdict>;
}

export interface Agreement {
  readonly offer: Offer;
  readonly lanes: number;
  /** Sends the plan, once the lanes listen, and waits for the sender to begin. */
  readonly plan: (lanePorts: readonly number[]) => Promise<Chosen>;
}

/** @throws MoverError `SAME_DEVICE`, `REFUSED` (by the person here), `PEER_VIOLATION`. */
export async function agree(
  options: ReceiveOptions,
  session: PairedSession,
  signal: AbortSignal,
): Promise<Agreement> {
  const { channel, appKey } = session;
  const { destination, onEvent } = options;
  const own = destination.type === 'device' ? destination.androidId : undefined;
  const identity = identityTag(appKey, options.androidId ?? own);
  channel.send({ type: 'hello', device: introduction(destination.device), identity });
  const hello = await expectMessage(channel, 'hello', signal);
  if (sameDevice(identity, hello.identity)) throw new MoverError('SAME_DEVICE');

  const { offer, lanes } = await receiveOffer(hello.device, () => channel.receive(signal));
  onEvent({ type: 'offer', offer });
  const decision = await askPerson(channel, signal, () => options.onOffer(offer));
  if (!decision.accept) throw new MoverError('REFUSED');
  const kinds = offer.kinds
    .map(({ kind }) => kind)
    .filter((kind) => decision.kinds.includes(kind) && (options.kinds?.includes(kind) ?? true));
  const freeBytes = await usableBytes(destination);
  const verdicts = kinds.includes('apps') ? judgeApps(offer.apps, destination.device, { freeBytes }) : [];

  return {
    offer,
    lanes,
    plan: async (lanePorts) => {
      for (const some of batches(verdicts, LIMITS.appsPerMessage)) {
        channel.send({ type: 'verdicts', verdicts: some });
      }
      const dryRun = options.dryRun === true ? ({ dryRun: true } as const) : {};
      channel.send({ type: 'plan', kinds, freeBytes, lanePorts: [...lanePorts], ...dryRun });
      onEvent({ type: 'plan', plan: { peer: offer.peer, kinds, verdicts, freeBytes, ...dryRun } });
      const begin = await expectMessage(channel, 'begin', signal);
      const known = new Set(offer.apps.map((app) => app.package));
      if (!begin.kinds.every((kind) => kinds.includes(kind)) || !begin.apps.every((app) => known.has(app))) {
        throw new MoverError('PEER_VIOLATION', { detail: 'a choice beyond the plan' });
      }
      return {
        kinds: begin.kinds,
        offer: offer.kinds.filter(({ kind }) => begin.kinds.includes(kind)),
        apps: begin.apps,
        verdicts: new Map(verdicts.map((verdict) => [verdict.package, verdict])),
      };
    },
  };
}

async function receiveOffer(
  peer: DeviceFacts,
  receive: () => Promise<Message>,
): Promise<{ offer: Offer; lanes: number }> {
  const apps: AppFacts[] = [];
  let bytes = 0;
  for (;;) {
    const message = await receive();
    if (message.type === 'apps') {
      apps.push(...message.apps);
      bytes += JSON.stringify(message.apps).length;
      if (apps.length > LIMITS.apps || bytes > LIMITS.appFactsBytes) {
        throw new MoverError('PEER_VIOLATION', { detail: 'more apps than any device has' });
      }
    } else if (message.type === 'offer') {
      const kinds = message.kinds;
      if (new Set(kinds.map(({ kind }) => kind)).size !== kinds.length) {
        throw new MoverError('PEER_VIOLATION', { detail: 'a kind offered twice' });
      }
      return { offer: { peer, kinds, apps }, lanes: message.lanes };
    } else {
      throw unexpected(message);
    }
  }
}
