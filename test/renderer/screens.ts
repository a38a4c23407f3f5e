/**
 * `npm run screens`: a picture of every state of every screen, and one sheet of them all, into out/screens/. With words
 * after it, only of states whose names hold one of them.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import type { Language } from '../../src/renderer/i18n/languages.ts';
import { playScene, SCENES, type Scene } from './scenes/index.ts';
import { startBrowser } from './browser.ts';
import { serveBuild } from './setup.ts';
import { SMALL, USUAL, Visit, ZOOMED } from './visit.ts';

const OUT = fileURLToPath(new URL('../../out/screens/', import.meta.url));

interface Look {
  readonly name: string;
  readonly language: Language;
  readonly colorScheme: 'light' | 'dark';
  readonly size: { readonly width: number; readonly height: number };
  /** Which scenes are taken in this look. */
  readonly of: 'all' | 'main';
}

const LOOKS: readonly Look[] = [
  { name: 'light', language: 'en', colorScheme: 'light', size: USUAL, of: 'all' },
  { name: 'dark', language: 'en', colorScheme: 'dark', size: SMALL, of: 'all' },
  { name: 'zoomed', language: 'en', colorScheme: 'light', size: ZOOMED, of: 'main' },
  { name: 'ar', language: 'ar', colorScheme: 'light', size: SMALL, of: 'main' },
  { name: 'es', language: 'es', colorScheme: 'dark', size: SMALL, of: 'main' },
  { name: 'zh-CN', language: 'zh-CN', colorScheme: 'light', size: SMALL, of: 'main' },
];

interface Picture {
  readonly look: string;
  readonly scene: string;
  readonly file: string;
}

async function take(browser: Browser, url: string, look: Look, scenes: readonly Scene[]): Promise<Picture[]> {
  const visit = await Visit.make(browser, { url, language: look.language, colorScheme: look.colorScheme });
  const pictures: Picture[] = [];
  for (const scene of scenes) {
    if (look.of === 'main' && scene.main !== true) continue;
    if (look.name !== 'light' && scene.codes === 'one of many') continue;
    const file = `${look.name}/${scene.name}.png`;
    await visit.page.setViewportSize(look.size);
    await playScene(scene, visit);
    await visit.page.mouse.move(0, 0);
    await visit.page.screenshot({ path: OUT + file });
    pictures.push({ look: look.name, scene: scene.name, file });
  }
  await visit.close();
  return pictures;
}

/** All pictures side by side, as one picture that a person can look over. */
async function sheet(browser: Browser, pictures: readonly Picture[]): Promise<void> {
  const sections = LOOKS.map(({ name }) => {
    const figures = pictures
      .filter(({ look }) => look === name)
      .map(({ scene, file }) => `<figure><img src="${file}"><figcaption>${scene}</figcaption></figure>`);
    return figures.length === 0 ? '' : `<h2>${name}</h2><section>${figures.join('')}</section>`;
  });
  const style = `
    body { font: 13px system-ui; margin: 24px; width: 1900px; background: #888; color: #fff }
    section { display: grid; grid-template-columns: repeat(6, 1fr); gap: 16px; align-items: start }
    figure { margin: 0 } img { inline-size: 100%; display: block } figcaption { padding-block: 4px }`;
  const html = `<!doctype html><meta charset="utf-8"><title>Screens</title><style>${style}</style>${sections.join('')}`;
  await writeFile(`${OUT}index.html`, html);
  const page = await browser.newPage({ viewport: { width: 1948, height: 1080 } });
  await page.goto(`file://${OUT}index.html`);
  await page.screenshot({ path: `${OUT}contact-sheet.png`, fullPage: true });
  await page.close();
}

const words = process.argv.slice(2);
const scenes = SCENES.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
const [server, browser] = await Promise.all([serveBuild(), startBrowser()]);
try {
  const pictures: Picture[] = [];
  for (const look of LOOKS) pictures.push(...(await take(browser, server.url, look, scenes)));
  await sheet(browser, pictures);
  process.stdout.write(`${String(pictures.length)} pictures in out/screens/\n`);
} finally {
  await browser.close();
  await server.close();
}
