/** "Try again now": wakes whoever pauses between two attempts to reach a device that is gone. */
export class Retry {
  readonly #wake = new Set<() => void>();

  now(): void {
    for (const wake of [...this.#wake]) wake();
  }

  /** Resolves after so many milliseconds, or when `now` is called. Rejects with the signal's reason. */
  pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.#wake.delete(wake);
        signal.removeEventListener('abort', abort);
        settle();
      };
      const wake = (): void => {
        end(resolve);
      };
      const abort = (): void => {
        end(() => {
          reject(signal.reason as Error);
        });
      };
      const timer = setTimeout(wake, ms);
      this.#wake.add(wake);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
    });
  }
}
