/** Long blocking work in the engine's own thread: pings must be answered while a million files are renamed. */

/** Steps between two looks at the event loop: some milliseconds. */
const SLICE = 256;

/** A function to await between two steps. */
export function breather(): () => Promise<void> | undefined {
  let steps = 0;
  return () => {
    steps += 1;
    if (steps % SLICE !== 0) return undefined;
    return new Promise((resolve) => {
      setImmediate(resolve);
    });
  };
}
