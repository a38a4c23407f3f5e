import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Locator } from 'playwright-core';
import type { AppWindow } from '../support/desktop/app-window.ts';
import { movableFiles, sampleDevice } from '../support/desktop/moved.ts';
import { filesOf } from '../support/hosts/old-device.ts';
import { type Mover, startSender } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';
import { describeDesktop, startApp } from './desktop.ts';

/** What a capped move still has to move when the other one is done: half a minute's worth. */
const FILM_BYTES = 20_000_000;
const CAP_MEGABYTES = '0.6';

async function openBoard(app: AppWindow): Promise<void> {
  await app.button('Several moves at once').click();
  await app.at('promise');
  await app.button('Agree and go on').click();
  await app.at('board');
}

/** One more new device: a card of its own on the board. */
async function newCard(app: AppWindow, into: string): Promise<Locator> {
  const cards = app.page.locator('[data-move]');
  const there = await cards.count();
  await app.button('New move').click();
  await app.button(/^This is my new device/).click();
  await app.at('where');
  await app.answerOpen(into);
  await app.button('Choose another folder').click();
  await app.button('Go on').click();
  await app.at('board');
  return cards.nth(there);
}

/** An old device that found the card by its name and was told its code. */
async function sendTo(card: Locator, from: string): Promise<Mover> {
  const heard = card.getByText(/the code is [\d ]+$/);
  await heard.waitFor({ state: 'attached' });
  const code = ((await heard.textContent()) ?? '').replaceAll(/\D/g, '').slice(-6);
  return startSender(['--from', from], { address: await card.locator('h2').innerText(), code });
}

const stageOf = (card: Locator): Promise<string | null> => card.getAttribute('data-stage');

describeDesktop('several moves in one window', () => {
  it('run side by side, each with its own code, speed cap and receipt', async () => {
    const folder = scratchFolder();
    const [slow, quick] = [
      await sampleDevice(join(folder, 'slow')),
      await sampleDevice(join(folder, 'quick')),
    ];
    writeFileSync(join(slow, 'files', 'film.mp4'), randomBytes(FILM_BYTES));
    const shop = await startApp();
    await openBoard(shop);
    const slowCard = await newCard(shop, join(folder, 'slow-new'));
    const quickCard = await newCard(shop, join(folder, 'quick-new'));
    await slowCard.getByLabel('Speed cap (MB/s)').fill(CAP_MEGABYTES);
    await slowCard.getByLabel('Speed cap (MB/s)').press('Enter');

    const senders = [await sendTo(slowCard, slow), await sendTo(quickCard, quick)];
    await slowCard.getByRole('button', { name: 'Accept' }).click();
    await quickCard.getByRole('button', { name: 'Accept' }).click();

    await quickCard.getByText('Everything arrived').first().waitFor();
    expect(await stageOf(slowCard)).toBe('moving');
    await shop.text('1 running · 1 finished').waitFor();
    await slowCard.getByLabel('Speed cap (MB/s)').fill('');
    await slowCard.getByLabel('Speed cap (MB/s)').press('Enter');
    await slowCard.getByText('Everything arrived').first().waitFor();
    await shop.text('2 finished').waitFor();

    expect(await Promise.all(senders.map(async ({ exit }) => (await exit).code))).toEqual([0, 0]);
    expect(await filesOf(join(folder, 'slow-new'))).toEqual(await movableFiles(slow));
    expect(await filesOf(join(folder, 'quick-new'))).toEqual(await movableFiles(quick));
    for (const card of [slowCard, quickCard]) {
      await card.getByRole('button', { name: 'Save receipt' }).waitFor();
    }
  });

  it('are as many as the machine carries, and one that is stopped frees its place', async () => {
    const shop = await startApp();
    await openBoard(shop);
    const most = Number(/\d+/.exec(await fullText(shop))?.[0]);
    expect(most).toBeGreaterThan(1);
    expect(await shop.page.locator('[data-move]').count()).toBe(most);
    const first = shop.page.locator('[data-move]').first();
    await first.getByRole('button', { name: /^Stop and forget/ }).click();
    await shop.page.getByRole('dialog').getByRole('button', { name: /^Stop/ }).click();
    await shop.page.locator('[data-move][data-stage="failed"]').waitFor();
    expect(await shop.button('New move').isEnabled()).toBe(true);
  });
});

/** Starts moves until no more may be; says what the window then says. */
async function fullText(shop: AppWindow): Promise<string> {
  const full = shop.page.getByText(/^This computer carries/);
  for (let number = 0; !(await full.isVisible()); number += 1) {
    await newCard(shop, join(scratchFolder(), `new-${String(number)}`));
  }
  return full.innerText();
}
