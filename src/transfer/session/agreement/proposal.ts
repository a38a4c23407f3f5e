/** What the two devices agree on before a byte moves, on the sender's side: hello, offer, plan, choice. */
import { MoverError } from '../../errors.ts';
import type { AppFacts, AppVerdict, DeviceFacts } from '../../compat/facts.ts';
import type { Kind } from '../../kinds/kind.ts';
import { LIMITS } from '../../limits.ts';
import type { PairedSession } from '../../wire/channel.ts';
import type { MessageOf } from '../../wire/messages.ts';
import { askPerson } from './ask-person.ts';
import type { Plan } from '../events.ts';
import { expectMessage, unexpected } from '../expect-message.ts';
import type { ScannedSource } from './offer.ts';
import { identityTag, introduction, sameDevice } from './same-device.ts';
import type { SendOptions } from '../send-options.ts';

/** What moves: of what was offered, what the receiver takes and the person here chose. */
export interface Agreed {
  readonly scanned: ScannedSource;
  readonly kinds: readonly Kind[];
  readonly apps: readonly string[];
  /** The receiver's word on each app that was offered. */
  readonly verdicts: readonly AppVerdict[];
  /** The receiver's lanes, in order. */
  readonly lanePorts: readonly number[];
  /** The receiver keeps nothing. */
  readonly dryRun: boolean;
}

/**
 * @param lanes connections to stream over at most.
 * @throws MoverError `SAME_DEVICE`, `CANCELLED` (by the person here), `PEER_VIOLATION`.
 */
export async function propose(
  options: SendOptions,
  { channel, appKey }: PairedSession,
  scanning: Promise<ScannedSource>,
  lanes: number,
  signal: AbortSignal,
): Promise<Agreed> {
  const identity = identityTag(appKey, options.androidId ?? options.source.androidId);
  channel.send({ type: 'hello', device: introduction(options.source.device), identity });
  const hello = await expectMessage(channel, 'hello', signal);
  if (sameDevice(identity, hello.identity)) throw new MoverError('SAME_DEVICE');

  const scanned = await scanning;
  const { apps, kinds } = scanned;
  for (const some of inMessages(apps)) channel.send({ type: 'apps', apps: some });
  channel.send({ type: 'offer', kinds: [...kinds], lanes });
  options.onEvent({ type: 'offer', offer: { peer: hello.device, kinds, apps } });

  const { plan, lanePorts } = await receivePlan(hello.device, { channel, scanned, lanes, signal });
  options.onEvent({ type: 'plan', plan });
  const choice = await askPerson(channel, signal, () => options.onPlan(plan));
  if (choice === undefined) throw new MoverError('CANCELLED');
  const chosen = plan.kinds.filter((kind) => choice.kinds.includes(kind));
  channel.send({ type: 'begin', kinds: chosen, apps: [...choice.apps] });
  const { verdicts } = plan;
  return { scanned, kinds: chosen, apps: choice.apps, verdicts, lanePorts, dryRun: plan.dryRun === true };
}

interface Offered {
  readonly channel: PairedSession['channel'];
  readonly scanned: ScannedSource;
  readonly lanes: number;
  readonly signal: AbortSignal;
}

async function receivePlan(
  peer: DeviceFacts,
  offered: Offered,
): Promise<{ plan: Plan; lanePorts: readonly number[] }> {
  const verdicts: AppVerdict[] = [];
  for (;;) {
    const message = await offered.channel.receive(offered.signal);
    if (message.type === 'verdicts') {
      verdicts.push(...message.verdicts);
      // A receiver judges what it was offered, each app once.
      if (verdicts.length > offered.scanned.apps.length) {
        throw new MoverError('PEER_VIOLATION', { detail: 'more verdicts than apps' });
      }
    } else if (message.type === 'plan') {
      if (!isWithin(offered, message, verdicts)) {
        throw new MoverError('PEER_VIOLATION', { detail: 'a plan beyond the offer' });
      }
      const { kinds, freeBytes, lanePorts, dryRun } = message;
      const plan: Plan = { peer, kinds, verdicts, freeBytes, ...(dryRun === true ? { dryRun } : {}) };
      return { plan, lanePorts };
    } else {
      throw unexpected(message);
    }
  }
}

/** A receiver may take less than was offered, never something else. */
function isWithin(
  { scanned, lanes }: Offered,
  { kinds, lanePorts }: MessageOf<'plan'>,
  verdicts: readonly AppVerdict[],
): boolean {
  const kindsOffered = new Set(scanned.kinds.map(({ kind }) => kind));
  const appsOffered = new Set(scanned.apps.map((app) => app.package));
  return (
    new Set(kinds).size === kinds.length &&
    kinds.every((kind) => kindsOffered.has(kind)) &&
    verdicts.every((verdict) => appsOffered.has(verdict.package)) &&
    lanePorts.length <= lanes
  );
}

/** Facts of apps in parts that fit a message each: so many bytes, and the last one's few over that. */
function* inMessages(apps: readonly AppFacts[]): Generator<AppFacts[]> {
  let some: AppFacts[] = [];
  let bytes = 0;
  for (const app of apps) {
    some.push(app);
    bytes += Buffer.byteLength(JSON.stringify(app));
    if (some.length < LIMITS.appsPerMessage && bytes < LIMITS.pageBytes) continue;
    yield some;
    some = [];
    bytes = 0;
  }
  if (some.length > 0) yield some;
}
