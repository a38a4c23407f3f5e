/**
 * What a command shows, in one of three forms: JSON events, a terminal, or plain lines.
 */
import type { MoverError } from '../../transfer/errors.ts';
import type { MoveEvent } from '../../transfer/session/events.ts';
import type { Io } from './io.ts';

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

export async function openView(io: Io, role: Role, json: boolean | undefined): Promise<View> {
  if (json === true) {
    const { JsonView } = await import('./json-view.ts');
    return new JsonView(io.output);
  }
  const { HumanView } = await import('./human-view.ts');
  if (io.output.isTTY === true) {
    const { ProgressBar } = await import('./progress-bar.ts');
    return new HumanView(io, role, new ProgressBar(io.output, io.colour));
  }
  const { ProgressLines } = await import('./progress-lines.ts');
  return new HumanView(io, role, new ProgressLines(io.output));
}
