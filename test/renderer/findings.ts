/** What is wrong with what is on the screen now, in words: empty when nothing is. */
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { REQUESTS } from '../../src/main/ipc/contract.ts';
import { AXE_PATH } from './page-server.ts';
import type { Visit } from './visit.ts';

declare global {
  interface Window {
    axe?: { run(context: Document, options: RunOptions): Promise<AxeResults> };
  }
}

/** What only another theme can change. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** @param rules all of axe's, best practices too; or those that look at colours. */
export async function axeFindings(page: Page, rules: 'all' | 'colours' = 'all'): Promise<string[]> {
  if (!(await page.evaluate(() => window.axe !== undefined))) await page.addScriptTag({ url: AXE_PATH });
  const results = await page.evaluate(
    (only) =>
      window.axe?.run(document, {
        resultTypes: ['violations'],
        iframes: false,
        ...(only === undefined ? {} : { runOnly: { type: 'rule', values: only } }),
      }),
    rules === 'all' ? undefined : COLOURS,
  );
  if (results === undefined) return ['axe did not run'];
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary?.split('\n')[1] ?? ''}`,
    ),
  );
}

/** Whether anything has to be scrolled sideways, or sticks out of the window. */
export function sidewaysFindings(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const name = (element: Element): string =>
      `${element.tagName.toLowerCase()}${element.id === '' ? '' : `#${element.id}`}.${element.className} “${(element.textContent ?? '').slice(0, 40)}”`;
    const found: string[] = [];
    // Only what is between header and footer scrolls, unless there is so little height that all of it does (30 rem).
    const { scrollHeight, clientHeight } = document.documentElement;
    if (innerHeight > 480 && scrollHeight > clientHeight + 1) {
      found.push(`the window scrolls as a whole, by ${String(scrollHeight - clientHeight)}`);
    }
    for (const element of document.querySelectorAll<HTMLElement>('html, body, body *')) {
      const style = getComputedStyle(element);
      const scrolls = element === document.documentElement || /auto|scroll/.test(style.overflowX);
      const field = element.matches('input, textarea');
      if (scrolls && !field && element.scrollWidth > element.clientWidth + 1) {
        found.push(
          `scrolls sideways by ${String(element.scrollWidth - element.clientWidth)}: ${name(element)}`,
        );
      }
      const { left, right, width } = element.getBoundingClientRect();
      const seen =
        width > 1 && style.visibility !== 'hidden' && !element.closest('svg, [data-visually-hidden]');
      // What is hidden from the eye and meant to be heard is a clipped dot somewhere.
      const clipped = style.clipPath !== 'none' || element.closest('.mantine-VisuallyHidden-root') !== null;
      if (seen && !clipped && (left < -1 || right > innerWidth + 1)) {
        found.push(
          `sticks out (${left.toFixed(0)} to ${right.toFixed(0)} of ${String(innerWidth)}): ${name(element)}`,
        );
      }
    }
    return found.slice(0, 5);
  });
}

/** Words that are cut off without a mark, in a box that does not scroll; numbers broken over two lines. */
export function cutFindings(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      if (element === null || text === '' || element.clientWidth <= 2) continue;
      const style = getComputedStyle(element);
      const cut =
        style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis' && style.position !== 'absolute';
      if (cut && element.scrollWidth > element.clientWidth + 1) {
        found.push(`cut off: ${element.className} “${text.slice(0, 60)}”`);
      }
      if (!/^\d[\d.,:%]*$/.test(text)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 1)
        found.push(`a number over ${String(lines.size)} lines: ${element.className} “${text}”`);
    }
    return found;
  });
}

/** One heading of the first rank; the focus somewhere; no key where a text should be. */
export function frameFindings(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const headings = document.querySelectorAll('h1').length;
    if (headings !== 1) found.push(`${String(headings)} headings of the first rank`);
    if (document.activeElement === null || document.activeElement === document.body)
      found.push('the focus is lost');
    const spoken = [...document.querySelectorAll('[aria-label], [placeholder], [title]')].flatMap((element) =>
      ['aria-label', 'placeholder', 'title'].map((attribute) => element.getAttribute(attribute) ?? ''),
    );
    const texts = [document.body.innerText, document.title, ...spoken].join('\n');
    const keys =
      /\b(?:common|start|promise|promise-clauses|where|meet|choose|apps|moving|receipt|store|errors|reasons|skips|menu)\.[a-zA-Z][\w.-]+/g;
    for (const [key] of texts.matchAll(keys)) found.push(`a key instead of a text: ${key}`);
    for (const [hole] of texts.matchAll(/\{\{?\w+\}?\}|undefined|NaN|\[object/g))
      found.push(`not filled in: ${hole}`);
    return found;
  });
}

/** Requests that main would refuse; what the page complained of since it was opened. */
export async function talkFindings(visit: Visit): Promise<string[]> {
  const refused = (await visit.requests()).flatMap(({ name, args }) => {
    if (name === 'drop') return [];
    const { success, error } = REQUESTS[name].safeParse(args);
    return success ? [] : [`main refuses ${name}: ${error.message}`];
  });
  return [...visit.complaints, ...refused];
}
