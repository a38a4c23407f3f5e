import { describe, expect, it, vi } from 'vitest';
import { startEngine, type EngineProcess } from '../../../src/main/app/engine-process.ts';
import type { FromHost } from '../../../src/main/app/host/host-messages.ts';
import { ScriptedHost } from './fake-host.ts';

function started(stopMs?: number): { host: ScriptedHost; heard: FromHost[]; engine: EngineProcess } {
  const host = new ScriptedHost();
  const heard: FromHost[] = [];
  const engine = startEngine(
    host,
    { type: 'watch' },
    (message) => {
      heard.push(message);
    },
    stopMs,
  );
  return { host, heard, engine };
}

describe('a host', () => {
  it('is told its task first', () => {
    expect(started().host.heard).toEqual([{ type: 'start', task: { type: 'watch' } }]);
  });

  it('that says it has ended is ended, and its code is what came of it', async () => {
    const { host, engine, heard } = started();
    host.says({ type: 'ended', code: 'NO_SPACE' });
    expect(await engine.ended).toBe('NO_SPACE');
    expect(host.killed).toBe(true);
    expect(heard).toEqual([]);
  });

  it('that ends well has no code', async () => {
    const { host, engine } = started();
    host.says({ type: 'ended', code: undefined });
    expect(await engine.ended).toBeUndefined();
  });

  it('that is gone without a word has crashed', async () => {
    const { host, engine } = started();
    host.exit();
    expect(await engine.ended).toBe('UNEXPECTED');
  });

  it.each([
    ['no message at all', undefined],
    ['a type nobody knows', { type: 'shell', command: 'ls' }],
    ['an update with something added', { type: 'update', update: { type: 'paired', path: '/etc/passwd' } }],
    ['figures that are none', { type: 'update', update: { type: 'waiting', until: 'soon' } }],
    ['the end of a move as an update', { type: 'update', update: { type: 'ended', code: undefined } }],
    [
      'a code that is not six digits',
      { type: 'update', update: { type: 'code', digits: '12345a', qr: '', expiresAt: 1 } },
    ],
  ])('that says %s is not believed and ended', async (_what, message) => {
    const { host, engine, heard } = started();
    host.saysAnything(message);
    expect(await engine.ended).toBe('UNEXPECTED');
    expect(heard).toEqual([]);
  });

  it('is not heard after its end', async () => {
    const { host, engine, heard } = started();
    host.says({ type: 'ended', code: undefined });
    host.says({ type: 'devices', devices: [] });
    await engine.ended;
    engine.post({ type: 'limit', bytesPerSecond: null });
    expect(heard).toEqual([]);
    expect(host.heard).toHaveLength(1);
  });

  it('is asked to stop, and stopping has ended when it has', async () => {
    const { host, engine } = started();
    const stopped = engine.stop();
    expect(host.heard.at(-1)).toEqual({ type: 'stop' });
    host.says({ type: 'ended', code: 'CANCELLED' });
    await stopped;
    expect(await engine.ended).toBe('CANCELLED');
  });

  it('that does not stop within the bound is killed', async () => {
    vi.useFakeTimers();
    try {
      const { host, engine } = started(5_000);
      const stopped = engine.stop();
      vi.advanceTimersByTime(4_999);
      expect(host.killed).toBe(false);
      vi.advanceTimersByTime(1);
      expect(host.killed).toBe(true);
      await stopped;
      expect(await engine.ended).toBe('CANCELLED');
    } finally {
      vi.useRealTimers();
    }
  });

  it('that puts things in place is never killed: it ends by itself, with what came of it', async () => {
    vi.useFakeTimers();
    try {
      const { host, engine } = started(5_000);
      const figures = { bytes: 1, totalBytes: 1, entries: 1, totalEntries: 1 };
      const progress = {
        type: 'progress',
        phase: 'committing',
        kinds: {},
        bytesPerSecond: 1,
        secondsLeft: undefined,
      } as const;
      host.says({ type: 'update', update: { ...progress, ...figures } });
      const stopped = engine.stop();
      vi.advanceTimersByTime(1_000_000);
      expect(host.killed).toBe(false);
      host.says({ type: 'ended', code: undefined });
      await stopped;
      expect(await engine.ended).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });
});
