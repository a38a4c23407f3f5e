import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { startBrowser } from './browser.ts';
import { APPS, offer, plan, TYPICAL } from './fixtures/offers.ts';
import { OTTER, PICTURES } from './fixtures/places.ts';
import { COMPLETE } from './fixtures/receipts.ts';
import { code, LISTENING, PAIRED, progress } from './fixtures/updates.ts';
import { ended, enterCode, INSPECTED, nearby, ok, receipt, receive, send, wait } from './journeys.ts';
import { playScene, SCENES } from './scenes/index.ts';
import { USUAL, Visit, ZOOMED } from './visit.ts';

let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  browser = await startBrowser();
  visit = await Visit.make(browser, { url: inject('pageUrl') });
});
afterAll(() => browser.close());
beforeEach(() => {
  visit.complaints.length = 0;
});

const press = async (...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await visit.page.keyboard.press(key);
  await visit.drawn();
};

/** What has the focus, as it is announced. */
const focused = (): Promise<string> =>
  visit.page.evaluate(() => {
    const element = document.activeElement;
    const label = element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    const labelled = element instanceof HTMLInputElement ? (element.labels?.[0]?.textContent ?? '') : '';
    return `${element?.tagName.toLowerCase() ?? ''} ${label === '' ? labelled : label}`.trim();
  });

/** Tabs until something with that text has the focus; the way there is never longer than the page. */
async function tabTo(text: string): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await visit.page.keyboard.press('Tab');
    if ((await focused()).includes(text)) return;
  }
  throw new Error(`Tab never came to “${text}”`);
}

const expectHeading = async (key: string, options?: Readonly<Record<string, unknown>>): Promise<void> => {
  await visit.page.getByRole('heading', { level: 1, name: visit.say(key, options) }).waitFor();
  await expect.poll(focused).toContain(`h1 `);
};

const lastRequest = async (name: string): Promise<unknown> =>
  (await visit.requests()).filter((request) => request.name === name).at(-1)?.args;

describe('the whole way by keyboard alone', () => {
  it('from the old device', async () => {
    await visit.open(INSPECTED);
    await expectHeading('start.title');
    await tabTo(visit.say('start.old'));
    await press('Enter');
    await expectHeading('promise.title');
    await press('Enter');
    await expectHeading('where.from');
    await tabTo(PICTURES.name);
    await press('Space', 'Enter');
    await expectHeading('meet.find');
    await visit.tell([nearby()]);
    await tabTo(OTTER.name);
    await press('Enter');
    await expect.poll(focused).toContain(visit.say('meet.digit', { number: 1, total: 6 }));
    await visit.page.keyboard.type('471902');
    await visit.drawn();
    expect(await lastRequest('moves.start')).toEqual([
      {
        role: 'sender',
        places: [PICTURES.id],
        to: { type: 'found', name: OTTER.name, code: '471902' },
        limit: null,
      },
    ]);
    await visit.tellMove('move-1', [PAIRED, offer(TYPICAL), plan()]);
    await expectHeading('choose.title');
    await tabTo(visit.say('choose.chooseApps'));
    await press('Enter');
    await expectHeading('apps.title');
    await press('Escape');
    await expectHeading('choose.title');
    await press('Enter');
    const [id, answer] = (await lastRequest('moves.answer')) as [string, { apps: string[]; kinds: string[] }];
    expect(id).toBe('move-1');
    expect(answer.kinds).toEqual(TYPICAL.map(({ kind }) => kind));
    expect(answer.apps.length).toBeGreaterThan(0);
    expect(answer.apps.length).toBeLessThan(APPS.length);
    await visit.tellMove('move-1', [progress(0.5)]);
    await visit.at('moving');
    await expect.poll(focused).toContain('h1 ');
    await visit.tellMove('move-1', receipt(COMPLETE));
    await expectHeading('receipt.headline.everything');
    await press('Enter');
    await expectHeading('start.title');
  });

  it('from the new device', async () => {
    await visit.open();
    await expectHeading('start.title');
    await tabTo(visit.say('start.new'));
    await press('Enter');
    await expectHeading('promise.title');
    await press('Enter');
    await expectHeading('where.to');
    await press('Enter');
    expect(await lastRequest('moves.start')).toEqual([{ role: 'receiver', place: 'place-10', limit: null }]);
    await visit.tellMove('move-1', [LISTENING, code()]);
    await expectHeading('meet.typeThis');
    await visit.tellMove('move-1', [PAIRED, offer(TYPICAL, { freeBytes: 212_400_000_000 })]);
    await expectHeading('choose.offered.title');
    await press('Enter');
    expect(await lastRequest('moves.answer')).toEqual([
      'move-1',
      { accept: true, kinds: TYPICAL.map(({ kind }) => kind), apps: [] },
    ]);
    await visit.tellMove('move-1', [progress(0.5), ...receipt(COMPLETE)]);
    await expectHeading('receipt.headline.everything');
    await press('Enter');
    expect(await lastRequest('moves.open')).toEqual(['move-1']);
  });
});

