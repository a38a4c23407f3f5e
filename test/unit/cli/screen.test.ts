import { describe, expect, it } from 'vitest';
import { bigDigits } from '../../../src/main/cli/views/big-digits.ts';
import { codePanel } from '../../../src/main/cli/views/code-panel.ts';
import { ProgressBar } from '../../../src/main/cli/views/progress-bar.ts';
import { ProgressLines, progressText } from '../../../src/main/cli/views/progress-lines.ts';
import { receiptText } from '../../../src/main/cli/views/receipt-text.ts';
import { table, width } from '../../../src/main/terminal/table.ts';
import { bytes, countdown, duration, speed } from '../../../src/main/terminal/format.ts';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import type { Progress } from '../../../src/transfer/session/events.ts';
import { RECEIPT } from './fake-engine.ts';
import { fakeIo } from './fake-io.ts';

const progress: Progress = {
  bytes: 630_000_000,
  totalBytes: 1_000_000_000,
  entries: 10,
  totalEntries: 20,
  kinds: {
    contacts: { bytes: 1_000, totalBytes: 1_000, entries: 1, totalEntries: 1 },
    calls: { bytes: 0, totalBytes: 0, entries: 0, totalEntries: 0 },
    files: { bytes: 629_999_000, totalBytes: 999_999_000, entries: 512, totalEntries: 9_482 },
  },
  bytesPerSecond: 71_000_000,
  secondsLeft: 300,
  phase: 'streaming',
};
/** What stays on the screen. */
const plain = (text: string): string => text.replaceAll(new RegExp('\r|\u001b\\[[0-9;]*[a-zA-Z]', 'g'), '');

describe('numbers as people read them', () => {
  it('sizes are decimal and never show four digits of a unit', () => {
    expect([0, 999, 1_000, 999_499, 999_500, 61_400_000_000].map(bytes)).toEqual([
      '0 B',
      '999 B',
      '1 kB',
      '999 kB',
      '1 MB',
      '61.4 GB',
    ]);
    expect(speed(71_000_000)).toBe('71 MB/s');
  });

  it('times are short', () => {
    expect([0.42, 9.99, 42, 59.7, 300, 3_600, 3_900].map(duration)).toEqual([
      '0.4 s',
      '10 s',
      '42 s',
      '1 min',
      '5 min',
      '1 h',
      '1 h 5 min',
    ]);
    expect([42_000, 41_001, 60_000, -5].map(countdown)).toEqual(['0:42', '0:42', '1:00', '0:00']);
  });
});

describe('progress', () => {
  it('on a terminal is redrawn in place: all of it first, then a line for each kind that has something', () => {
    const io = fakeIo({ terminal: true, columns: 100 });
    const bar = new ProgressBar(io.output, false);
    bar.show(progress);
    const first = io.written();
    expect(first.split('\n')).toHaveLength(4);
    expect(first).toMatch(/^█+░+ {2}63 % · 630 MB of 1 GB · 71 MB\/s · 5 min left\n/);
    expect(first).toMatch(/ {2}Contacts +█+ +100 % {2}1 kB of 1 kB\n/);
    expect(first).toMatch(/ {2}Files +█+░+ +62 % {2}630 MB of 1 GB · 512 of 9,482\n/);
    bar.show(progress);
    expect(io.written().slice(first.length)).toBe(`\u001b[3A\r\u001b[J${first}`);
  });

  it.each([20, 31, 40, 57, 80, 200])('no line is as wide as a terminal of %d columns', (columns) => {
    for (const colour of [false, true]) {
      const io = fakeIo({ terminal: true, columns, colour });
      const bar = new ProgressBar(io.output, colour);
      bar.show(progress);
      bar.waiting(Date.now() + 42_000);
      bar.end();
      for (const line of plain(io.written()).split('\n')) expect(line.length).toBeLessThan(columns);
    }
  });

  it('NO_COLOR means no colour', () => {
    const io = fakeIo({ terminal: true });
    new ProgressBar(io.output, false).show(progress);
    expect(io.written()).not.toContain('\u001b');
    new ProgressBar(io.output, true).show(progress);
    expect(io.written()).toContain('\u001b[36m');
  });

  it('a lost connection says how long it is tried, and that nothing is lost', () => {
    const io = fakeIo({ terminal: true, columns: 120 });
    const bar = new ProgressBar(io.output, false, () => 0);
    bar.waiting(42_000);
    bar.resumed();
    bar.end();
    expect(io.written()).toContain('Connection lost · trying again (0:42) · everything that arrived is safe');
  });

  it('elsewhere is a line every two seconds and at changes of phase', () => {
    let now = 0;
    const io = fakeIo();
    const lines = new ProgressLines(io.output, () => now);
    for (now = 0; now < 4_000; now += 100) lines.show(progress);
    lines.show({ ...progress, phase: 'committing' });
    lines.show({ ...progress, phase: 'committing' });
    expect(io.written().trimEnd().split('\n')).toEqual([
      progressText(progress),
      progressText(progress),
      'Everything has arrived; putting it in its place.',
    ]);
  });

  it('never says 100 % before the end, nor NaN of nothing', () => {
    expect(progressText({ ...progress, bytes: 999_999_999 })).toMatch(/^99 %/);
    expect(progressText({ ...progress, bytes: 0, totalBytes: 0 })).toMatch(/^0 % · 0 B of 0 B/);
  });
});

