import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { MenuItemConstructorOptions as Item } from 'electron';
import { menuTemplate } from '../../../src/main/app/menu.ts';
import { ENGLISH, Wording } from '../../../src/main/app/words.ts';
import { zoomed } from '../../../src/main/app/zoom.ts';

function drawn(platform: NodeJS.Platform): { items: Item[]; done: string[] } {
  const done: string[] = [];
  const words = new Wording();
  words.use({
    language: 'es',
    texts: Object.fromEntries(Object.keys(ENGLISH).map((key) => [key, `«${key}»`])),
  });
  const template = menuTemplate(platform, {
    text: (key) => words.text(key),
    command: (command) => done.push(command),
    zoom: (direction) => done.push(`zoom ${direction}`),
    quit: () => done.push('quit'),
  });
  const flat = (item: Item): Item[] => [
    item,
    ...(Array.isArray(item.submenu) ? item.submenu.flatMap(flat) : []),
  ];
  return { items: template.flatMap(flat), done };
}

const SYSTEMS = ['linux', 'win32', 'darwin'] as const;

describe.each(SYSTEMS)('the menu on %s', (platform) => {
  it('is in the words of the window, every item', () => {
    for (const { label, type } of drawn(platform).items) {
      if (type !== 'separator' && label !== 'OpenMover') expect(label).toMatch(/^«\w+»$/);
    }
  });

  it('says each accelerator once', () => {
    const accelerators = drawn(platform).items.flatMap(({ accelerator }) =>
      accelerator === undefined ? [] : [accelerator],
    );
    expect(new Set(accelerators).size).toBe(accelerators.length);
    expect(accelerators.length).toBeGreaterThan(5);
  });

  it('can do everything that is the app’s own', () => {
    const { items, done } = drawn(platform);
    for (const { click } of items) (click as (() => void) | undefined)?.();
    expect(new Set(done)).toEqual(
      new Set(['new-move', 'several', 'stop', 'promise', 'zoom in', 'zoom out', 'zoom reset', 'quit']),
    );
  });
});

describe('words', () => {
  it('are the same here and in the window, in English', async () => {
    const url = new URL('../../../src/renderer/locales/en/menu.json', import.meta.url);
    expect(JSON.parse(await readFile(url, 'utf8'))).toEqual(ENGLISH);
  });

  it('that the window lacks are in English, and what cannot be filled in stays', () => {
    const words = new Wording();
    words.use({ language: 'ar', texts: { noticeCounts: '{arrived}/{left}/{constructor}', quit: '' } });
    expect(words.text('quit')).toBe(ENGLISH.quit);
    expect(words.text('noticeCounts', { arrived: 1 })).toMatch(/^(1|١)\/\{left\}\/\{constructor\}$/);
  });
});

describe('zoom', () => {
  it('goes to 200 % and no further, and back', () => {
    let factor = 1;
    const seen: number[] = [];
    for (let step = 0; step < 9; step += 1) seen.push((factor = zoomed(factor, 'in')));
    expect(seen.at(-1)).toBe(2);
    for (let step = 0; step < 20; step += 1) factor = zoomed(factor, 'out');
    expect(factor).toBe(0.75);
    expect(zoomed(0.75, 'in')).toBe(0.9);
  });
});
