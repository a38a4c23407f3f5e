/** A person at the window: opens it, clicks and types, and main tells it things. */
import type { Browser, Locator, Page } from 'playwright-core';
import type { AppInfo, MoveUpdate, WindowEvent } from '../../src/main/ipc/contract.ts';
import type { Language } from '../../src/renderer/i18n/languages.ts';
import { installFakeBridge, type Recorded, type Script } from './fake-bridge.ts';
import { APP_INFO } from './fixtures/places.ts';
import { NOW } from './fixtures/updates.ts';
import { type Say, sayIn } from './texts.ts';

/** The smallest window the screens are made for, and a usual one. */
export const SMALL = { width: 900, height: 600 } as const;
export const USUAL = { width: 1280, height: 800 } as const;
/** What is left of the small window when everything is drawn at twice its size. */
export const ZOOMED = { width: SMALL.width / 2, height: SMALL.height / 2 } as const;

export interface VisitOptions {
  readonly url: string;
  readonly language?: Language;
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce' | 'no-preference';
}

export class Visit {
  readonly page: Page;
  readonly say: Say;
  readonly language: Language;
  /** What the page complained of: a fault in a screen, a refused script. */
  readonly complaints: string[] = [];
  readonly #url: string;
  readonly #colorScheme: 'light' | 'dark';
  #visits = 0;

  private constructor(page: Page, { url, language = 'en', colorScheme = 'light' }: VisitOptions) {
    this.page = page;
    this.language = language;
    this.say = sayIn(language);
    this.#url = url;
    this.#colorScheme = colorScheme;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
  }

  /** A window in which nothing has happened; `open` shows the app in it, again and again. */
  static async make(browser: Browser, options: VisitOptions): Promise<Visit> {
    const context = await browser.newContext({
      viewport: USUAL,
      locale: options.language ?? 'en',
      colorScheme: options.colorScheme ?? 'light',
      reducedMotion: options.reducedMotion ?? 'reduce',
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    await page.clock.install();
    await page.addInitScript(installFakeBridge, { epoch: NOW });
    return new Visit(page, options);
  }

  async open(script: Script = {}, info: Partial<AppInfo> = {}): Promise<void> {
    const ready = { ok: true, value: { ...APP_INFO, languages: [this.language], ...info } } as const;
    this.#visits += 1;
    // Another address each time: one that differs in its fragment alone would not load the page anew.
    const address = new URL(`?visit=${String(this.#visits)}`, this.#url);
    address.hash = encodeURIComponent(JSON.stringify({ 'app.ready': ready, ...script }));
    await this.page.goto(address.href);
  }

  /** As it was made: size and theme, nothing complained of. */
  async reset(): Promise<void> {
    this.complaints.length = 0;
    await this.page.setViewportSize(USUAL);
    await this.page.emulateMedia({ colorScheme: this.#colorScheme });
  }

  /** What floats finds its place again after the window has another size. */
  async resize(size: { readonly width: number; readonly height: number }): Promise<void> {
    await this.page.setViewportSize(size);
    await this.drawn();
  }

  close(): Promise<void> {
    return this.page.context().close();
  }

  /** @param stepMs how far apart in the past the events lie; the last is now. */
  async tell(events: readonly WindowEvent[], stepMs = 0): Promise<void> {
    await this.page.evaluate(([list, step]) => window.fakeBridge?.push(list, step), [
      events,
      stepMs,
    ] as const);
    await this.drawn();
  }

  tellMove(id: string, updates: readonly MoveUpdate[], stepMs = 0): Promise<void> {
    return this.tell(
      updates.map((update) => ({ type: 'move', id, update })),
      stepMs,
    );
  }

  /** Until what was told is on the screen. */
  async drawn(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
  }

  async requests(): Promise<readonly Recorded[]> {
    return this.page.evaluate(() => [...(window.fakeBridge?.requests ?? [])]);
  }

  /** A button by the text of a key, in whatever language the window is. */
  button(key: string, options?: Readonly<Record<string, unknown>>): Locator {
    return this.page.getByRole('button', { name: this.say(key, options) }).first();
  }

  /**
   * Presses a button as a key or a screen reader does. A pointer's way, with its waiting for everything to stand still, is
   * what the tests of the whole app take; here it would take most of the time.
   */
  async click(key: string, options?: Readonly<Record<string, unknown>>): Promise<void> {
    await press(this.button(key, options));
  }

  /** The step the person is at. */
  async at(screen: string): Promise<void> {
    await this.page.locator(`main[data-screen="${screen}"]`).waitFor();
  }

  /** Start and promise, as every way begins. */
  async begin(role: 'old' | 'new' | 'several'): Promise<void> {
    await this.click(`start.${role}`);
    await this.at('promise');
    await this.click('promise.agree');
    await this.at(role === 'several' ? 'board' : 'where');
  }
}

export async function press(target: Locator): Promise<void> {
  await target.evaluate((element) => {
    if (!(element instanceof HTMLElement) || element.matches(':disabled'))
      throw new Error('It cannot be pressed');
    element.focus();
    element.click();
  });
}