describe('the code', () => {
  const code = (): Ephemeral<string> => new Ephemeral('471902');
  const qr = (): Ephemeral<string> => new Ephemeral('openmover:1:some:content:of:the:usual:length:and:more');

  it('is large and comes with a QR code on a terminal', () => {
    const panel = codePanel(fakeIo({ terminal: true }), code(), qr());
    for (const line of bigDigits('471902')) expect(panel).toContain(line);
    expect(panel).toMatch(/▀|▄/);
  });

  it('is small and alone where there is no space', () => {
    const panel = codePanel(fakeIo({ terminal: true, columns: 24 }), code(), qr());
    expect(panel).toContain('471 902');
    expect(panel).not.toMatch(/[▀▄█]/);
  });

  it('is one line in a file', () => {
    expect(codePanel(fakeIo(), code(), qr())).toBe('Type this on your old device: 471 902');
  });

  it('ten digits look all different', () => {
    const shapes = Array.from({ length: 10 }, (_, digit) => String(digit)).map((digit) =>
      bigDigits(digit).join('\n'),
    );
    expect(new Set(shapes).size).toBe(10);
    expect(() => bigDigits('12345x')).toThrow(TypeError);
  });
});

describe('the receipt', () => {
  it('adds up in view of the reader: counts, what was left behind and why, bytes, time, speed', () => {
    const text = receiptText({ ...RECEIPT, bytes: { payload: 1_000, wire: 1_200, resumed: 500 } }, false);
    expect(text).toContain('✓ Everything arrived');
    expect(text).toMatch(/Files +3 +2 +0 +0 +1\n/);
    expect(text).toContain('Files: 1 × symbolic links are not moved');
    expect(text).toContain(
      '1 kB in 2 s · 500 B/s · 500 B already there from before · 1.2 kB over the network',
    );
  });

  it('counts as missing only what was not left behind on purpose', () => {
    const files = { ...RECEIPT.kinds.files, offered: 4 } as NonNullable<typeof RECEIPT.kinds.files>;
    const skipped = [
      { reason: 'link', count: 5 },
      { reason: 'unreadable', count: 1 },
    ] as const;
    const text = receiptText(
      { ...RECEIPT, outcome: 'partial', kinds: { files: { ...files, skipped: [...skipped] } } },
      false,
    );
    expect(text).toContain('! 1 thing could not be moved; 5 were left on purpose\n');
  });

  it('of an interrupted move says how to go on', () => {
    expect(receiptText({ ...RECEIPT, outcome: 'interrupted' }, true)).toContain('Run both sides again');
  });
});

describe('tables', () => {
  it('columns stand below each other, wide characters included', () => {
    const lines = table([
      ['名前', '1'],
      ['name', '1,000'],
    ]).split('\n');
    expect(lines).toEqual(['  名前      1', '  name  1,000']);
    expect(width('e\u0301')).toBe(1);
  });
});
