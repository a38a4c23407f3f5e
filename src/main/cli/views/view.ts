/**
 * What a command shows, in one of three forms: JSON events, a terminal, or plain lines.
 */
import type { MoverError } from '../../../transfer/errors.ts';
import type { DeviceMessage } from '../../../transfer/devices/device-io.ts';
import type { MoveEvent } from '../../../transfer/session/events.ts';

export interface View {
  event(event: MoveEvent): void;
  /** What a device tells while it is read or written, or asks the person to do on it. */
  device(message: DeviceMessage): void;
  /** Words for the person; nothing with `--json`. */
  note(text: string): void;
  /** How the command failed: the last thing it says. */
  error(error: MoverError): void;
  /** Shows what is still held back and stops what redraws itself. */
  close(): void;
}

/** Which of the two devices this is. */
export type Role = 'sender' | 'receiver';
