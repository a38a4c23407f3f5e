import { describe, expect, it } from 'vitest';
import type { MoveEvent, Progress } from '../../../src/transfer/session/events.ts';
import { ProgressMeter } from '../../../src/transfer/session/progress.ts';

function meter() {
  let now = 0;
  const heard: Progress[] = [];
  const listener = (event: MoveEvent): void => {
    if (event.type === 'progress') heard.push(event.progress);
  };
  return { meter: new ProgressMeter(listener, () => now), heard, at: (ms: number) => (now = ms) };
}

describe('progress', () => {
  it('is told at most five times a second, however many entries move', () => {
    const { meter: progress, heard, at } = meter();
    progress.expect('files', { bytes: 1_000, entries: 1_000 });
    for (let ms = 0; ms < 1_000; ms += 1) {
      at(ms);
      progress.moved({ files: 1 });
    }
    expect(heard.length).toBeLessThanOrEqual(5);
  });

  it('never shows more than there is, even when bytes are sent twice', () => {
    const { meter: progress } = meter();
    progress.expect('files', { bytes: 10, entries: 1 });
    progress.moved({ files: 8 });
    progress.moved({ files: 8 });
    progress.settled('files');
    progress.settled('files');
    expect(progress.snapshot()).toMatchObject({ bytes: 10, totalBytes: 10, entries: 1, totalEntries: 1 });
  });

  it('tells speed over the last seconds and the time left from it', () => {
    const { meter: progress, at } = meter();
    progress.expect('files', { bytes: 1_000, entries: 1 });
    progress.snapshot();
    at(2_000);
    progress.moved({ files: 200 });
    expect(progress.snapshot()).toMatchObject({ bytesPerSecond: 100, secondsLeft: 8 });
  });

  it('does not guess a time before anything has moved', () => {
    const { meter: progress, at } = meter();
    progress.expect('files', { bytes: 1_000, entries: 1 });
    progress.snapshot();
    at(1_000);
    expect(progress.snapshot().secondsLeft).toBeUndefined();
  });

  it('knows each kind by itself', () => {
    const { meter: progress } = meter();
    progress.expect('files', { bytes: 100, entries: 1 });
    progress.expect('contacts', { bytes: 50, entries: 2 });
    progress.moved({ contacts: 20, apps: 5 });
    expect(progress.snapshot().kinds.contacts).toMatchObject({ bytes: 20, totalBytes: 50 });
    expect(progress.snapshot().kinds.apps).toBeUndefined();
  });
});
