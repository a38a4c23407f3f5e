import { describe, expect, it } from 'vitest';
import type { UndoReport } from '../../../src/main/terminal/engine.ts';
import { MoverError } from '../../../src/transfer/errors.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { DESTINATION } from './fake-engine.ts';
import { jsonLines } from './fake-io.ts';
import { run } from './run.ts';

const REPORT: UndoReport = { removed: 1_200, restored: 1, folders: 3, gone: 0, left: [] };

describe('mover undo', () => {
  it('says what it took back', async () => {
    const undoMove = () => Promise.resolve(REPORT);
    const { exitCode, out } = await run(['undo', '--into', scratchFolder()], { engine: { undoMove } });
    expect([exitCode, out]).toEqual([
      0,
      'Taken back: 1,200 files and 3 folders removed, 1 record file as before.\n',
    ]);
  });

  it('names what it cannot, escaped and not without end, and ends as partial', async () => {
    const left = Array.from({ length: 25 }, (_, index) => `files/\u001b[2J${String(index)}`);
    const undoMove = () => Promise.resolve({ ...REPORT, gone: 1, left });
    const into = scratchFolder();
    const words = await run(['undo', '--into', into], { engine: { undoMove } });
    expect(words.exitCode).toBe(6);
    expect(words.out).toContain('Gone already: 1 file.\nChanged since the move, and left as it is:\n');
    expect(words.out).toContain('  files/\\u{1b}[2J19\n  and 5 more\n');
    const json = await run(['undo', '--into', into, '--json'], { engine: { undoMove } });
    expect(jsonLines(json.out)).toEqual([{ event: 'undo', ...REPORT, gone: 1, left }]);
  });

  it('says which move could be taken back when none can', async () => {
    const undoMove = () => Promise.reject(new MoverError('NOTHING_TO_UNDO'));
    const { exitCode, err } = await run(['undo', '--into', scratchFolder()], { engine: { undoMove } });
    expect([exitCode, err.includes('--no-undo')]).toEqual([2, true]);
  });

  it('--forget drops what is kept and takes nothing back', async () => {
    const asked: string[] = [];
    const engine = {
      undoMove: () => Promise.reject(new Error('took the move back')),
      forgetUndo: () => Promise.resolve(void asked.push('forget')),
    };
    const { exitCode } = await run(['undo', '--into', scratchFolder(), '--forget'], { engine });
    expect([exitCode, asked]).toEqual([0, ['forget']]);
  });

  it('makes no folder where there is none', async () => {
    const openDestination = () => Promise.resolve(DESTINATION);
    const { exitCode } = await run(['undo', '--into', '/nonexistent/new'], {
      engine: { openDestination },
    });
    expect([exitCode, exitCode === new MoverError('DESTINATION_MISSING').exitCode]).toEqual([2, true]);
  });
});
