/** The time, for what counts down: renewed each second, and only while asked for. */
import { useEffect, useState } from 'react';

/** @returns ms since 1970 */
export function useNow(running = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
