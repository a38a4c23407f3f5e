/** Several moves side by side. */
import type { MoveUpdate } from '../../../src/main/ipc/contract.ts';
import { ended, receipt } from '../journeys.ts';
import { offer, TYPICAL } from '../fixtures/offers.ts';
import { LONGEST_NAME } from '../fixtures/places.ts';
import { COMPLETE, PARTIAL } from '../fixtures/receipts.ts';
import { code, LISTENING, PAIRED, progress, waiting } from '../fixtures/updates.ts';
import type { Visit } from '../visit.ts';
import type { Scene } from './scene.ts';

/** The board, with moves in the stages given. */
async function board(visit: Visit, moves: readonly (readonly MoveUpdate[])[]): Promise<void> {
  await visit.open();
  await visit.begin('several');
  for (const [index, updates] of moves.entries()) {
    await visit.click('store.new');
    await visit.click('start.new');
    await visit.click('common.next');
    await visit.at('board');
    await visit.tellMove(`move-${String(index + 1)}`, updates);
  }
}

const called = (name: string, emoji: string): MoveUpdate => ({
  type: 'listening',
  name,
  emoji,
  addresses: [],
});

export const BOARD_SCENES: readonly Scene[] = [
  { name: 'board-empty', screen: 'board', play: (visit) => board(visit, []) },
  { name: 'board-one', screen: 'board', play: (visit) => board(visit, [[LISTENING, code()]]) },
  {
    name: 'board-full',
    screen: 'board',
    main: true,
    play: (visit) =>
      board(visit, [
        [LISTENING, code()],
        [called('quiet hedgehog', '🦔'), code(), PAIRED, offer(TYPICAL, { freeBytes: 212_400_000_000 })],
        [called('brave falcon', '🦅'), code(), PAIRED, progress(0.4)],
        [called('calm whale', '🐋'), code(), PAIRED, progress(0.7), waiting()],
      ]),
  },
  {
    name: 'board-endings',
    screen: 'board',
    main: true,
    play: (visit) =>
      board(visit, [
        [LISTENING, code(), PAIRED, offer(TYPICAL, { peer: LONGEST_NAME }), ...receipt(COMPLETE)],
        [called('quiet hedgehog', '🦔'), code(), PAIRED, ...receipt(PARTIAL)],
        [called('brave falcon', '🦅'), code(), ended('INTERRUPTED')],
        [],
      ]),
  },
];
