/** What a person sees of the moves outside the window: task bar, notifications; and that the computer stays awake. */
import { describe, expect, it } from 'vitest';
import { countsOf, Notices, type Notice } from '../../../src/main/app/notices.ts';
import { StayAwake } from '../../../src/main/app/power.ts';
import { Taskbar, type Bar } from '../../../src/main/app/taskbar.ts';
import { Wording } from '../../../src/main/app/words.ts';
import { progress, receipt } from './figures.ts';

describe('the task bar', () => {
  function bars(): { taskbar: Taskbar; shown: Bar[] } {
    const shown: Bar[] = [];
    return { taskbar: new Taskbar((bar) => shown.push(bar)), shown };
  }

  it('shows all moves as one, by their bytes, and nothing when they have ended', () => {
    const { taskbar, shown } = bars();
    taskbar.hear('move-1', progress(50, 100));
    taskbar.hear('move-2', progress(0, 300));
    taskbar.hear('move-1', { type: 'ended', code: undefined });
    taskbar.hear('move-2', { type: 'ended', code: 'CANCELLED' });
    expect(shown).toEqual([
      { shown: true, fraction: 0.5, mode: 'normal' },
      { shown: true, fraction: 0.12, mode: 'normal' },
      { shown: true, fraction: 0, mode: 'normal' },
      { shown: false },
    ]);
  });

  it('is paused when every move waits for its network', () => {
    const { taskbar, shown } = bars();
    taskbar.hear('move-1', progress(50, 100));
    taskbar.hear('move-1', { type: 'waiting', until: 1 });
    expect(shown.at(-1)).toMatchObject({ mode: 'paused' });
    taskbar.hear('move-1', { type: 'resumed' });
    expect(shown.at(-1)).toMatchObject({ mode: 'normal' });
  });

  it('points at a failure until the person has seen the window', () => {
    const { taskbar, shown } = bars();
    taskbar.hear('move-1', progress(50, 100));
    taskbar.hear('move-1', { type: 'ended', code: 'INTERRUPTED' });
    expect(shown.at(-1)).toMatchObject({ mode: 'error' });
    taskbar.seen();
    expect(shown.at(-1)).toEqual({ shown: false });
  });

  it('is drawn when it changes, not with every update', () => {
    const { taskbar, shown } = bars();
    for (let bytes = 0; bytes < 1_000; bytes += 1) taskbar.hear('move-1', progress(bytes, 1_000_000));
    expect(shown).toHaveLength(1);
  });
});

describe('the computer', () => {
  it('stays awake from the meeting of two devices to the end of the last move, and is then let go', () => {
    const calls: string[] = [];
    const awake = new StayAwake({
      start: (type) => {
        calls.push(type);
        return 7;
      },
      stop: (id) => {
        calls.push(`stop ${id}`);
      },
    });
    awake.hear('move-1', { type: 'listening', name: 'blue otter', emoji: '🦦', addresses: [] });
    expect(calls).toEqual([]);
    awake.hear('move-1', { type: 'paired' });
    awake.hear('move-2', { type: 'paired' });
    awake.hear('move-1', { type: 'ended', code: undefined });
    expect(calls).toEqual(['prevent-app-suspension']);
    awake.hear('move-2', { type: 'ended', code: 'INTERRUPTED' });
    expect(calls).toEqual(['prevent-app-suspension', 'stop 7']);
  });
});

describe('a notification', () => {
  function notices(isWatched = false): { notices: Notices; shown: Notice[]; words: Wording } {
    const shown: Notice[] = [];
    const words = new Wording();
    return {
      notices: new Notices({ words, isWatched: () => isWatched, show: (notice) => shown.push(notice) }),
      shown,
      words,
    };
  }

  it('counts what arrived, in the words and numbers of the language', () => {
    const { notices: signs, shown, words } = notices();
    words.use({
      language: 'es',
      texts: { noticeComplete: 'Todo ha llegado', noticeCounts: 'Llegó: {arrived}' },
    });
    const many = receipt();
    signs.hear('move-1', {
      type: 'receipt',
      receipt: { ...many, kinds: { files: { ...many.kinds.files, added: 1_234_567, skipped: [] } as never } },
    });
    signs.hear('move-1', { type: 'ended', code: undefined });
    expect(shown).toEqual([{ title: 'Todo ha llegado', body: 'Llegó: 1.234.567' }]);
  });

  it('counts what was there already as arrived', () => {
    expect(countsOf(receipt())).toEqual({ arrived: 10, left: 1 });
  });

  it('says once that a move waits or has stopped, and nothing when the person stopped it', () => {
    const { notices: signs, shown } = notices();
    signs.hear('move-1', { type: 'waiting', until: 1 });
    signs.hear('move-1', { type: 'waiting', until: 2 });
    signs.hear('move-1', { type: 'receipt', receipt: receipt('interrupted') });
    signs.hear('move-1', { type: 'ended', code: 'INTERRUPTED' });
    signs.hear('move-2', { type: 'ended', code: 'CANCELLED' });
    expect(shown.map(({ title }) => title)).toEqual(['Connection lost, trying again', 'A move has stopped']);
  });

  it('is not shown to who is looking', () => {
    const { notices: signs, shown } = notices(true);
    signs.hear('move-1', { type: 'receipt', receipt: receipt() });
    expect(shown).toEqual([]);
  });

  it('never names a device', () => {
    const { notices: signs, shown } = notices();
    signs.hear('move-1', { type: 'listening', name: 'blue otter', emoji: '🦦', addresses: ['10.0.0.2:1'] });
    signs.hear('move-1', { type: 'offer', peer: "Ann's phone", kinds: [], apps: [], freeBytes: 1 });
    signs.hear('move-1', { type: 'receipt', receipt: receipt('partial') });
    expect(shown).toEqual([{ title: 'Arrived, with exceptions', body: 'Arrived: 10 · Left behind: 1' }]);
  });
});
