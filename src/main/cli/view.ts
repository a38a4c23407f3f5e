/**
 * What a command shows, in one of three forms: JSON events, a terminal, or plain lines.
 */
import type { MoverError } from '../../transfer/errors.ts';
import type { MoveEvent } from '../../transfer/session/events.ts';

export interface View {
  event(event: MoveEvent): void;
  /** Words for the person; nothing with `--json`. */
  note(text: string): void;
  /** How the command failed: the last thing it says. */
  error(error: MoverError): void;
  /** Shows what is still held back and stops what redraws itself. */
  close(): void;
}

/** Which of the two devices this is. */
export type Role = 'sender' | 'receiver';
