/**
 * Ctrl-C and SIGTERM. The first asks for a clean end, which lets the other device know and leaves the destination as
 * it was; the second, or a clean end that takes too long, ends the process at once.
 */
/** The part of `process` that is used. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** Long enough to say goodbye over a slow network, short enough for someone who wants to leave. */
const GRACE_MS = 3_000;

const EXIT_CANCELLED = 130;

export interface Interrupt {
  /** Aborted with what `reason` makes. */
  readonly signal: AbortSignal;
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
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      exit(EXIT_CANCELLED);
      return;
    }
    timer = setTimeout(() => {
      exit(EXIT_CANCELLED);
    }, graceMs);
    controller.abort(reason());
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    dispose() {
      clearTimeout(timer);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
