import { describe, expect, it } from 'vitest';
import { boardOf, cardName } from '../../../../src/renderer/features/store/board.ts';
import {
  capFromMegabytes,
  LEAST_MEGABYTES,
  megabytesOf,
  MOST_MEGABYTES,
} from '../../../../src/renderer/features/store/speed-cap.ts';
import { newMove, reduceMove } from '../../../../src/renderer/state/reduce-move.ts';
import { REQUESTS } from '../../../../src/main/ipc/contract.ts';

const receiver = newMove('move-1', 'receiver', { now: 0 });
const found = reduceMove(receiver, { type: 'listening', name: 'blue otter', emoji: '🦦', addresses: [] }, 0);
const stopped = reduceMove(found, { type: 'ended', code: 'CANCELLED' }, 0);

describe('the board', () => {
  it('is full when as many moves run as the machine carries; finished ones do not count', () => {
    expect(boardOf([found, stopped, stopped], 2)).toEqual({ running: 1, finished: 2, full: false });
    expect(boardOf([found, receiver, stopped], 2)).toEqual({ running: 2, finished: 1, full: true });
    expect(boardOf([], 0).full).toBe(true);
  });
});

describe('a card', () => {
  it('keeps the name its new device was found under until the end, and says who came', () => {
    const paired = reduceMove(found, { type: 'paired' }, 0);
    const offered = reduceMove(
      paired,
      { type: 'offer', peer: 'Pixel 6', kinds: [], apps: [], freeBytes: 1 },
      0,
    );
    expect(cardName(offered)).toEqual({ name: 'blue otter', emoji: '🦦', other: 'Pixel 6' });
    expect(cardName(stopped)).toMatchObject({ name: 'blue otter', emoji: '🦦' });
  });

  it('of a sender is called by the new device it goes to', () => {
    const sender = newMove('move-2', 'sender', { peer: 'red robin', now: 0 });
    expect(cardName(sender)).toEqual({ name: 'red robin', emoji: undefined, other: undefined });
  });

  it('has no name before there is one', () => {
    expect(cardName(receiver).name).toBeUndefined();
  });
});

describe('the cap on a move’s speed', () => {
  it('is typed in megabytes and sent in bytes', () => {
    expect(capFromMegabytes(20)).toBe(20_000_000);
    expect(capFromMegabytes('2.5')).toBe(2_500_000);
    expect(megabytesOf(2_500_000)).toBe(2.5);
  });

  it('is none when the field is empty, or holds nothing that is an amount', () => {
    for (const typed of ['', '-', 'fast', 0, -3, Number.NaN]) expect(capFromMegabytes(typed)).toBeNull();
    expect(megabytesOf(null)).toBe('');
  });

  it('stays within what a move can live with and main accepts', () => {
    const [, limit] = REQUESTS['moves.limit'].def.items;
    for (const typed of [0.000_1, LEAST_MEGABYTES, 3.333_333_3, MOST_MEGABYTES, 1e15, Infinity]) {
      expect(limit.safeParse(capFromMegabytes(typed)).success).toBe(true);
    }
    expect(capFromMegabytes(0.000_1)).toBe(100_000);
    expect(capFromMegabytes(1e15)).toBe(MOST_MEGABYTES * 1_000_000);
  });

  it('reads the same after it was sent', () => {
    for (const typed of [0.1, 1, 2.5, 20, 999.99]) expect(megabytesOf(capFromMegabytes(typed))).toBe(typed);
  });
});
