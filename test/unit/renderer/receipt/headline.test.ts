import { describe, expect, it } from 'vitest';
import type { TFunction } from 'i18next';
import { columnsOf, headlineText, toneOf } from '../../../../src/renderer/features/receipt/headline.ts';
import { receiptFigures } from '../../../../src/renderer/features/receipt/receipt-figures.ts';
import { summarise } from '../../../../src/renderer/features/receipt/receipt-rows.ts';
import { formatsOf } from '../../../../src/renderer/i18n/format.ts';
import { KINDS } from '../../../../src/transfer/index.ts';
import { figures, receiptOf } from './receipts.ts';

/** The key and what it is filled with: which sentence, not how it reads. */
const t = ((key: string, filled: Readonly<Record<string, string | number>> = {}): string =>
  [key, ...Object.values(filled)].join('|')) as unknown as TFunction;
const formats = formatsOf('en');
const summaryOf = (...receipt: Parameters<typeof receiptOf>) => summarise(receiptOf(...receipt), KINDS);

describe('the headline', () => {
  it('counts what should have come', () => {
    const files = figures({ offered: 3, added: 1, skipped: [{ reason: 'changed', count: 2 }] });
    const summary = summaryOf({ files }, { outcome: 'partial' });
    expect(headlineText(summary, t, formats)).toBe('receipt.headline.except|2|2');
    expect(toneOf(summary)).toBe('attention');
  });

  it('of a partial receipt never reads "except 0 things"', () => {
    const summary = summaryOf({ files: figures({ offered: 1, added: 1 }) }, { outcome: 'partial' });
    expect(headlineText(summary, t, formats)).toBe('receipt.headline.except|1|1');
  });

  it('is good news only when everything is there', () => {
    expect(toneOf(summaryOf({ files: figures({ offered: 1, added: 1 }) }))).toBe('good');
    expect(toneOf(summaryOf({ files: figures({ offered: 1, same: 1 }) }))).toBe('good');
    expect(toneOf(summaryOf({}, { outcome: 'interrupted' }))).toBe('attention');
    expect(toneOf(summaryOf({}, { outcome: 'dry-run' }))).toBe('accent');
  });
});

describe('the columns', () => {
  const heads = (...receipt: Parameters<typeof receiptOf>): string[] =>
    columnsOf(summaryOf(...receipt), t).map(({ head }) => head.replace('receipt.columns.', ''));

  it('claim arrival only of what is in its place', () => {
    expect(heads({})).toEqual(['offered', 'arrived', 'alreadyThere', 'leftBehind']);
    expect(heads({}, { outcome: 'dry-run' })).toContain('wouldArrive');
    expect(heads({}, { outcome: 'interrupted' })).toEqual([
      'offered',
      'checked',
      'alreadyThere',
      'leftBehind',
      'toCome',
    ]);
  });
});

describe('the figures', () => {
  it('are size, time and speed, and what was there from before', () => {
    const bytes = { payload: 100_000_000, wire: 101_000_000, resumed: 5_000_000 };
    expect(receiptFigures(receiptOf({}, { bytes, seconds: 10 }), t, formats)).toEqual([
      `receipt.figures.moved|${formats.bytes(100_000_000)}|${formats.duration(10)}`,
      formats.speed(10_000_000),
      `receipt.figures.resumed|${formats.bytes(5_000_000)}`,
    ]);
  });

  it('name no speed of what took no time, and nothing of nothing', () => {
    const bytes = { payload: 100, wire: 100, resumed: 0 };
    expect(receiptFigures(receiptOf({}, { bytes, seconds: 0.02 }), t, formats)).toHaveLength(1);
    const none = { payload: 0, wire: 0, resumed: 0 };
    expect(receiptFigures(receiptOf({}, { bytes: none, seconds: 0 }), t, formats)).toEqual([]);
  });
});