it('a new step is shown from its top, at 200 % too', async () => {
  await visit.resize(ZOOMED);
  const top = async (): Promise<number> =>
    (await visit.page.getByRole('heading', { level: 1 }).boundingBox())?.y ?? -1;
  await visit.open(INSPECTED);
  for (const [press, heading] of [
    ['start.old', 'promise.title'],
    ['promise.agree', 'where.from'],
  ] as const) {
    await visit.button(press).click();
    await expectHeading(heading);
    expect(await top()).toBeGreaterThanOrEqual(0);
    expect(await top()).toBeLessThan(ZOOMED.height / 2);
  }
  await visit.resize(USUAL);
});

describe('Esc', () => {
  it('leads back, step by step', async () => {
    await enterCode(visit);
    for (const heading of ['meet.find', 'where.from', 'start.title']) {
      await press('Escape');
      await expectHeading(heading);
    }
  });

  it('leads from a code that nobody has typed to the folder, and the waiting ends', async () => {
    await wait(visit);
    await press('Escape');
    await expectHeading('where.to');
    expect(await lastRequest('moves.stop')).toEqual(['move-1']);
  });

  it.each([
    ['sending', (): Promise<void> => send(visit, [progress(0.5)])],
    ['receiving', (): Promise<void> => receive(visit, [progress(0.5)])],
    ['agreeing', (): Promise<void> => wait(visit, [LISTENING, code(), PAIRED])],
  ])('never leads out of a move that is %s', async (_name, go) => {
    await go();
    const before = await visit.page.locator('main').getAttribute('data-screen');
    await press('Escape', 'Escape');
    expect(await visit.page.locator('main').getAttribute('data-screen')).toBe(before);
    expect(await lastRequest('moves.stop')).toBeUndefined();
  });

  it('closes a question, and gives the focus back to what asked it', async () => {
    await send(visit, [progress(0.5)]);
    await tabTo(visit.say('common.stop.button'));
    await press('Enter');
    await visit.page.getByRole('dialog').waitFor();
    await expect.poll(focused).toContain(visit.say('common.stop.goOn'));
    await press('Escape');
    await visit.page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(focused).toContain(visit.say('common.stop.button'));
    expect(await lastRequest('moves.stop')).toBeUndefined();
  });
});

describe('Stop and forget', () => {
  it('asks once, ends the move, and says so', async () => {
    await receive(visit, [progress(0.5)]);
    await visit.tell([{ type: 'command', command: 'stop' }]);
    await visit.page.getByRole('dialog').waitFor();
    expect(await lastRequest('moves.stop')).toBeUndefined();
    await tabTo(visit.say('common.stop.button'));
    await press('Enter');
    expect(await lastRequest('moves.stop')).toEqual(['move-1']);
    await visit.tellMove('move-1', [ended('CANCELLED')]);
    await visit.page.getByText(visit.say('errors.CANCELLED.what')).waitFor();
    expect(await focused()).not.toMatch(/^body/);
  });

  it('consent that is taken back ends every move and leads to the start', async () => {
    await receive(visit, [progress(0.5)]);
    await visit.tell([{ type: 'command', command: 'promise' }]);
    await expectHeading('promise.titleAgain');
    await tabTo(visit.say('promise.withdraw'));
    await press('Enter');
    await expectHeading('start.title');
    expect(await lastRequest('moves.stop')).toEqual(['move-1']);
    await tabTo(visit.say('start.old'));
    await press('Enter');
    await expectHeading('promise.title');
  });
});

