/** Which apps move. */
import type { MoveUpdate } from '../../../src/main/ipc/contract.ts';
import { choose } from '../journeys.ts';
import { MOVABLE, offer, plan, THOUSANDS, TYPICAL } from '../fixtures/offers.ts';
import type { Visit } from '../visit.ts';
import type { Scene } from './scene.ts';

async function apps(visit: Visit, updates?: readonly MoveUpdate[]): Promise<void> {
  await choose(visit, updates);
  await visit.click('choose.chooseApps');
  await visit.page.locator('[data-screen="apps"]').waitFor();
}

export const APPS_SCENES: readonly Scene[] = [
  { name: 'apps', screen: 'choose', main: true, play: (visit) => apps(visit) },
  ...(['warning', 'no', 'skip'] as const).map((group): Scene => ({
    name: `apps-${group}`,
    screen: 'choose',
    ...(group === 'no' ? { main: true } : {}),
    play: async (visit) => {
      await apps(visit);
      await visit.page.getByRole('tab', { name: visit.say(`apps.groups.${group}`) }).click();
    },
  })),
  {
    name: 'apps-insisted',
    screen: 'choose',
    play: async (visit) => {
      await apps(visit);
      await visit.page.getByRole('tab', { name: visit.say('apps.groups.no') }).click();
      await visit.page.getByRole('checkbox').first().check();
    },
  },
  {
    name: 'apps-search',
    screen: 'choose',
    play: async (visit) => {
      await apps(visit);
      await visit.page.getByRole('searchbox').fill('weather');
      await visit.drawn();
    },
  },
  {
    name: 'apps-search-nothing',
    screen: 'choose',
    play: async (visit) => {
      await apps(visit);
      await visit.page.getByRole('searchbox').fill('needs');
      await visit.drawn();
    },
  },
  {
    name: 'apps-thousands',
    screen: 'choose',
    play: (visit) => apps(visit, [offer(TYPICAL, { apps: THOUSANDS }), plan({ verdicts: MOVABLE })]),
  },
];
