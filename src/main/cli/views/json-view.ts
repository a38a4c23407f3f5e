/**
 * The events of the contract (README, "Command line") from the events of the engine: names and keys here are public.
 */
import { ERRORS, type MoverError } from '../../../transfer/errors.ts';
import { LIMITS } from '../../../transfer/limits.ts';
import type { DeviceFacts } from '../../../transfer/compat/facts.ts';
import type { DeviceMessage } from '../../../transfer/devices/device-io.ts';
import type { MoveEvent, Progress } from '../../../transfer/session/events.ts';
import type { Receipt } from '../../../transfer/wire/messages.ts';
import { formatAddress } from '../../terminal/address.ts';
import { NO_CODE, type Output } from '../../terminal/io.ts';
import { errorLine, jsonLine } from '../../terminal/json-line.ts';
import type { View } from './view.ts';

const NO_PROGRESS: Progress = {
  bytes: 0,
  totalBytes: 0,
  entries: 0,
  totalEntries: 0,
  kinds: {},
  bytesPerSecond: 0,
  secondsLeft: undefined,
  phase: 'streaming',
};

export class JsonView implements View {
  readonly #output: Output;
  readonly #secrets: Output | null;
  readonly #now: () => number;
  #progress = NO_PROGRESS;
  #heldBack = false;
  #lastProgressMs = Number.NEGATIVE_INFINITY;

  /** @param secrets where the code goes (`codeOutput`); null: nowhere. */
  constructor(output: Output, now: () => number = () => performance.now(), secrets: Output | null = output) {
    this.#output = output;
    this.#secrets = secrets;
    this.#now = now;
  }

  event(event: MoveEvent): void {
    if (event.type === 'progress') {
      this.#progress = event.progress;
      this.#heldBack = this.#now() - this.#lastProgressMs < LIMITS.progressMs;
      if (!this.#heldBack) this.#writeProgress(false);
      return;
    }
    this.#flush();
    switch (event.type) {
      case 'listening':
        this.#write({ event: 'listening', name: event.name, addresses: event.addresses.map(formatAddress) });
        break;
      case 'code':
        if (this.#secrets === null) {
          this.#write({ event: 'device', ...NO_CODE });
          break;
        }
        // The one secret that is shown: the contract has a program read it here.
        event.code.use((code) => {
          this.#secrets?.write(jsonLine({ event: 'code', code }));
        });
        break;
      case 'attempt-failed':
        this.#write({
          event: 'error',
          code: event.code,
          message: `${ERRORS[event.code].message} (tries left: ${String(event.triesLeft)})`,
          triesLeft: event.triesLeft,
        });
        break;
      case 'paired':
        this.#write({ event: 'paired' });
        break;
      case 'offer':
        this.#write({ event: 'offer', peer: peer(event.offer.peer), kinds: event.offer.kinds });
        break;
      case 'plan': {
        const { kinds, verdicts, freeBytes, dryRun } = event.plan;
        this.#write({
          event: 'plan',
          kinds,
          verdicts,
          freeBytes,
          ...(dryRun === true ? { dryRun } : {}),
        });
        break;
      }
      case 'waiting':
        this.#write({ event: 'waiting', reason: 'network', until: new Date(event.until).toISOString() });
        this.#writeProgress(true);
        break;
      case 'stalled':
        this.#write({ event: 'waiting', reason: 'stalled' });
        this.#writeProgress(true);
        break;
      case 'resumed':
        this.#writeProgress(false);
        break;
      case 'receipt':
        this.#write({ event: 'receipt', ...receiptKeys(event.receipt) });
        break;
    }
  }

  device({ message, action }: DeviceMessage): void {
    this.#flush();
    this.#write({ event: 'device', message, ...(action === undefined ? {} : { action }) });
  }

  note(): void {
    // Standard output holds events only.
  }

  error(error: MoverError): void {
    this.#flush();
    this.#output.write(errorLine(error));
  }

  close(): void {
    this.#flush();
  }

  #flush(): void {
    if (this.#heldBack) this.#writeProgress(false);
  }

  #writeProgress(waiting: boolean): void {
    this.#heldBack = false;
    this.#lastProgressMs = this.#now();
    const { phase, bytes, totalBytes, entries, totalEntries, bytesPerSecond, secondsLeft } = this.#progress;
    this.#write({
      event: 'progress',
      phase,
      bytes,
      totalBytes,
      entries,
      totalEntries,
      bytesPerSecond,
      secondsLeft: secondsLeft ?? null,
      ...(waiting ? { waiting } : {}),
    });
  }

  #write(value: object): void {
    this.#output.write(jsonLine(value));
  }
}

/** Not its list of installed apps, which may be thousands and concerns nobody but the plan. */
function peer({ name, platform, android }: DeviceFacts): object {
  return {
    ...(name === undefined ? {} : { name }),
    platform,
    ...(android === undefined ? {} : { android: { sdk: android.sdk, abis: android.abis } }),
  };
}

function receiptKeys({ outcome, kinds, bytes, seconds }: Receipt): object {
  return {
    outcome,
    kinds,
    bytes: { payload: bytes.payload, wire: bytes.wire, resumed: bytes.resumed },
    seconds,
  };
}
