import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { interruptible } from '../../../src/main/terminal/interrupt.ts';

describe('Ctrl-C', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function start() {
    const process = new EventEmitter();
    const exits: number[] = [];
    const interrupt = interruptible(
      process,
      (code) => exits.push(code),
      () => 'the reason',
      3_000,
    );
    return { process, exits, interrupt };
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'])(
    'the first %s asks for a clean end with the reason',
    (signal) => {
      const { process, exits, interrupt } = start();
      process.emit(signal);
      expect([interrupt.signal.reason, exits]).toEqual(['the reason', []]);
    },
  );

  it('the second ends at once', () => {
    const { process, exits } = start();
    process.emit('SIGINT');
    process.emit('SIGTERM');
    expect(exits).toEqual([130]);
  });

  it('a clean end that takes longer than the grace is cut short', () => {
    const { process, exits } = start();
    process.emit('SIGINT');
    vi.advanceTimersByTime(2_999);
    expect(exits).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(exits).toEqual([130]);
  });

  it.each([
    ['before', true],
    ['after', false],
  ])(
    '%s what arrived is being put in place waits for that, says so, and can be repeated',
    (_when, before) => {
      const { process, exits, interrupt } = start();
      const said = vi.fn();
      if (before) process.emit('SIGINT');
      interrupt.hold(said);
      if (!before) process.emit('SIGINT');
      vi.advanceTimersByTime(1_000_000);
      expect([exits, said.mock.calls.length]).toEqual([[], 1]);
      process.emit('SIGINT');
      expect(exits).toEqual([130]);
    },
  );

  it('a clean end in time is left alone', () => {
    const { process, exits, interrupt } = start();
    process.emit('SIGINT');
    interrupt.dispose();
    vi.advanceTimersByTime(10_000);
    expect(exits).toEqual([]);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });
});
