/**
 * Every state of every screen, reached as a person reaches it: by clicks, and by what main tells. The pictures and the
 * tests are made of these.
 */
import { START_SCENES } from './start.ts';
import { WHERE_SCENES } from './where.ts';
import { MEET_SCENES } from './pairing.ts';
import { CHOOSE_SCENES } from './choose.ts';
import { APPS_SCENES } from './apps.ts';
import { MOVING_SCENES } from './moving.ts';
import { RECEIPT_SCENES } from './receipt.ts';
import { FAILURE_SCENES } from './failures.ts';
import { BOARD_SCENES } from './board.ts';
import type { Scene } from './scene.ts';

export const SCENES: readonly Scene[] = [
  ...START_SCENES,
  ...WHERE_SCENES,
  ...MEET_SCENES,
  ...CHOOSE_SCENES,
  ...APPS_SCENES,
  ...MOVING_SCENES,
  ...RECEIPT_SCENES,
  ...FAILURE_SCENES,
  ...BOARD_SCENES,
];

export { playScene, type Scene } from './scene.ts';
