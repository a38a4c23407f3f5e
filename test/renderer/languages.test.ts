import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startBrowser } from './browser.ts';
import { directionOf, LANGUAGES } from '../../src/renderer/i18n/languages.ts';
import { axeFindings, cutFindings, frameFindings, sidewaysFindings, talkFindings } from './findings.ts';
import { choose, enterCode, receive, wait } from './journeys.ts';
import { minutes } from './fixtures/updates.ts';
import { playScene, SCENES } from './scenes/index.ts';
import { SMALL, USUAL, Visit, ZOOMED } from './visit.ts';
import { VisitPool } from './visit-pool.ts';

const OTHERS = LANGUAGES.filter((language) => language !== 'en');

/** Three words of Latin letters in a row that are no name: a sentence nobody translated. */
function foreignFindings(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      // Names of devices and apps are as they are; they stand in elements of their own.
      if (node.parentElement?.closest('bdi, [lang="en"], style') === null) texts.push(node.textContent ?? '');
    }
    const named =
      /blue otter|New phone|Pixel 7|Grandmother’s|OpenMover|quiet hedgehog|brave falcon|calm whale/;
    return texts.filter(
      (text) => /[A-Za-z’]{2,} [A-Za-z’]{2,} [A-Za-z’]{2,}/.test(text) && !named.test(text),
    );
  });
}

describe.each(OTHERS)('in %s', (language) => {
  let browser: Browser;
  let people: VisitPool;

  beforeAll(async () => {
    browser = await startBrowser();
    people = await VisitPool.make(browser, { url: inject('pageUrl'), language, colorScheme: 'dark' });
  });
  afterAll(() => browser.close());

  const scenes = SCENES.filter(({ main }) => main === true);
  it.concurrent.each(scenes)('nothing is wrong with $name', (scene) =>
    people.use(async (visit) => {
      const { page } = visit;
      await playScene(scene, visit);
      const findings = [
        ...(await talkFindings(visit)),
        ...(await frameFindings(page)),
        ...(await axeFindings(page)),
      ];
      if (language !== 'es') findings.push(...(await foreignFindings(page)));
      for (const size of [SMALL, ZOOMED]) {
        await visit.resize(size);
        findings.push(...(await sidewaysFindings(page)), ...(await cutFindings(page)));
      }
      expect(findings).toEqual([]);
      const root = page.locator('html');
      expect(await root.getAttribute('lang')).toBe(language);
      expect(await root.getAttribute('dir')).toBe(directionOf(language));
    }),
  );
});

describe('from right to left', () => {
  let browser: Browser;
  let visit: Visit;

  beforeAll(async () => {
    browser = await startBrowser();
    visit = await Visit.make(browser, { url: inject('pageUrl'), language: 'ar' });
  });
  afterAll(() => browser.close());

  const middle = async (selector: string, index = 0): Promise<number> => {
    const box = await visit.page.locator(selector).nth(index).boundingBox();
    return (box?.x ?? Number.NaN) + (box?.width ?? 0) / 2;
  };

  it('the way back is at the right, and the way on at the left', async () => {
    await choose(visit);
    await visit.page.getByRole('button', { name: visit.say('choose.chooseApps') }).click();
    const arrow = await middle('main [data-back]');
    expect(arrow).toBeGreaterThan(await middle('main h1'));
    expect(await middle('main [data-primary]')).toBeLessThan(USUAL.width / 2);
  });

  it('an arrow that means a direction is mirrored', async () => {
    await wait(visit);
    const turned = await visit.page
      .locator('main [data-back] svg')
      .evaluate((icon) => getComputedStyle(icon).transform + getComputedStyle(icon).scale);
    expect(turned).toMatch(/-1/);
  });

  it('a bar fills from the right', async () => {
    await receive(visit, minutes(0.3), 1_000);
    const edges = await visit.page
      .getByRole('progressbar')
      .first()
      .evaluate((filled) => {
        const bar = filled.parentElement?.getBoundingClientRect() ?? new DOMRect();
        const { left, right } = filled.getBoundingClientRect();
        return { fromRight: bar.right - right, fromLeft: left - bar.left };
      });
    expect(Math.abs(edges.fromRight)).toBeLessThan(2);
    expect(edges.fromLeft).toBeGreaterThan(20);
  });

  it('a code is read and typed from left to right all the same', async () => {
    await enterCode(visit);
    const inputs = visit.page.locator('main input:not([type=hidden])');
    const first = await inputs.first().boundingBox();
    const last = await inputs.last().boundingBox();
    expect(first!.x).toBeLessThan(last!.x);
  });
});
