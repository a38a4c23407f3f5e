/** The way through the window, step by step, as a person with a mouse takes it. */
import type { AppWindow } from './app-window.ts';
import type { PageGlobals } from './page.ts';

export interface Shown {
  /** Two words. */
  readonly name: string;
  /** Six digits. */
  readonly digits: string;
  /** `host:port`, each. */
  readonly addresses: readonly string[];
}

/** From the start over the promise to where from, or where to. */
export async function agreeAs(app: AppWindow, role: 'old' | 'new'): Promise<void> {
  await app.button(role === 'old' ? /^This is my old device/ : /^This is my new device/).click();
  await app.at('promise');
  await app.button('Agree and go on').click();
  await app.at('where');
}

/** A new device's way to its code. The folder stays the proposed one when none is said. */
export async function waitForOldDevice(app: AppWindow, into?: string): Promise<Shown> {
  await agreeAs(app, 'new');
  if (into !== undefined) {
    await app.answerOpen(into);
    await app.button('Choose another folder').click();
  }
  await app.button('Go on').click();
  return codeShown(app);
}

/** What a person reads off the screen of the new device. */
export async function codeShown(app: AppWindow): Promise<Shown> {
  await app.at('meet');
  const heard = app.page.getByText(/^The code is [\d ]+$/);
  const digits = ((await heard.textContent()) ?? '').replaceAll(/\D/g, '');
  await app.text('Not listed on the old device?').click();
  const addresses = await app.page.locator('details li').allInnerTexts();
  const name = await app.screen('meet').locator('bdi').first().innerText();
  return { name: name.trim(), digits, addresses: addresses.map((address) => address.trim()) };
}

/** An old device's way to the search for the new one. */
export async function chooseDeviceFolder(app: AppWindow, device: string): Promise<void> {
  await agreeAs(app, 'old');
  await app.answerOpen(device);
  await app.button('Device folder').click();
  await app.text(/1 place chosen/).waitFor();
  await app.button('Go on').click();
  await app.at('meet');
}

/** Types into the boxes; the last digit sends them. */
export async function typeCode(app: AppWindow, digits: string): Promise<void> {
  await app.page.getByRole('textbox', { name: 'Digit 1 of 6' }).waitFor();
  await app.page.keyboard.type(digits);
}

/** By its address, as on a network that does not let devices see each other. */
export async function meetByAddress(app: AppWindow, address: string): Promise<void> {
  const field = app.page.getByRole('textbox', { name: 'Address' });
  if (!(await field.isVisible())) await app.text('Not there? Other ways to connect').click();
  await field.fill(address);
  await field.press('Enter');
}

/** As it appears in the list by itself. */
export async function meetByName(app: AppWindow, name: string): Promise<void> {
  await app.button(new RegExp(name)).click();
}

/** The old device's choice: everything. */
export async function moveAll(app: AppWindow): Promise<void> {
  await app.at('choose');
  await app.button('Move').click();
}

/** The new device's answer. */
export async function accept(app: AppWindow): Promise<void> {
  await app.at('choose');
  await app.button('Accept').click();
}

/** @returns the receipt's headline, e.g. "Everything arrived" */
export async function receiptHeadline(app: AppWindow): Promise<string> {
  await app.at('receipt');
  return app.title();
}

/** Waits until so many hundredths are there: the bar of the whole move is the first. */
export async function movedPercent(app: AppWindow, percent: number): Promise<void> {
  await app.at('moving');
  await app.page.waitForFunction((least) => {
    const { document } = globalThis as unknown as PageGlobals;
    const bar = document.querySelector('[role="progressbar"]');
    return Number(bar?.getAttribute('aria-valuenow')) >= least;
  }, percent);
}
