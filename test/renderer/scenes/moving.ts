/** A move under way. */
import { ok, pickDestination, receive, send } from '../journeys.ts';
import { INTERRUPTED } from '../fixtures/places.ts';
import { minutes, progress, waiting } from '../fixtures/updates.ts';
import type { Scene } from './scene.ts';

export const MOVING_SCENES: readonly Scene[] = [
  { name: 'answered-old', screen: 'moving', play: (visit) => send(visit, []) },
  { name: 'answered-new', screen: 'moving', play: (visit) => receive(visit, []) },
  {
    name: 'moving-first-byte',
    screen: 'moving',
    play: (visit) => send(visit, [progress(0, { bytesPerSecond: 0, secondsLeft: undefined })]),
  },
  { name: 'moving', screen: 'moving', play: (visit) => receive(visit, minutes(0.63), 1_000) },
  { name: 'moving-old', screen: 'moving', play: (visit) => send(visit, minutes(0.63), 1_000) },
  {
    name: 'moving-waiting',
    screen: 'moving',
    main: true,
    play: async (visit) => {
      await receive(visit, minutes(0.63), 1_000);
      await visit.tellMove('move-1', [waiting()]);
    },
  },
  {
    name: 'moving-committing',
    screen: 'moving',
    main: true,
    play: (visit) =>
      receive(
        visit,
        [...minutes(1), progress(1, { phase: 'committing', bytesPerSecond: 0, secondsLeft: 0 })],
        1_000,
      ),
  },
  {
    name: 'stop',
    screen: 'moving',
    main: true,
    play: async (visit) => {
      await send(visit, [progress(0.2)]);
      await visit.click('common.stop.button');
      await visit.page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'keeping',
    screen: 'moving',
    play: async (visit) => {
      await pickDestination(visit, { 'places.pick': ok(INTERRUPTED) });
      await visit.click('where.keep');
    },
  },
];
