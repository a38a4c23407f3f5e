/** How progress is shown while words stay out of its way. */
import type { Progress } from '../../../transfer/session/events.ts';

export interface ProgressDisplay {
  show(progress: Progress): void;
  /** The connection is gone and tried again until `until` (milliseconds since 1970). */
  waiting(until: number): void;
  resumed(): void;
  /** Connected, and nothing moves; until progress is shown again. */
  stalled(): void;
  /** Takes the display away before words are written, or leaves it as it stands. */
  end(): void;
}
