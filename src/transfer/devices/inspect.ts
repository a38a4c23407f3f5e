/** What a source holds, per kind, as `mover inspect` shows it and as the wire offers it. */
import type { AppFacts } from '../compat/facts.ts';
import { type Entry, itemsOf } from '../kinds/entry.ts';
import { type Kind, KINDS, type ReportLeft, type SkipCount, type SkipReason } from '../kinds/kind.ts';
import type { Source } from './port.ts';

export interface KindInspection {
  readonly kind: Kind;
  /** As a person counts: records, apps, files. Folders are entries, not items. */
  readonly items: number;
  readonly entries: number;
  readonly bytes: number;
  /** Seen and left behind; not among the items. */
  readonly left: SkipCount[];
}

/** What `inspectDevice` counted. */
export interface Inspection {
  /** Every kind asked for, in the order of `KINDS`. */
  readonly kinds: readonly KindInspection[];
  readonly apps: readonly AppFacts[];
}

/** Which kinds `inspectDevice` counts, and what it tells as it goes. */
export interface InspectOptions {
  /** All by default. */
  readonly kinds?: readonly Kind[];
  readonly signal?: AbortSignal;
  /** Handed each entry as it is counted, for a sender that keeps them. */
  readonly onEntry?: (entry: Entry) => Promise<void> | undefined;
  /** Told of each thing that a move would leave behind. */
  readonly onLeftBehind?: ReportLeft;
}

interface Count {
  items: number;
  entries: number;
  bytes: number;
  readonly left: Map<SkipReason, number>;
}

/**
 * Counts what a source holds, by scanning it.
 * @throws the signal's reason; what the source's scan throws.
 */
export async function inspectDevice(source: Source, options: InspectOptions = {}): Promise<Inspection> {
  const { kinds = KINDS, signal = new AbortController().signal, onEntry, onLeftBehind } = options;
  const counts = new Map<Kind, Count>();
  const countOf = (kind: Kind): Count => {
    const count = counts.get(kind) ?? { items: 0, entries: 0, bytes: 0, left: new Map<SkipReason, number>() };
    counts.set(kind, count);
    return count;
  };
  const apps: AppFacts[] = [];
  const entries = source.scan({
    kinds,
    signal,
    skip: (kind, reason, times = 1, path = []) => {
      onLeftBehind?.({ kind, path, reason }, times);
      const { left } = countOf(kind);
      left.set(reason, (left.get(reason) ?? 0) + times);
    },
    app: (facts) => {
      apps.push(facts);
      countOf('apps').items += 1;
    },
  });
  for await (const entry of entries) {
    const count = countOf(entry.kind);
    count.items += itemsOf(entry);
    count.entries += 1;
    count.bytes += entry.size;
    const taking = onEntry?.(entry);
    if (taking !== undefined) await taking;
  }
  const inspected = KINDS.filter((kind) => kinds.includes(kind)).map((kind): KindInspection => {
    const { left, ...count } = countOf(kind);
    return { kind, ...count, left: [...left].map(([reason, times]) => ({ reason, count: times })) };
  });
  return { kinds: inspected, apps };
}
