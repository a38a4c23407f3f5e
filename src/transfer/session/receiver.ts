/**
 * The new device's side of a move: advertise → pair → hello → offer → plan → manifest and stream → commit → receipt
 * (PROTOCOL.md, "Sequence").
 */
import { MoverError } from '../errors.ts';
import { Vault } from '../privacy/vault.ts';
import type { PairedSession } from '../wire/channel.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import type { Receipt } from '../wire/messages.ts';
import type { Identity } from '../pairing/identity.ts';
import type { Destination } from '../devices/port.ts';
import { agree, type Agreement } from './agreement/agreement.ts';
import { checkReceiveOptions } from './check-options.ts';
import { closeWithError, SessionSignal } from './ending.ts';
import { lockDestination } from './staging/lock-destination.ts';
import { ReceivePhase } from './transfer/receive-phase.ts';
import { ProgressMeter } from './progress.ts';
import type { ReceiveOptions } from './receive-options.ts';
import { ReceiveLanes } from './transfer/receive-lanes.ts';
import { interruptedReceipt, makeReceipt } from './receipt.ts';
import { waitForSender } from './agreement/rendezvous.ts';
import { watchSpace } from './agreement/space.ts';
import { StallWatch } from './transfer/stall-watch.ts';
import type { StagingChoice } from './staging-store/disk-staging.ts';
import { checkPlace, openStaging } from './staging-store/open-staging.ts';
import type { StagingStore } from './staging-store/staging-store.ts';
import { defaultLanes } from './transfer/lane-count.ts';
import { WarmWorkers } from './transfer/warm-workers.ts';

/**
 * Waits for a sender, pairs with it and takes what it moves.
 * @returns the receipt, the same the sender holds; `outcome` says whether everything arrived.
 * @throws MoverError with the reason the move did not come to a receipt; `USAGE` for an option that is none. What was verified by then stays in staging, whoever
 * is to blame; only the person drops it.
 */
export function receive(options: ReceiveOptions): Promise<Receipt> {
  return Vault.during(async (vault) => {
    checkReceiveOptions(options);
    if (options.androidId !== undefined) vault.keep(options.androidId);
    return receiveWith(options, vault);
  });
}

async function receiveWith(options: ReceiveOptions, vault: Vault): Promise<Receipt> {
  const lock = await lockDestination(options.destination);
  const ending = new SessionSignal(options.signal);
  let workers: WarmWorkers | undefined;
  let met: { endpoint: Endpoint; identity: Identity; session: PairedSession } | undefined;
  try {
    checkPlace(options.destination, choiceOf(options));
    workers = new WarmWorkers('receive-lane-worker', defaultLanes());
    met = await waitForSender(options, vault, ending.signal);
    vault.keep(met.session.appKey);
    vault.keep(met.session.joinKey);
    options.onEvent({ type: 'paired' });
    return await new Receiver(options, { ...met, workers }, ending).run();
  } catch (thrown) {
    const error = ending.errorOf(thrown);
    if (met !== undefined) await closeWithError(met.session.channel, error);
    throw error;
  } finally {
    ending.detach();
    ending.fail(new MoverError('CANCELLED'));
    await met?.session.channel.close();
    await met?.endpoint.close();
    await workers?.close();
    await lock.release();
  }
}

const choiceOf = ({ dryRun = false, keepUndo = true }: ReceiveOptions): StagingChoice => ({
  dryRun,
  keepUndo,
});

class Receiver {
  readonly #options: ReceiveOptions;
  readonly #destination: Destination;
  readonly #dryRun: boolean;
  readonly #session: PairedSession;
  readonly #endpoint: Endpoint;
  readonly #identity: Identity;
  readonly #workers: WarmWorkers;
  readonly #ending: SessionSignal;
  readonly #progress: ProgressMeter;
  #began = performance.now();
  #waiting = false;
  /** Something could not be taken to its place and stays in staging. */
  #leaves = false;
  #watch: StallWatch | undefined;

  constructor(
    options: ReceiveOptions,
    met: { endpoint: Endpoint; identity: Identity; session: PairedSession; workers: WarmWorkers },
    ending: SessionSignal,
  ) {
    this.#options = options;
    this.#dryRun = options.dryRun === true;
    this.#destination = options.destination;
    this.#session = met.session;
    this.#endpoint = met.endpoint;
    this.#identity = met.identity;
    this.#workers = met.workers;
    this.#ending = ending;
    this.#progress = new ProgressMeter(options.onEvent);
    met.session.channel.onWaiting = (until) => {
      this.#waiting = true;
      options.onEvent({ type: 'waiting', until });
    };
    met.session.channel.onResumed = () => {
      this.#waiting = false;
      this.#watch?.moved();
      options.onEvent({ type: 'resumed' });
    };
  }

