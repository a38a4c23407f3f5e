/** What moves, on the old device; whether it is taken, on the new one. */
import { choose, offered } from '../journeys.ts';
import {
  A_MILLION,
  APPS,
  MOVABLE,
  NOTHING,
  offer,
  ONE_OF_EACH,
  plan,
  THOUSANDS,
  TWO_KINDS,
  TYPICAL,
  VERDICTS,
} from '../fixtures/offers.ts';
import { LONGEST_NAME } from '../fixtures/places.ts';
import type { Scene } from './scene.ts';

export const CHOOSE_SCENES: readonly Scene[] = [
  { name: 'choose', screen: 'choose', main: true, play: (visit) => choose(visit) },
  {
    name: 'choose-one-of-each',
    screen: 'choose',
    play: (visit) =>
      choose(visit, [
        offer(ONE_OF_EACH, { apps: APPS.slice(0, 1) }),
        plan({ verdicts: VERDICTS.slice(0, 1) }),
      ]),
  },
  {
    name: 'choose-a-million',
    screen: 'choose',
    play: (visit) =>
      choose(visit, [
        offer(A_MILLION, { apps: THOUSANDS }),
        plan({ verdicts: MOVABLE, freeBytes: 9_000_000_000_000_000 }),
      ]),
  },
  {
    name: 'choose-nothing',
    screen: 'choose',
    main: true,
    play: (visit) => choose(visit, [offer(NOTHING), plan()]),
  },
  {
    name: 'choose-two-kinds',
    screen: 'choose',
    play: (visit) =>
      choose(visit, [offer(TWO_KINDS, { apps: [] }), plan({ verdicts: [], peer: LONGEST_NAME })]),
  },
  {
    name: 'choose-some-refused',
    screen: 'choose',
    play: (visit) => choose(visit, [offer(TYPICAL), plan({ kinds: ['contacts', 'files'] })]),
  },
  {
    name: 'choose-all-refused',
    screen: 'choose',
    play: (visit) => choose(visit, [offer(TYPICAL), plan({ kinds: [] })]),
  },
  {
    name: 'choose-no-space',
    screen: 'choose',
    main: true,
    play: (visit) => choose(visit, [offer(TYPICAL), plan({ freeBytes: 4_000_000_000 })]),
  },
  {
    name: 'choose-none-ticked',
    screen: 'choose',
    play: async (visit) => {
      await choose(visit);
      for (const box of await visit.page.getByRole('checkbox').all()) await box.uncheck();
    },
  },
  {
    name: 'offered',
    screen: 'choose',
    main: true,
    play: (visit) => offered(visit, offer(TYPICAL, { freeBytes: 212_400_000_000 })),
  },
  {
    name: 'offered-no-space',
    screen: 'choose',
    play: (visit) => offered(visit, offer(TYPICAL, { freeBytes: 4_000_000_000, peer: LONGEST_NAME })),
  },
  {
    name: 'offered-nothing',
    screen: 'choose',
    play: (visit) => offered(visit, offer(NOTHING, { freeBytes: 1 })),
  },
];
