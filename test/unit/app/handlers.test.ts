import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startEngine } from '../../../src/main/app/engine-process.ts';
import { OneShotTasks } from '../../../src/main/app/one-shot-tasks.ts';
import { makeHandlers, type Desktop } from '../../../src/main/app/handlers.ts';
import { Moves, type StartEngine } from '../../../src/main/app/moves.ts';
import { Nearby } from '../../../src/main/app/nearby.ts';
import { Places } from '../../../src/main/app/places.ts';
import type { Handlers } from '../../../src/main/ipc/register.ts';
import type { NearbyDevice } from '../../../src/main/ipc/contract.ts';
import { PROMISE } from '../../../src/transfer/index.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { receipt } from './figures.ts';
import { ScriptedHost } from './fake-host.ts';

interface Rig {
  readonly handlers: Handlers;
  readonly hosts: ScriptedHost[];
  readonly devices: (readonly NearbyDevice[])[];
  readonly desktop: { picked: readonly string[]; opened: string[]; saved: unknown[] };
  readonly root: string;
  /** The host started last. */
  host(): ScriptedHost;
}

function rig(): Rig {
  const root = scratchFolder();
  mkdirSync(join(root, 'Documents'));
  const hosts: ScriptedHost[] = [];
  const start: StartEngine = (task, onMessage) => {
    const host = new ScriptedHost();
    hosts.push(host);
    return startEngine(host, task, onMessage);
  };
  const moves = new Moves({ start, maxMoves: 2, tell: () => undefined });
  const devices: (readonly NearbyDevice[])[] = [];
  const state: Rig['desktop'] = { picked: [], opened: [], saved: [] };
  const desktop: Desktop = {
    pick: (role, type) => {
      state.saved.push([role, type]);
      return Promise.resolve(state.picked);
    },
    save: (kind, text) => {
      state.saved.push([kind, text]);
      return Promise.resolve(true);
    },
    openFolder: (folder) => {
      state.opened.push(folder);
      return Promise.resolve();
    },
    useWords: () => undefined,
  };
  const handlers = makeHandlers({
    desktop,
    places: new Places({ isBusy: (folder) => moves.isBusy(folder) }),
    moves,
    tasks: new OneShotTasks(start),
    nearby: new Nearby(start, (seen) => {
      devices.push(seen);
    }),
    info: { version: '1.2.3', platform: 'linux', languages: ['en'], maxMoves: 2 },
    destination: join(root, 'Documents', 'OpenMover'),
    sources: [join(root, 'Documents'), join(root, 'Music')],
  });
  const host = (): ScriptedHost => {
    const last = hosts.at(-1);
    if (last === undefined) throw new Error('no host was started');
    return last;
  };
  return { handlers, hosts, devices, desktop: state, root, host };
}

async function ready(handlers: Handlers): Promise<{ destination: string; source: string }> {
  const { destination, sources } = await handlers['app.ready']();
  return { destination: destination.id, source: sources[0]?.id ?? '' };
}

