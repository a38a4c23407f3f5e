/**
 * The window's files, by a scheme of their own: unlike `file:`, a page of it can reach no other file of the computer, and
 * every answer carries the content security policy.
 */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { CONTENT_SECURITY_POLICY } from './content-security-policy.ts';

export const PAGE_SCHEME = 'app';
const PAGE_ORIGIN = `${PAGE_SCHEME}://openmover`;
export const PAGE_URL = `${PAGE_ORIGIN}/index.html`;

/** What a build of the window is made of; anything else is not served. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.woff2', 'font/woff2'],
]);

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Names as a bundler writes them: nothing encoded, no hidden file, no way up. */
const PATH = /^(?:\/[\w-]+(?:\.[\w-]+)*)+$/;

/** Whether a URL is one of the app's own files. */
export function isPageUrl(url: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(url);
    return `${protocol}//${host}` === PAGE_ORIGIN && username === '' && password === '';
  } catch {
    return false;
  }
}

/** Path below the folder of the window's files; undefined for anything that is not one of them. */
function pathOf(url: string): string | undefined {
  if (!isPageUrl(url)) return undefined;
  const { pathname } = new URL(url);
  return PATH.test(pathname) ? pathname.slice(1) : undefined;
}

/** Answers a request for one of the window's files; `404` for whatever else. */
export async function servePage(folder: string, request: { method: string; url: string }): Promise<Response> {
  const path = request.method === 'GET' ? pathOf(request.url) : undefined;
  const type = path === undefined ? undefined : TYPES.get(extname(path));
  if (path === undefined || type === undefined) return nothing();
  try {
    const content = await readFile(join(folder, ...path.split('/')));
    return new Response(content, { headers: { ...HEADERS, 'content-type': type } });
  } catch {
    return nothing();
  }
}

const nothing = (): Response => new Response(null, { status: 404, headers: HEADERS });