  async run(): Promise<Receipt> {
    const agreement = await agree(this.#options, this.#session, this.#ending.signal);
    const staging = await openStaging(this.#destination, choiceOf(this.#options), this.#ending.signal);
    let done = this.#dryRun;
    try {
      const receipt = await this.#move(agreement, staging);
      done = this.#dryRun || !this.#leaves;
      return receipt;
    } catch (thrown) {
      done ||= this.#isDropped(thrown);
      throw thrown;
    } finally {
      if (done) await staging.drop();
      else await staging.close().catch(() => undefined);
    }
  }

  /** Who gives up waiting for a sender that is gone has not given up the move. */
  #isDropped(thrown: unknown): boolean {
    const { dropWhenStopped = false } = this.#options;
    return dropWhenStopped && !this.#waiting && this.#ending.errorOf(thrown).code === 'CANCELLED';
  }

  async #move(agreement: Agreement, staging: StagingStore): Promise<Receipt> {
    const { channel, joinKey } = this.#session;
    const destination = this.#destination;
    // The lanes report to the intake, which needs the lanes: whichever speaks first finds the other.
    let phase: ReceivePhase | undefined;
    const { lanes, ports } = await ReceiveLanes.start({
      count: agreement.lanes,
      workers: this.#workers,
      limit: this.#options.limit,
      identity: this.#identity,
      joinKey,
      host: this.#options.host,
      firstPort: this.#options.port === undefined ? 0 : this.#options.port + 1,
      staging,
      onStaged: (staged) => {
        this.#watch?.moved();
        phase?.staged(staged);
      },
      onRefused: (entry) => {
        phase?.refused(entry);
      },
      onBytes: (content) => {
        this.#watch?.moved();
        channel.touch();
        this.#progress.moved(content);
      },
      onFailed: (error) => {
        this.#ending.fail(error);
      },
    });
    this.#endpoint.onLane = (socket, head) => {
      lanes.joinInline(socket, head).catch(() => {
        socket.destroy();
      });
    };
    const watching = watchSpace(destination, (error) => {
      this.#ending.fail(error);
    });
    try {
      const chosen = await agreement.plan(ports);
      // People take their time to answer; the move begins here.
      this.#began = performance.now();
      for (const { kind, bytes, entries } of agreement.offer.kinds) {
        if (chosen.kinds.includes(kind)) this.#progress.expect(kind, { bytes, entries });
      }
      phase = new ReceivePhase({
        ...chosen,
        channel,
        lanes,
        staging,
        destination,
        progress: this.#progress,
        ending: this.#ending,
        onLeftBehind: this.#options.onLeftBehind,
      });
      this.#watch = new StallWatch(() => {
        if (!this.#waiting) this.#options.onEvent({ type: 'stalled' });
      });
      await phase.run();
      this.#watch.stop();
      await lanes.stop();
      // From here on the move is ended, not given up: every entry is here and verified.
      this.#ending.detach();
      watching.stop();
      return await this.#end(phase, staging, lanes.wireBytes);
    } catch (thrown) {
      if (phase !== undefined) this.#tellInterrupted(agreement, phase, lanes.wireBytes);
      throw thrown;
    } finally {
      this.#watch?.stop();
      watching.stop();
      this.#endpoint.onLane = undefined;
      await lanes.stop();
      await phase?.close();
    }
  }

  async #end(phase: ReceivePhase, staging: StagingStore, laneBytes: number): Promise<Receipt> {
    const { channel } = this.#session;
    this.#progress.phase = 'committing';
    this.#progress.tell();
    const { arrivals } = phase;
    this.#leaves = await staging.commit({
      ...arrivals,
      progress: this.#progress,
      signal: this.#ending.signal,
    });
    const receipt = makeReceipt(
      arrivals.tallies,
      { payload: phase.payload, wire: laneBytes + channel.wireBytes, resumed: phase.resumedBytes },
      (performance.now() - this.#began) / 1000,
      this.#dryRun,
    );
    channel.send({ type: 'receipt', receipt });
    this.#options.onEvent({ type: 'receipt', receipt });
    // The move is done whether the sender still hears of it or not.
    await phase.acknowledged().catch(() => undefined);
    // What cannot be removed now stays for the next move to remove: this one is done.
    if (!this.#dryRun && !this.#leaves) await phase.dropArrived().catch(() => undefined);
    return receipt;
  }

  #tellInterrupted(agreement: Agreement, phase: ReceivePhase, laneBytes: number): void {
    const receipt = interruptedReceipt(agreement.offer.kinds, this.#progress.snapshot().kinds, {
      payload: phase.payload,
      wire: laneBytes + this.#session.channel.wireBytes,
      resumed: phase.resumedBytes,
      seconds: (performance.now() - this.#began) / 1000,
    });
    this.#options.onEvent({ type: 'receipt', receipt });
  }
}
