import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startBrowser } from './browser.ts';
import { LONGEST_NAME } from './fixtures/places.ts';
import { offer, plan, TYPICAL } from './fixtures/offers.ts';
import { code, LISTENING, minutes, MISTYPED, progress, waiting } from './fixtures/updates.ts';
import { choose, ended, enterCode, find, nearby, receive, send, typeCode, wait } from './journeys.ts';
import { Visit } from './visit.ts';

let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  browser = await startBrowser();
  visit = await Visit.make(browser, { url: inject('pageUrl') });
});
afterAll(() => browser.close());

/** From now on, everything that a screen reader is given to say by itself. */
async function listen(): Promise<() => Promise<string[]>> {
  await visit.page.evaluate(() => {
    const LIVE = '[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log]';
    const heard: string[] = [];
    Object.assign(window, { heard });
    const said = new WeakMap<Element, string>();
    const hear = (region: Element): void => {
      const text = region.textContent?.trim() ?? '';
      if (text !== '' && said.get(region) !== text) heard.push(text);
      said.set(region, text);
    };
    for (const region of document.querySelectorAll(LIVE)) said.set(region, region.textContent?.trim() ?? '');
    new MutationObserver((changes) => {
      const regions = new Set<Element>();
      for (const { target, addedNodes } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        const region = element?.closest(LIVE);
        if (region !== null && region !== undefined) regions.add(region);
        for (const node of addedNodes) {
          if (node instanceof Element) for (const each of node.querySelectorAll(LIVE)) regions.add(each);
          if (node instanceof Element && node.matches(LIVE)) regions.add(node);
        }
      }
      for (const region of regions) hear(region);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  return () => visit.page.evaluate(() => [...(window as unknown as { heard: string[] }).heard]);
}

describe('what is said by itself', () => {
  it('of a move: each tenth, once, and not each of its updates', async () => {
    await receive(visit, [progress(0)]);
    const heard = await listen();
    for (let share = 0.01; share < 0.995; share += 0.01) await visit.tellMove('move-1', [progress(share)]);
    const tenths = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenth) =>
      visit.say('moving.announce', { percent: `${String(tenth * 10)}%` }),
    );
    expect(await heard()).toEqual(tenths);
  });

  it('of a lost network: that it is, that nothing is lost, and that it is back; not each second', async () => {
    await receive(visit, minutes(0.63), 1_000);
    const heard = await listen();
    await visit.tellMove('move-1', [waiting()]);
    await visit.page.clock.fastForward(5_000);
    await visit.drawn();
    expect(await heard()).toEqual([visit.say('moving.lost.announce')]);
    await visit.tellMove('move-1', [{ type: 'resumed' }, progress(0.64)]);
    expect((await heard()).at(-1)).toBe(visit.say('moving.back'));
  });

  it('of a code: its digits one by one, and each new one', async () => {
    await wait(visit, [LISTENING]);
    const heard = await listen();
    await visit.tellMove('move-1', [code('471902')]);
    await visit.tellMove('move-1', [MISTYPED]);
    await visit.tellMove('move-1', [code('000123')]);
    const text = (await heard()).join('\n');
    expect(text).toContain('4 7 1 9 0 2');
    expect(text).toContain('0 0 0 1 2 3');
    expect(text).toContain(visit.say('meet.mistyped', { count: 2, number: '2' }));
  });

  it('of a wrong code', async () => {
    await enterCode(visit);
    await typeCode(visit);
    const heard = await listen();
    await visit.tellMove('move-1', [ended('WRONG_CODE')]);
    expect((await heard()).join('\n')).toContain(visit.say('meet.wrongCode', { count: 2, number: '2' }));
  });

  it('of a failure', async () => {
    await receive(visit, [progress(0.3)]);
    const heard = await listen();
    await visit.tellMove('move-1', [ended('NO_SPACE')]);
    expect((await heard()).join('\n')).toContain(visit.say('errors.NO_SPACE.what'));
  });

  it('of nothing found', async () => {
    await find(visit);
    const heard = await listen();
    await visit.page.clock.fastForward(11_000);
    await visit.drawn();
    expect((await heard()).join('\n')).toContain(visit.say('meet.nothingFound'));
  });
});

it('the name of the other device never comes into the title of the window', async () => {
  await choose(visit, [offer(TYPICAL, { peer: LONGEST_NAME }), plan({ peer: LONGEST_NAME })]);
  expect(await visit.page.title()).not.toContain('Grandmother');
});

it('a device that is gone from the network is gone from the list', async () => {
  await find(visit);
  await visit.tell([nearby()]);
  await visit.page.getByRole('button', { name: 'quiet hedgehog' }).waitFor();
  await visit.tell([nearby([])]);
  await visit.page.getByRole('button', { name: 'quiet hedgehog' }).waitFor({ state: 'detached' });
});

describe('motion', () => {
  /** Longest transition or animation of anything on the screen, in seconds, and what it is of. */
  const longest = (page: Visit['page']): Promise<{ seconds: number; of: string }> =>
    page.evaluate(() => {
      let worst = { seconds: 0, of: '' };
      for (const element of document.querySelectorAll('body *')) {
        const style = getComputedStyle(element);
        const lengths = [
          ...style.transitionDuration.split(','),
          ...(style.animationName === 'none' ? [] : style.animationDuration.split(',')),
        ].map((text) => (text.trim().endsWith('ms') ? parseFloat(text) / 1_000 : parseFloat(text)));
        const seconds = Math.max(...lengths);
        if (seconds > worst.seconds) worst = { seconds, of: element.outerHTML.slice(0, 120) };
      }
      return worst;
    });

  const screens: readonly (readonly [string, (visit: Visit) => Promise<void>])[] = [
    ['looking', (each) => find(each)],
    ['choosing', (each) => choose(each)],
    ['moving', (each) => send(each, minutes(0.5), 1_000)],
    [
      'asking',
      async (each) => {
        await send(each, [progress(0.5)]);
        await each.click('common.stop.button');
        await each.page.getByRole('dialog').waitFor();
      },
    ],
  ];

  it.each(screens)('is off where the person asked for less of it: %s', async (_name, go) => {
    await go(visit);
    const { seconds, of } = await longest(visit.page);
    expect(seconds, of).toBeLessThanOrEqual(0.01);
  });

  it('is at most a fifth of a second where nobody did, but for what waits', async () => {
    const lively = await Visit.make(browser, { url: inject('pageUrl'), reducedMotion: 'no-preference' });
    for (const [name, go] of screens.filter(([screen]) => screen !== 'looking')) {
      await go(lively);
      const { seconds, of } = await longest(lively.page);
      expect(seconds, `${name}: ${of}`).toBeLessThanOrEqual(0.2);
    }
    await lively.close();
  });
});
