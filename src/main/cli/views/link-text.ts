/** What the link to the new device means for a move, where it takes its time. */
import type { LinkSpeed } from '../../terminal/engine.ts';
import { duration, speed } from '../../terminal/format.ts';

/** Shorter moves need no advice. */
const LONG_SECONDS = 120;
/** A gigabit cable, as most have. */
const CABLE_BYTES_PER_SECOND = 110e6;

/** Undefined where there is nothing to say. @param total bytes. */
export function linkText(link: LinkSpeed | undefined, total: number): string | undefined {
  if (link === undefined) return undefined;
  const seconds = total / link.bytesPerSecond;
  if (seconds < LONG_SECONDS) return undefined;
  const time = `${speed(link.bytesPerSecond)}: about ${duration(seconds)}.`;
  if (link.type !== 'wifi') return `This link carries at most ${time}`;
  const cable = duration(total / CABLE_BYTES_PER_SECOND);
  return link.bytesPerSecond >= CABLE_BYTES_PER_SECOND / 2
    ? `This Wi-Fi carries about ${time}`
    : `This Wi-Fi carries about ${time} A cable would take about ${cable}; the router's 5 GHz network is quicker, too.`;
}
