/** What came of a move. */
import type { Receipt } from '../../../src/main/ipc/contract.ts';
import { ok, receipt, receive, refused, send } from '../journeys.ts';
import {
  COMPLETE,
  DRY_RUN,
  EMPTY,
  EVERY_REASON,
  INTERRUPTED_RECEIPT,
  KEPT,
  ONE_THING,
  PARTIAL,
} from '../fixtures/receipts.ts';
import type { Visit } from '../visit.ts';
import type { Scene } from './scene.ts';

const arrived = (what: Receipt) => (visit: Visit) => receive(visit, receipt(what));

export const RECEIPT_SCENES: readonly Scene[] = [
  { name: 'receipt-complete', screen: 'receipt', play: arrived(COMPLETE) },
  { name: 'receipt-partial', screen: 'receipt', play: arrived(PARTIAL) },
  { name: 'receipt-old', screen: 'receipt', play: (visit) => send(visit, receipt(PARTIAL)) },
  { name: 'receipt-every-reason', screen: 'receipt', play: arrived(EVERY_REASON) },
  {
    name: 'receipt-reasons-open',
    screen: 'receipt',
    main: true,
    play: async (visit) => {
      await arrived(EVERY_REASON)(visit);
      for (const why of await visit.page.locator('main table button[aria-expanded]').all()) await why.click();
    },
  },
  { name: 'receipt-kept', screen: 'receipt', play: arrived(KEPT) },
  { name: 'receipt-interrupted', screen: 'receipt', main: true, play: arrived(INTERRUPTED_RECEIPT) },
  { name: 'receipt-dry-run', screen: 'receipt', play: arrived(DRY_RUN) },
  { name: 'receipt-one-thing', screen: 'receipt', play: arrived(ONE_THING) },
  { name: 'receipt-empty', screen: 'receipt', play: arrived(EMPTY) },
  {
    name: 'receipt-saving',
    screen: 'receipt',
    play: async (visit) => {
      await arrived(COMPLETE)(visit);
      await visit.click('receipt.save');
      await visit.page.getByRole('menu').waitFor();
    },
  },
  {
    name: 'receipt-undo',
    screen: 'receipt',
    main: true,
    play: async (visit) => {
      await arrived(COMPLETE)(visit);
      await visit.click('receipt.undo.button');
      await visit.page.getByRole('dialog').waitFor();
    },
  },
  ...(['undone', 'undo-failed'] as const).map((name): Scene => ({
    name: `receipt-${name}`,
    screen: 'receipt',
    play: async (visit) => {
      const answer =
        name === 'undone'
          ? ok({ removed: 9_470, restored: 4, gone: 1, left: 2 })
          : refused('NOTHING_TO_UNDO');
      await receive(visit, receipt(COMPLETE), 0, { 'moves.undo': answer });
      await visit.click('receipt.undo.button');
      await visit.page.getByRole('dialog').waitFor();
      await visit.click('receipt.undo.confirm');
      await visit.page.getByRole('dialog').waitFor({ state: 'detached' });
    },
  })),
];
