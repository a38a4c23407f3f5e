/** `mover undo`: takes the last move into a folder back, as long as nothing changed since. */
import { type LeftBehind, RECORD_KINDS } from '../../transfer/kinds/kind.ts';
import { printable } from '../../transfer/privacy/escape.ts';
import type { Context } from '../terminal/context.ts';
import type { UndoReport } from '../terminal/engine.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { LeftBehindReport } from './views/left-behind.ts';
import { withExisting } from '../terminal/with-destination.ts';
import { plural } from '../terminal/format.ts';

export interface UndoOptions {
  readonly into: string;
  readonly forget?: boolean;
  readonly leftBehind?: string;
  readonly json?: boolean;
}

/** Names shown to a person; a program gets all of them. */
const SHOWN = 20;

/** @returns 0, or 6 when something was changed since and stays. @throws MoverError */
export function runUndo(options: UndoOptions, context: Context): Promise<number> {
  const { io, engine, signal } = context;
  return withExisting(options.into, options, context, async (destination) => {
    if (options.forget === true) {
      await engine.forgetUndo({ destination });
      io.output.write(
        options.json === true
          ? jsonLine({ event: 'undo-forgotten' })
          : 'What was kept to take the last move back is gone. The move itself stays.\n',
      );
      return 0;
    }
    const left = options.leftBehind === undefined ? undefined : new LeftBehindReport(options.leftBehind);
    const report = await engine.undoMove({ destination, signal });
    if (left !== undefined) {
      for (const path of report.left) left.add(changedSince(path));
      await left.finish(io, { note: () => undefined }, false, signal);
      left.close();
    }
    io.output.write(options.json === true ? jsonLine({ event: 'undo', ...report }) : asText(report));
    return report.left.length === 0 ? 0 : 6;
  });
}

/** What stays after an undo was changed since the move; its path begins with where its kind lies in a device folder. */
function changedSince(path: string): LeftBehind {
  const [top = '', ...below] = path.split('/');
  if (top === 'files' && below.length > 0) return { kind: 'files', path: below, reason: 'changed' };
  if (top === 'apps' && below.length > 0) return { kind: 'apps', path: below, reason: 'changed' };
  const kind = RECORD_KINDS.find((each) => top.startsWith(each)) ?? 'files';
  return { kind, path: [top, ...below], reason: 'changed' };
}

function asText({ removed, restored, folders, gone, left }: UndoReport): string {
  const lines = [
    `Taken back: ${plural(removed, 'file', 'files')} and ${plural(folders, 'folder', 'folders')} removed, ${plural(restored, 'record file', 'record files')} as before.`,
  ];
  if (gone > 0) lines.push(`Gone already: ${plural(gone, 'file', 'files')}.`);
  if (left.length > 0) {
    lines.push('Changed since the move, and left as it is:');
    lines.push(...left.slice(0, SHOWN).map((path) => `  ${printable(path)}`));
    if (left.length > SHOWN) lines.push(`  and ${plural(left.length - SHOWN, 'more', 'more')}`);
  }
  return `${lines.join('\n')}\n`;
}
