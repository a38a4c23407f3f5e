/** The way by keyboard alone: Tab until the focus is where it should be, then a key. */
import type { AppWindow } from './app-window.ts';
import type { PageGlobals } from './page.ts';

/** More stops than any screen has. */
const MOST_STOPS = 60;

/** What a screen reader would call the focused part: its label, or what is written on it. */
function focusedName(app: AppWindow): Promise<string> {
  return app.page.evaluate(() => {
    const { document } = globalThis as unknown as PageGlobals;
    const focused = document.activeElement;
    if (focused === null || focused === document.body) return '';
    const labels = [...(focused.labels ?? [])].map(({ textContent }) => textContent ?? '').join(' ');
    return (focused.getAttribute('aria-label') ?? (labels || focused.textContent || '')).trim();
  });
}

/** Goes on in reading order to the part that is called so. @throws Error when the focus never gets there */
async function tabTo(app: AppWindow, name: string): Promise<void> {
  const seen: string[] = [];
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    const focused = await focusedName(app);
    if (focused.includes(name)) return;
    seen.push(focused);
    await app.page.keyboard.press('Tab');
  }
  throw new Error(`the focus never came to "${name}", but to: ${seen.join(' | ')}`);
}

export async function press(app: AppWindow, name: string, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await tabTo(app, name);
  await app.page.keyboard.press(key);
}
