/** Chooses the form a command speaks in, and loads only that one. */
import { codeOutput, type Io } from '../../terminal/io.ts';
import type { Role, View } from './view.ts';

export async function openView(io: Io, role: Role, json: boolean | undefined): Promise<View> {
  if (json === true) {
    const { JsonView } = await import('./json-view.ts');
    return new JsonView(io.output, undefined, codeOutput(io) ?? null);
  }
  const { HumanView } = await import('./human-view.ts');
  if (io.output.isTTY === true) {
    const { ProgressBar } = await import('./progress-bar.ts');
    return new HumanView(io, role, new ProgressBar(io.output, io.colour));
  }
  const { ProgressLines } = await import('./progress-lines.ts');
  return new HumanView(io, role, new ProgressLines(io.output));
}
