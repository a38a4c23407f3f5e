import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LIMITS } from '../../../src/transfer/limits.ts';
import { Heartbeat } from '../../../src/transfer/wire/heartbeat.ts';

describe('the heartbeat', () => {
  let bytesRead: number | undefined;
  let pings: number;
  let dead: number;
  let heartbeat: Heartbeat;

  beforeEach(() => {
    vi.useFakeTimers();
    bytesRead = 0;
    pings = 0;
    dead = 0;
    heartbeat = new Heartbeat({
      ping: () => (pings += 1),
      bytesRead: () => bytesRead,
      onDead: () => (dead += 1),
    });
  });
  afterEach(() => {
    heartbeat.stop();
    vi.useRealTimers();
  });

  const tick = (times = 1): void => {
    vi.advanceTimersByTime(LIMITS.pingMs * times);
  };

  it('gives a silent peer up after two pings without an answer, once', () => {
    bytesRead = 100;
    tick();
    expect([pings, dead]).toEqual([1, 0]);
    tick();
    expect([pings, dead]).toEqual([2, 0]);
    tick(5);
    expect([pings, dead]).toEqual([2, 1]);
  });

  it('goes on as long as anything arrives', () => {
    for (let round = 1; round < 20; round += 1) {
      bytesRead = round;
      tick();
    }
    expect(dead).toBe(0);
  });

  it('goes on as long as lanes move, and while nothing is read on purpose', () => {
    for (let round = 0; round < 10; round += 1) {
      heartbeat.touch();
      tick();
    }
    bytesRead = undefined;
    tick(10);
    expect(dead).toBe(0);
    bytesRead = 0;
    tick(2);
    expect(dead).toBe(1);
  });

  it('is still once it is stopped', () => {
    heartbeat.stop();
    tick(10);
    expect([pings, dead]).toEqual([0, 0]);
  });
});
