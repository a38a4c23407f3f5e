import { describe, expect, it } from 'vitest';
import { summarise } from '../../../../src/renderer/features/receipt/receipt-rows.ts';
import { ON_PURPOSE } from '../../../../src/renderer/features/receipt/skip-reasons.ts';
import { KINDS, SKIP_REASONS } from '../../../../src/transfer/index.ts';
import { figures, receiptOf } from './receipts.ts';

const of = (...arguments_: Parameters<typeof receiptOf>) => summarise(receiptOf(...arguments_), KINDS);

const FILES = figures({
  offered: 100,
  sent: 80,
  verified: 80,
  added: 78,
  merged: 2,
  same: 5,
  renamed: 0,
  skipped: [
    { reason: 'link', count: 12 },
    { reason: 'unreadable', count: 1 },
    { reason: 'changed', count: 2 },
  ],
});

describe('the window and the engine', () => {
  it('agree on what is left behind on purpose', () => {
    expect(ON_PURPOSE).toEqual(
      Object.fromEntries(Object.entries(SKIP_REASONS).map(([reason, { onPurpose }]) => [reason, onPurpose])),
    );
  });
});

describe('a receipt', () => {
  it('adds up in every row: offered is arrived, there already and left behind', () => {
    const { rows, total } = of({ files: FILES, contacts: figures({ offered: 3, added: 1, same: 2 }) });
    for (const row of [...rows, total]) {
      expect(row.arrived + row.alreadyThere + row.leftBehind + row.toCome + row.unexplained).toBe(
        row.offered,
      );
      expect(row.unexplained).toBe(0);
    }
    expect(total).toMatchObject({ offered: 103, arrived: 81, alreadyThere: 7, leftBehind: 15 });
  });

  it('names the kinds in their order, and only those it speaks of', () => {
    const { rows } = of({ files: FILES, contacts: figures({ offered: 1, added: 1 }) });
    expect(rows.map(({ kind }) => kind)).toEqual(['contacts', 'files']);
  });

  it('says first what should have come, the most frequent reason before the others', () => {
    const [row] = of({ files: FILES }, { outcome: 'partial' }).rows;
    expect(row?.reasons.map(({ reason }) => reason)).toEqual(['changed', 'unreadable', 'link']);
  });

  it('counts as missing what should have come, and not what was left on purpose', () => {
    const summary = of({ files: FILES }, { outcome: 'partial' });
    expect(summary).toMatchObject({ headline: 'except', missing: 3, onPurpose: 12 });
  });

  it('shows what it cannot account for, and counts it as missing', () => {
    const summary = of({ files: figures({ offered: 10, added: 6 }) }, { outcome: 'partial' });
    expect(summary.total.unexplained).toBe(4);
    expect(summary.missing).toBe(4);
  });

  it('says that everything arrived only when the receipt is complete', () => {
    expect(of({ files: figures({ offered: 2, added: 2 }) }).headline).toBe('everything');
    expect(of({ files: figures({ offered: 2, added: 2 }) }, { outcome: 'partial' }).headline).toBe('except');
  });

  it('says of a second run that everything was there, and of an empty one that there was nothing', () => {
    expect(of({ files: figures({ offered: 2, same: 2 }) }).headline).toBe('already-there');
    expect(of({}).headline).toBe('nothing');
    expect(of({ files: figures({}) }).headline).toBe('nothing');
  });

  it('of an interrupted move tells what is checked and what had not come, and invents no loss', () => {
    const { rows, headline, missing } = of(
      { files: figures({ offered: 100, verified: 60, sent: 62, skipped: [{ reason: 'link', count: 4 }] }) },
      { outcome: 'interrupted' },
    );
    expect(headline).toBe('interrupted');
    expect(rows[0]).toMatchObject({ arrived: 60, leftBehind: 4, toCome: 36, unexplained: 0 });
    expect(missing).toBe(0);
  });

  it('of a dry run is what a move would come to', () => {
    const summary = of({ files: FILES }, { outcome: 'dry-run' });
    expect(summary.headline).toBe('dry-run');
    expect(summary.total.arrived).toBe(80);
  });

  it('is not put out by figures that claim more than was offered', () => {
    const [row] = of({ files: figures({ offered: 1, added: 5 }) }, { outcome: 'partial' }).rows;
    expect(row).toMatchObject({ arrived: 5, unexplained: 0 });
  });
});
