/** Whatever waits for a peer waits no longer than so long, and no longer than its caller wants. */

/**
 * Calls `expired` once: when `signal` aborts or after `timeoutMs`, whichever comes first; `signal.aborted` tells which.
 * Never calls it before this function has returned.
 * @returns a function that calls it off; idempotent.
 */
export function deadline(signal: AbortSignal, timeoutMs: number, expired: () => void): () => void {
  const fire = (): void => {
    cancel();
    expired();
  };
  const timer = setTimeout(fire, signal.aborted ? 0 : timeoutMs);
  const cancel = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', fire);
  };
  signal.addEventListener('abort', fire);
  return cancel;
}