describe('the code', () => {
  it.each(['471902', '471 902', '471-902', ' 471902\n', '٤٧١٩٠٢'])(
    'is taken when %j is pasted',
    async (text) => {
      await enterCode(visit);
      await visit.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await visit.page.evaluate((value) => navigator.clipboard.writeText(value), text);
      await press('ControlOrMeta+v');
      const [{ to }] = (await lastRequest('moves.start')) as [{ to: unknown }];
      expect(to).toEqual({ type: 'found', name: OTTER.name, code: '471902' });
    },
  );

  it('is not sent before it is whole, and never letters', async () => {
    await enterCode(visit);
    await visit.page.keyboard.type('47a1b9');
    await visit.drawn();
    expect(await lastRequest('moves.start')).toBeUndefined();
    const values = await visit.page
      .locator('main input:not([type=hidden])')
      .evaluateAll((boxes) =>
        boxes.map((box) => (box instanceof HTMLInputElement ? box.value : '')).join(''),
      );
    expect(values).toBe('4719');
  });

  it('that was wrong can be typed again at once', async () => {
    await enterCode(visit);
    await visit.page.keyboard.type('111111');
    await visit.drawn();
    await visit.tellMove('move-1', [ended('WRONG_CODE')]);
    await visit.page.getByText(visit.say('meet.wrongCode', { count: 2, number: '2' })).waitFor();
    await expect.poll(focused).toContain(visit.say('meet.digit', { number: 1, total: 6 }));
    await visit.page.keyboard.type('471902');
    await visit.drawn();
    const [{ to }] = (await lastRequest('moves.start')) as [{ to: { code: string } }];
    expect(to.code).toBe('471902');
  });
});

describe('Tab', () => {
  /** In a window high enough to show everything at once, where each stop lies, in the order of Tab. */
  async function stops(): Promise<
    { what: string; top: number; bottom: number; left: number; ring: boolean }[]
  > {
    const found = [];
    await visit.page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    });
    for (let step = 0; step < 80; step += 1) {
      await visit.page.keyboard.press('Tab');
      const stop = await visit.page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return undefined;
        const { top, bottom, left } = (element.closest('label') ?? element).getBoundingClientRect();
        const style = getComputedStyle(element);
        const ring =
          (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) ||
          style.boxShadow !== 'none';
        const bordered = element.matches('input, textarea');
        return { what: element.outerHTML.slice(0, 90), top, bottom, left, ring: ring || bordered };
      });
      if (stop === undefined) return found;
      found.push(stop);
    }
    return found;
  }

  const scenes = SCENES.filter(({ name }) =>
    [
      'start',
      'promise',
      'where-old-chosen',
      'where-new-interrupted',
      'find-other-ways',
      'choose',
      'receipt-complete',
    ].includes(name),
  );
  it.each(scenes)('goes through $name as it is read, and shows where it is', async (scene) => {
    await visit.page.setViewportSize({ width: 900, height: 2_000 });
    await playScene(scene, visit);
    const found = await stops();
    expect(found.length).toBeGreaterThan(2);
    const backwards = found.filter((stop, index) => stop.bottom <= (found[index - 1]?.top ?? 0));
    expect(backwards.map(({ what }) => what)).toEqual([]);
    expect(found.filter(({ ring }) => !ring).map(({ what }) => what)).toEqual([]);
  });
});

it('what is dropped on the window is handed over as it is, and what comes of it is chosen', async () => {
  await visit.open({ ...INSPECTED, drop: ok({ ...PICTURES, id: 'place-77', name: 'Dropped' }) });
  await visit.begin('old');
  await visit.page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['secret'], 'holiday'));
    document.dispatchEvent(
      new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
    );
  });
  await visit.page.getByText('Dropped').waitFor();
  expect(await lastRequest('drop')).toEqual(['source', ['holiday']]);
});
