/** What whoever moves records onto a phone hands in, and what is said of them afterwards. */
import type { RecordKind, SkipCount, SkipReason } from '../../../kinds/kind.ts';
import type { DeviceMessage } from '../../device-io.ts';
import type { PhoneLink } from '../link.ts';
import type { Dialect } from './binding.ts';

/** What was made on a phone, for undo. */
export interface MadeRow {
  readonly type: 'row';
  /** `sms`, `calls`, `raw-contact`, …; `file` for one in the phone's Download folder. */
  readonly table: string;
  readonly id: number;
  /** Of what it said when it was read back: a row that says something else belongs to the person. */
  readonly digest: string;
  /** Of a file: where it is on the phone. */
  readonly path?: string;
}

export type ReportMade = (rows: readonly MadeRow[], signal: AbortSignal) => Promise<void>;

export interface RecordWriting {
  readonly kind: RecordKind;
  /** The JSON lines of kinds (what `RecordFormat.read` yields); can be iterated more than once. */
  readonly incoming: () => AsyncIterable<string>;
  /**
   * Told of rows as soon as they were read back; what they say is kept when the promise resolves. Its signal is another one
   * than the move's once that was cancelled: what was written until then is told all the same.
   */
  readonly made: ReportMade;
  readonly tell: (message: DeviceMessage) => void;
  /** Everything is looked for and counted, and nothing is written. */
  readonly dryRun?: boolean;
  readonly signal: AbortSignal;
}

/** All of them counted by reading back: incoming = added + merged + same + skipped. */
export interface RecordsWritten {
  readonly added: number;
  readonly merged: number;
  readonly same: number;
  readonly skipped: readonly SkipCount[];
}

/** What each kind's writer works with. */
export interface PhoneWriting extends RecordWriting {
  readonly link: PhoneLink;
  readonly dialect: Dialect;
}

/** How long an ending may take to look at what was made and to put things back. */
const ENDING_MS = 5_000;

/** For what is done although the person has cancelled: to leave nothing behind. */
export const endingSignal = (): AbortSignal => AbortSignal.timeout(ENDING_MS);

export class Counts {
  added = 0;
  merged = 0;
  same = 0;
  readonly #skipped = new Map<SkipReason, number>();

  skip(reason: SkipReason, count = 1): void {
    if (count > 0) this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + count);
  }

  skipped(reason: SkipReason): number {
    return this.#skipped.get(reason) ?? 0;
  }

  get result(): RecordsWritten {
    const { added, merged, same } = this;
    return { added, merged, same, skipped: [...this.#skipped].map(([reason, count]) => ({ reason, count })) };
  }
}

export async function countOf(lines: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of lines) count += 1;
  return count;
}
