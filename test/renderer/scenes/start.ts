/** Start, promise, and the choice of a language. */
import { refused } from '../journeys.ts';
import type { Scene } from './scene.ts';

export const START_SCENES: readonly Scene[] = [
  { name: 'start', screen: 'start', main: true, play: (visit) => visit.open() },
  {
    name: 'start-no-bridge',
    screen: 'start',
    play: (visit) => visit.open({ 'app.ready': refused('UNEXPECTED') }),
  },
  {
    name: 'promise',
    screen: 'promise',
    play: async (visit) => {
      await visit.open();
      await visit.click('start.old');
      await visit.at('promise');
    },
  },
  {
    name: 'promise-details',
    screen: 'promise',
    main: true,
    play: async (visit) => {
      await visit.open();
      await visit.click('start.new');
      await visit.at('promise');
      for (const details of await visit.page.locator('summary').all()) await details.click();
    },
  },
  {
    name: 'promise-again',
    screen: 'promise',
    play: async (visit) => {
      await visit.open();
      await visit.begin('old');
      await visit.click('common.ourPromise');
    },
  },
  {
    name: 'languages',
    screen: 'start',
    play: async (visit) => {
      await visit.open();
      await visit.page.getByRole('button', { name: visit.say('common.language') }).click();
      await visit.page.getByRole('menu').waitFor();
    },
  },
];
