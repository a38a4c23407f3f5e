import { describe, expect, it } from 'vitest';
import type { Kind } from '../../../src/transfer/kinds/kind.ts';
import { agreesWith, interruptedReceipt, makeReceipt, Tally } from '../../../src/transfer/session/receipt.ts';
import { receiptSchema, type KindOffer } from '../../../src/transfer/wire/messages.ts';

const bytes = { payload: 1, wire: 2, resumed: 0 };
const offer = (kind: Kind, items: number, left: KindOffer['left'] = []): KindOffer => ({
  kind,
  items,
  entries: items,
  bytes: 9,
  left,
});

function tallies(...tally: [Kind, Tally][]): Map<Kind, Tally> {
  return new Map(tally);
}

describe('a receipt', () => {
  it('is complete when everything offered is accounted for', () => {
    const files = new Tally(offer('files', 3, [{ reason: 'link', count: 2 }]));
    files.added = 2;
    files.same = 1;
    const receipt = makeReceipt(tallies(['files', files]), bytes, 1.23456);
    expect(receipt.outcome).toBe('complete');
    expect(receipt.kinds.files).toMatchObject({ offered: 5, skipped: [{ reason: 'link', count: 2 }] });
    expect(receipt.seconds).toBe(1.235);
    expect(receiptSchema.parse(receipt)).toEqual(receipt);
  });

  it('is partial when it does not add up', () => {
    const contacts = new Tally(offer('contacts', 3));
    contacts.added = 2;
    expect(makeReceipt(tallies(['contacts', contacts]), bytes, 1).outcome).toBe('partial');
  });

  it('is partial when something was left out that should have come', () => {
    const files = new Tally(offer('files', 3));
    files.added = 2;
    files.skip('unreadable');
    expect(makeReceipt(tallies(['files', files]), bytes, 1).outcome).toBe('partial');
  });

  it('is not believed when it speaks of more or less than was offered', () => {
    const files = new Tally(offer('files', 3));
    files.added = 3;
    const receipt = makeReceipt(tallies(['files', files]), bytes, 1);
    expect(agreesWith(receipt, [offer('files', 3)])).toBe(true);
    expect(agreesWith(receipt, [offer('files', 4)])).toBe(false);
    expect(agreesWith(receipt, [offer('apps', 3)])).toBe(false);
  });

  it('is not believed when it says complete and does not add up', () => {
    const files = new Tally(offer('files', 3));
    const lie = { ...makeReceipt(tallies(['files', files]), bytes, 1), outcome: 'complete' as const };
    expect(agreesWith(lie, [offer('files', 3)])).toBe(false);
  });

  it('of an interrupted move claims nothing added', () => {
    const progress = { files: { bytes: 5, totalBytes: 10, entries: 50, totalEntries: 100 } };
    const receipt = interruptedReceipt([offer('files', 100)], progress, { payload: 5, wire: 6, seconds: 1 });
    expect(receipt).toMatchObject({
      outcome: 'interrupted',
      kinds: { files: { offered: 100, sent: 50, added: 0 } },
    });
    expect(receiptSchema.parse(receipt)).toEqual(receipt);
  });
});
