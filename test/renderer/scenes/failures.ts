/** Each failure where it is met. */
import type { ErrorCode } from '../../../src/main/ipc/contract.ts';
import { ERROR_CODES } from '../../../src/transfer/errors.ts';
import { ended, enterCode, receive, send, typeCode } from '../journeys.ts';
import { INTERRUPTED_RECEIPT } from '../fixtures/receipts.ts';
import { progress } from '../fixtures/updates.ts';
import type { Scene } from './scene.ts';

/** One failure for each thing that can be done next, and the one that offers a report. */
const LOOKED_AT: ReadonlySet<ErrorCode> = new Set([
  'UNEXPECTED',
  'INTERRUPTED',
  'NO_SPACE',
  'PAIRING_FAILED',
  'PEER_VERSION',
]);

/** Each failure where it is met: before a byte at the code, later on the screen of the move. */
const BY_CODE: readonly Scene[] = ERROR_CODES.map((failure) => ({
  name: `failed-${failure.toLowerCase().replaceAll('_', '-')}`,
  screen: 'receipt',
  ...(failure === 'INTERRUPTED' ? { main: true } : {}),
  ...(LOOKED_AT.has(failure) ? {} : { codes: 'one of many' }),
  play: (visit) => receive(visit, [progress(0.4), ended(failure)]),
}));

const ELSEWHERE: readonly Scene[] = [
  {
    name: 'failed-at-code',
    screen: 'meet',
    play: async (visit) => {
      await enterCode(visit);
      await typeCode(visit);
      await visit.tellMove('move-1', [ended('UNREACHABLE')]);
    },
  },
  {
    name: 'failed-old',
    screen: 'receipt',
    play: (visit) => send(visit, [progress(0.4), ended('PEER_CANCELLED')]),
  },
  {
    name: 'failed-with-receipt',
    screen: 'receipt',
    play: (visit) =>
      receive(visit, [{ type: 'receipt', receipt: INTERRUPTED_RECEIPT }, ended('INTERRUPTED')]),
  },
];

export const FAILURE_SCENES: readonly Scene[] = [...BY_CODE, ...ELSEWHERE];
