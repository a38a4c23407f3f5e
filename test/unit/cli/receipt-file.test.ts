/** A saved receipt can be shown to be unaltered, and says nothing about who moved what. */
import { describe, expect, it } from 'vitest';
import { receiptPage } from '../../../src/main/cli/saved-receipt/receipt-page.ts';
import {
  receiptNumber,
  signReceipt,
  verifyReceipt,
} from '../../../src/main/cli/saved-receipt/receipt-file.ts';
import { RECEIPT } from './fake-engine.ts';

const OPTIONS = {
  version: '1.2.3',
  reference: 'Order <4711> & "co"',
  date: new Date('2026-03-04T05:06:07Z'),
};
const signed = (): Record<string, unknown> =>
  JSON.parse(signReceipt(RECEIPT, OPTIONS)) as Record<string, unknown>;
const changed = expect.objectContaining({ code: 'RECEIPT_CHANGED' }) as Error;
const invalid = expect.objectContaining({ code: 'RECEIPT_UNREADABLE' }) as Error;

describe('a saved receipt', () => {
  it('is read as it was signed, whatever the order and spacing of its JSON', () => {
    const file = signed();
    const facts = verifyReceipt(JSON.stringify(Object.fromEntries(Object.entries(file).reverse())));
    expect(facts).toEqual({
      ...{ openmover: 1, type: 'receipt', date: '2026-03-04T05:06:07.000Z', version: '1.2.3' },
      ...{ reference: OPTIONS.reference, number: receiptNumber(RECEIPT), receipt: RECEIPT },
    });
  });

  it('is told apart when anything in it was changed, and when it is signed anew for another receipt', () => {
    const file = signed();
    for (const edit of [
      { date: '2026-03-05T05:06:07.000Z' },
      { version: '1.2.4' },
      { reference: 'Order 4712' },
      { number: '0000-0000-0000-0000-0000' },
      { receipt: { ...RECEIPT, outcome: 'partial' } },
      { receipt: { ...RECEIPT, kinds: { files: { ...RECEIPT.kinds.files, added: 3 } } } },
      { signature: signed()['signature'] },
      { key: signed()['key'] },
    ]) {
      expect(() => verifyReceipt(JSON.stringify({ ...file, ...edit })), JSON.stringify(edit)).toThrow(
        changed,
      );
    }
    const other = { ...RECEIPT, seconds: 3 };
    expect(receiptNumber(other)).not.toBe(receiptNumber(RECEIPT));
  });

  it('is told apart when a name stands twice, as JSON and as a page', () => {
    const json = signReceipt(RECEIPT, OPTIONS);
    const twice = json.replace('"version":', '"version": "9.9.9", "version":');
    expect(() => verifyReceipt(twice)).toThrow(changed);
    expect(() => verifyReceipt(receiptPage(verifyReceipt(json), twice))).toThrow(changed);
  });

  it('is the same as a page, of which no word can be changed', () => {
    const json = signReceipt(RECEIPT, OPTIONS);
    const page = receiptPage(verifyReceipt(json), json);
    expect(verifyReceipt(page).number).toBe(receiptNumber(RECEIPT));
    expect(page).not.toMatch(/<4711>|src=|href=/);
    expect(() => verifyReceipt(page.replace('<td>3</td>', '<td>9</td>'))).toThrow(changed);
    expect(() => verifyReceipt(page.replace('Order', 'order'))).toThrow(changed);
  });

  it.each(['', '{}', 'no JSON', '<html></html>', JSON.stringify({ ...signed(), more: 1 })])(
    'is none where it is %j',
    (text) => {
      expect(() => verifyReceipt(text)).toThrow(invalid);
    },
  );

  it('is signed by a key of its own each time', () => {
    expect(signed()['key']).not.toBe(signed()['key']);
  });
});
