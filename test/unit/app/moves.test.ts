import { describe, expect, it } from 'vitest';
import { startEngine } from '../../../src/main/app/engine-process.ts';
import { Moves, type MoveTask } from '../../../src/main/app/moves.ts';
import type { MoveUpdate } from '../../../src/main/ipc/contract.ts';
import { progress, receipt } from './figures.ts';
import { ScriptedHost } from './fake-host.ts';

const receiving = (destination: string): MoveTask => ({ type: 'receive', destination, limit: null });

function setUp(
  maxMoves = 4,
  onFolders = (): void => undefined,
): { moves: Moves; hosts: ScriptedHost[]; told: [string, MoveUpdate][] } {
  const hosts: ScriptedHost[] = [];
  const told: [string, MoveUpdate][] = [];
  const moves = new Moves({
    maxMoves,
    onFolders,
    tell: (id, update) => {
      told.push([id, update]);
    },
    start: (task, onMessage) => {
      const host = new ScriptedHost();
      hosts.push(host);
      return startEngine(host, task, onMessage);
    },
  });
  return { moves, hosts, told };
}

function nth<T>(all: readonly T[], index: number): T {
  const found = all[index];
  if (found === undefined) throw new RangeError(`there is no ${index}`);
  return found;
}

async function endOf(host: ScriptedHost, moves: Moves, id: string): Promise<void> {
  host.says({ type: 'ended', code: undefined });
  await moves.stop(id);
}

describe('moves', () => {
  it('each have a process of their own, and are told apart', () => {
    const { moves, hosts, told } = setUp();
    const first = moves.start(receiving('/a'));
    const second = moves.start(receiving('/b'));
    expect(hosts.map(({ heard }) => heard[0])).toEqual([
      { type: 'start', task: receiving('/a') },
      { type: 'start', task: receiving('/b') },
    ]);
    nth(hosts, 1).says({ type: 'update', update: { type: 'paired' } });
    nth(hosts, 0).says({ type: 'update', update: { type: 'resumed' } });
    expect(told).toEqual([
      [second, { type: 'paired' }],
      [first, { type: 'resumed' }],
    ]);
  });

  it('say when a folder is taken and when it is free again; an old device takes none', async () => {
    const said: boolean[] = [];
    const { moves, hosts } = setUp(4, () => said.push(moves.isBusy('/a')));
    const id = moves.start(receiving('/a'));
    expect(said).toEqual([true]);
    moves.start({
      type: 'send',
      sources: { from: '/old' },
      to: { type: 'qr', text: 'x' },
      limit: null,
    });
    expect(said).toEqual([true]);
    await endOf(nth(hosts, 0), moves, id);
    expect(said).toEqual([true, false]);
  });

  it('beyond what the machine carries are refused, until one has ended', async () => {
    const { moves, hosts } = setUp(2);
    const first = moves.start(receiving('/a'));
    moves.start(receiving('/b'));
    expect(() => moves.start(receiving('/c'))).toThrow(expect.objectContaining({ code: 'TOO_MANY_MOVES' }));
    expect(hosts).toHaveLength(2);
    await endOf(nth(hosts, 0), moves, first);
    moves.start(receiving('/c'));
    expect(moves.running).toBe(2);
  });

  it('whose process crashes end with a code', async () => {
    const { moves, hosts, told } = setUp();
    const id = moves.start(receiving('/a'));
    nth(hosts, 0).exit();
    await moves.stop(id);
    expect(told.at(-1)).toEqual([id, { type: 'ended', code: 'UNEXPECTED' }]);
    expect(moves.running).toBe(0);
  });

  it('say what had been held back before they say that they have ended', async () => {
    const { moves, hosts, told } = setUp();
    const id = moves.start(receiving('/a'));
    for (const bytes of [1, 2, 3]) nth(hosts, 0).says({ type: 'update', update: progress(bytes) });
    await endOf(nth(hosts, 0), moves, id);
    expect(told.map(([, update]) => (update.type === 'progress' ? update.bytes : update.type))).toEqual([
      1,
      3,
      'ended',
    ]);
  });

  it('are answered, limited and stopped by their id, and by no other', async () => {
    const { moves, hosts } = setUp();
    const id = moves.start(receiving('/a'));
    moves.answer(id, { accept: false });
    moves.limit(id, 5_000);
    const stopped = moves.stop(id);
    nth(hosts, 0).says({ type: 'ended', code: 'CANCELLED' });
    await stopped;
    expect(nth(hosts, 0).heard.slice(1)).toEqual([
      { type: 'answer', answer: { accept: false } },
      { type: 'limit', bytesPerSecond: 5_000 },
      { type: 'stop' },
    ]);
    for (const call of [
      () => moves.answer('move-9', { accept: false }),
      () => moves.limit('move-9', null),
      () => moves.destinationOf('move-9'),
    ]) {
      expect(call).toThrow(expect.objectContaining({ code: 'USAGE' }));
    }
    await expect(moves.stop('move-9')).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('are all stopped at once when the app ends', async () => {
    const { moves, hosts } = setUp();
    moves.start(receiving('/a'));
    moves.start(receiving('/b'));
    const stopped = moves.stopAll();
    for (const host of hosts) {
      expect(host.heard.at(-1)).toEqual({ type: 'stop' });
      host.says({ type: 'ended', code: 'CANCELLED' });
    }
    await stopped;
    expect(moves.running).toBe(0);
  });

  it('hold their destination while they run', async () => {
    const { moves, hosts } = setUp();
    const id = moves.start(receiving('/a/b'));
    expect(moves.isBusy('/a/./b/')).toBe(true);
    expect(moves.isBusy('/a')).toBe(false);
    expect(() => moves.undoable(id)).toThrow(expect.objectContaining({ code: 'DESTINATION_BUSY' }));
    await endOf(nth(hosts, 0), moves, id);
    expect(moves.isBusy('/a/b')).toBe(false);
  });

  it('can be taken back when they were the last into their folder', async () => {
    const { moves, hosts } = setUp();
    const ids: string[] = [];
    for (const folder of ['/a', '/a', '/b', '/a']) ids.push(moves.start(receiving(folder)));
    for (const [index, id] of ids.entries()) {
      // The last one into /a came to nothing.
      if (index < 3)
        nth(hosts, index).says({ type: 'update', update: { type: 'receipt', receipt: receipt() } });
      await endOf(nth(hosts, index), moves, id);
    }
    expect(moves.undoable(nth(ids, 1))).toBe('/a');
    expect(moves.undoable(nth(ids, 2))).toBe('/b');
    for (const index of [0, 3]) {
      expect(() => moves.undoable(nth(ids, index))).toThrow(
        expect.objectContaining({ code: 'NOTHING_TO_UNDO' }),
      );
    }
  });
});