describe('the window', () => {
  it('is told what this computer offers when it is ready, and every clause of the promise', async () => {
    const info = await rig().handlers['app.ready']();
    expect(info).toMatchObject({ version: '1.2.3', maxMoves: 2, destination: { name: 'OpenMover' } });
    expect(info.sources.map(({ name }) => name)).toEqual(['Documents']);
    expect(info.promise).toEqual(PROMISE.map(({ id }) => id));
  });

  it('gets no path by any answer', async () => {
    const { handlers, root, desktop } = rig();
    desktop.picked = [join(root, 'Documents')];
    const answers = [
      await handlers['app.ready'](),
      await handlers['places.pick']('source', 'files'),
      await handlers['places.pick']('destination', 'files'),
      await handlers['places.pick']('source', 'single-files'),
    ];
    expect(JSON.stringify(answers)).not.toContain(root.slice(1));
    expect(JSON.stringify(answers)).not.toContain('/');
  });

  it('gets what was picked file by file as files, whatever their endings', async () => {
    const { handlers, root, desktop } = rig();
    const paths = ['photo.jpg', 'people.vcf'].map((name) => join(root, name));
    desktop.picked = paths;
    const place = await handlers['places.pick']('source', 'single-files');
    expect(place).toMatchObject({ type: 'files', name: 'photo.jpg', files: 2 });
  });

  it('gets nothing when the person closes the dialog', async () => {
    expect(await rig().handlers['places.pick']('destination', 'files')).toBeNull();
  });

  it('starts a receiver where the person said, and not twice in one folder', async () => {
    const { handlers, host, root } = rig();
    const { destination } = await ready(handlers);
    const start = { role: 'receiver', place: destination, limit: 9_000 } as const;
    expect(await handlers['moves.start'](start)).toBe('move-1');
    expect(host().heard[0]).toEqual({
      type: 'start',
      task: { type: 'receive', destination: join(root, 'Documents', 'OpenMover'), limit: 9_000 },
    });
    const again = async (): Promise<unknown> => handlers['moves.start'](start);
    await expect(again()).rejects.toMatchObject({ code: 'DESTINATION_BUSY' });
  });

  it('starts a sender with the addresses the device was seen at, which it never sees', async () => {
    const { handlers, host, devices } = rig();
    const { source } = await ready(handlers);
    await handlers['devices.watch']();
    const addresses = [{ host: '10.0.0.2', port: 4_000 }];
    host().says({ type: 'devices', devices: [{ name: 'blue otter', emoji: '🦦', addresses }] });
    expect(devices).toEqual([[{ name: 'blue otter', emoji: '🦦' }]]);
    const watcher = host();
    const unwatched = handlers['devices.unwatch']();
    watcher.says({ type: 'ended', code: 'CANCELLED' });
    await unwatched;

    const to = { type: 'found', name: 'blue otter', code: '123456' } as const;
    await handlers['moves.start']({ role: 'sender', places: [source], to, limit: null });
    expect(host().heard[0]).toMatchObject({ task: { type: 'send', to: { ...to, addresses } } });
    await handlers['moves.start']({
      role: 'sender',
      places: [source],
      to: { ...to, name: 'quiet hedgehog' },
      limit: null,
    });
    expect(host().heard[0]).toMatchObject({ task: { to: { addresses: [] } } });
  });

  it('is shown the devices at once when it looks again', async () => {
    const { handlers, host, hosts, devices } = rig();
    await handlers['devices.watch']();
    host().says({ type: 'devices', devices: [{ name: 'blue otter', emoji: '🦦', addresses: [] }] });
    await handlers['devices.watch']();
    expect(devices).toHaveLength(2);
    expect(hosts).toHaveLength(1);
  });

  it('learns what places hold from a host of its own, and why not', async () => {
    const { handlers, host } = rig();
    const { source } = await ready(handlers);
    const inspection = {
      kinds: [{ kind: 'files' as const, items: 1, entries: 1, bytes: 2, left: [] }],
      apps: [],
    };
    const asked = handlers['places.inspect']([source]);
    host().says({ type: 'inspection', inspection });
    host().says({ type: 'ended', code: undefined });
    expect(await asked).toEqual(inspection);

    const failing = handlers['places.inspect']([source]);
    host().says({ type: 'ended', code: 'SOURCE_UNREADABLE' });
    await expect(failing).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });

    const silent = handlers['places.inspect']([source]);
    host().says({ type: 'ended', code: undefined });
    await expect(silent).rejects.toMatchObject({ code: 'UNEXPECTED' });
  });

  it('opens and undoes what a move has put there, by the number of the move', async () => {
    const { handlers, host, desktop, root } = rig();
    const { destination } = await ready(handlers);
    const id = await handlers['moves.start']({ role: 'keeper', place: destination });
    host().says({ type: 'update', update: { type: 'receipt', receipt: receipt() } });
    host().says({ type: 'ended', code: undefined });
    await handlers['moves.stop'](id);

    await handlers['moves.open'](id);
    expect(desktop.opened).toEqual([join(root, 'Documents', 'OpenMover')]);
    const undone = handlers['moves.undo'](id);
    const outcome = { removed: 1, restored: 0, gone: 0, left: 0 };
    host().says({ type: 'undone', outcome });
    host().says({ type: 'ended', code: undefined });
    expect(await undone).toEqual(outcome);
  });
});
