/**
 * Ctrl-C, a closed terminal and the like. The first asks for a clean end, which lets the other device know and leaves
 * the destination as it was; the second, or a clean end that takes too long, ends the process at once. Either way the
 * process ends by itself, so that what must be wiped is. What has begun to be put in place is not cut short by the first.
 */

/** Left alone, SIGHUP (the terminal was closed) ends the process unwiped, and SIGQUIT leaves its memory in a core file. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
type EndSignal = (typeof SIGNALS)[number];

/** The part of `process` that is used. */
export interface SignalSource {
  on(signal: EndSignal, listener: () => void): unknown;
  off(signal: EndSignal, listener: () => void): unknown;
}

/** Long enough to say goodbye over a slow network, short enough for someone who wants to leave. */
const GRACE_MS = 3_000;

const EXIT_CANCELLED = 130;

export interface Interrupt {
  /** Aborted with what `reason` makes. */
  readonly signal: AbortSignal;
  /** From now on a clean end may take as long as it does; `say` is called if one is asked for, or has been. */
  hold(say: () => void): void;
  dispose(): void;
}

/**
 * @param exit ends the process with the given code.
 */
export function interruptible(
  process: SignalSource,
  exit: (code: number) => void,
  reason: () => unknown,
  graceMs = GRACE_MS,
): Interrupt {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let held: (() => void) | undefined;
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      exit(EXIT_CANCELLED);
      return;
    }
    if (held === undefined) {
      timer = setTimeout(() => {
        exit(EXIT_CANCELLED);
      }, graceMs);
    }
    controller.abort(reason());
    held?.();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    hold(say) {
      clearTimeout(timer);
      held = say;
      if (controller.signal.aborted) say();
    },
    dispose() {
      clearTimeout(timer);
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
