import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressThrottle } from '../../../src/main/app/progress-throttle.ts';
import { progress } from './figures.ts';

function throttle(): {
  push: (update: Parameters<ProgressThrottle['push']>[0]) => void;
  sent: (number | string)[];
} {
  const sent: (number | string)[] = [];
  const pace = new ProgressThrottle((update) => {
    sent.push(update.type === 'progress' ? update.bytes : update.type);
  });
  return {
    push: (update) => {
      pace.push(update);
    },
    sent,
  };
}

describe('updates of a move', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tell progress four times a second at most, the newest of it', () => {
    const { push, sent } = throttle();
    for (let ms = 0; ms < 1_000; ms += 1) {
      push(progress(ms));
      vi.advanceTimersByTime(1);
    }
    expect(sent.length).toBeGreaterThanOrEqual(4);
    expect(sent.length).toBeLessThanOrEqual(5);
    vi.advanceTimersByTime(250);
    expect(sent.at(-1)).toBe(999);
  });

  it('do not wait after a pause, and are silent in one', () => {
    const { push, sent } = throttle();
    push(progress(1));
    vi.advanceTimersByTime(1_000);
    push(progress(2));
    vi.advanceTimersByTime(1_000);
    expect(sent).toEqual([1, 2]);
  });

  it('come in order: what was held back goes before what comes after it', () => {
    const { push, sent } = throttle();
    push(progress(1));
    push(progress(2));
    push({ type: 'waiting', until: 1 });
    push(progress(3));
    push({ type: 'ended', code: undefined });
    expect(sent).toEqual([1, 2, 'waiting', 3, 'ended']);
    vi.advanceTimersByTime(1_000);
    expect(sent).toHaveLength(5);
  });
});
