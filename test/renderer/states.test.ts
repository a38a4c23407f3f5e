import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startBrowser } from './browser.ts';
import { ERROR_CODES } from '../../src/transfer/errors.ts';
import { axeFindings, cutFindings, frameFindings, sidewaysFindings, talkFindings } from './findings.ts';
import { playScene, SCENES } from './scenes/index.ts';
import { SMALL, USUAL, ZOOMED } from './visit.ts';
import { VisitPool } from './visit-pool.ts';

let browser: Browser;
let people: VisitPool;

beforeAll(async () => {
  browser = await startBrowser();
  people = await VisitPool.make(browser, { url: inject('pageUrl') });
});
afterAll(() => browser.close());
const labelled = (label: string, findings: readonly string[]): string[] =>
  findings.map((finding) => `${label}: ${finding}`);

describe('nothing is wrong with any state of any screen', () => {
  // A failure's sentences change, its card does not: each is looked at below, one of a kind here.
  const scenes = SCENES.filter(({ codes }) => codes !== 'one of many');
  it.concurrent.each(scenes)('$name', (scene) =>
    people.use(async (visit) => {
      const { page } = visit;
      await playScene(scene, visit);
      const findings = [...(await talkFindings(visit)), ...(await frameFindings(page))];
      findings.push(...labelled('light', await axeFindings(page)));
      await visit.resize(SMALL);
      findings.push(
        ...labelled('900 × 600', [...(await sidewaysFindings(page)), ...(await cutFindings(page))]),
      );
      await visit.resize(ZOOMED);
      findings.push(...labelled('200 %', [...(await sidewaysFindings(page)), ...(await cutFindings(page))]));
      await visit.resize(USUAL);
      await page.emulateMedia({ colorScheme: 'dark' });
      await visit.drawn();
      findings.push(...labelled('dark', await axeFindings(page, 'colours')));
      expect(findings).toEqual([]);
    }),
  );
});

it('every failure says what happened, why, and what to do, and can be left', () =>
  people.use(async (visit) => {
    const { page } = visit;
    await visit.open({ 'places.pick': ERROR_CODES.map((code) => ({ ok: false, code })) });
    await visit.begin('new');
    await visit.resize(ZOOMED);
    for (const code of ERROR_CODES) {
      await visit.click('common.otherFolder');
      const card = page.locator(`[data-failure="${code}"]`);
      for (const part of ['what', 'why', 'next']) {
        await card.getByText(visit.say(`errors.${code}.${part}`)).waitFor();
      }
      expect(await sidewaysFindings(page)).toEqual([]);
    }
    expect(await talkFindings(visit)).toEqual([]);
  }));
