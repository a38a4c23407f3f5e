/** Two devices find each other, and the code. */
import { ended, enterCode, find, nearby, typeCode, wait } from '../journeys.ts';
import { CROWD } from '../fixtures/places.ts';
import { code, LISTENING, MANY_ADDRESSES, MISTYPED, PAIRED } from '../fixtures/updates.ts';
import type { Scene } from './scene.ts';

export const MEET_SCENES: readonly Scene[] = [
  { name: 'find-looking', screen: 'meet', play: (visit) => find(visit) },
  {
    name: 'find-nothing-found',
    screen: 'meet',
    main: true,
    play: async (visit) => {
      await find(visit);
      await visit.page.clock.fastForward(11_000);
      await visit.page.getByText(visit.say('meet.nothingFound')).waitFor();
    },
  },
  {
    name: 'find-nearby',
    screen: 'meet',
    main: true,
    play: async (visit) => {
      await find(visit);
      await visit.tell([nearby()]);
    },
  },
  {
    name: 'find-crowd',
    screen: 'meet',
    play: async (visit) => {
      await find(visit);
      await visit.tell([nearby(CROWD)]);
    },
  },
  {
    name: 'find-other-ways',
    screen: 'meet',
    play: async (visit) => {
      await find(visit);
      await visit.tell([nearby()]);
      await visit.page.locator('summary').click();
    },
  },
  { name: 'code-old', screen: 'meet', play: (visit) => enterCode(visit) },
  {
    name: 'code-old-half',
    screen: 'meet',
    play: async (visit) => {
      await enterCode(visit);
      await typeCode(visit, '471');
    },
  },
  {
    name: 'code-old-checking',
    screen: 'meet',
    play: async (visit) => {
      await enterCode(visit);
      await typeCode(visit);
    },
  },
  {
    name: 'code-old-wrong',
    screen: 'meet',
    main: true,
    play: async (visit) => {
      await enterCode(visit);
      await typeCode(visit);
      await visit.tellMove('move-1', [ended('WRONG_CODE')]);
    },
  },
  {
    name: 'code-old-wrong-thrice',
    screen: 'meet',
    play: async (visit) => {
      await enterCode(visit);
      for (const id of ['move-1', 'move-2', 'move-3']) {
        await typeCode(visit);
        await visit.tellMove(id, [ended('WRONG_CODE')]);
      }
    },
  },
  {
    name: 'code-old-address',
    screen: 'meet',
    play: async (visit) => {
      await find(visit);
      await visit.page.locator('summary').click();
      await visit.page
        .getByLabel(visit.say('meet.address'), { exact: true })
        .fill('[fd12:3456:789a:1::1]:40213');
      await visit.page.keyboard.press('Enter');
    },
  },
  { name: 'code-new-starting', screen: 'meet', play: (visit) => wait(visit, []) },
  { name: 'code-new-soon', screen: 'meet', play: (visit) => wait(visit, [LISTENING]) },
  { name: 'code-new', screen: 'meet', main: true, play: (visit) => wait(visit) },
  {
    name: 'code-new-mistyped',
    screen: 'meet',
    main: true,
    play: (visit) => wait(visit, [LISTENING, code(), MISTYPED]),
  },
  {
    name: 'code-new-addresses',
    screen: 'meet',
    play: async (visit) => {
      await wait(visit, [MANY_ADDRESSES, code('000000', 9_000)]);
      await visit.page.locator('summary').click();
    },
  },
  { name: 'agreeing', screen: 'meet', play: (visit) => wait(visit, [LISTENING, code(), PAIRED]) },
];
