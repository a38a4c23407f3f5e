import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../../src/main/app/content-security-policy.ts';
import { isPageUrl, PAGE_URL, servePage } from '../../../src/main/app/page.ts';
import { scratchFolder } from '../../support/scratch.ts';

function site(): string {
  const root = scratchFolder();
  const folder = join(root, 'renderer');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets', 'index-Ab_1-.js'), 'void 0;');
  writeFileSync(join(folder, '.secret.html'), 'secret');
  writeFileSync(join(folder, 'notes.txt'), 'notes');
  writeFileSync(join(root, 'outside.html'), 'outside');
  return folder;
}

const get = (url: string, method = 'GET'): Promise<Response> => servePage(site(), { method, url });

describe("the window's page", () => {
  it('comes with a policy that lets it load its own files only, and run no text as code', async () => {
    const response = await get(PAGE_URL);
    expect(await response.text()).toBe('<!doctype html>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(CONTENT_SECURITY_POLICY).toContain("default-src 'none'");
    expect(CONTENT_SECURITY_POLICY).toContain("script-src 'self';");
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/https?:|unsafe-eval|\*/);
  });

  it('gets its scripts with the type a browser insists on', async () => {
    const response = await get('app://openmover/assets/index-Ab_1-.js?v=1');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it.each([
    'app://openmover/',
    'app://openmover/../outside.html',
    'app://openmover/%2e%2e/outside.html',
    'app://openmover/assets/..%2f..%2foutside.html',
    'app://openmover/assets%5c..%5c..%5coutside.html',
    'app://openmover//etc/passwd',
    'app://openmover/.secret.html',
    'app://openmover/notes.txt',
    'app://openmover/gone.html',
    'app://elsewhere/index.html',
    'app://user:word@openmover/index.html',
    'file:///etc/passwd',
    'https://example.org/index.html',
    'no address',
  ])('is nothing at %s', async (url) => {
    const response = await get(url);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('');
  });

  it('cannot be written', async () => {
    expect((await get(PAGE_URL, 'POST')).status).toBe(404);
  });

  it('is told from any other by its whole origin', () => {
    expect(isPageUrl(PAGE_URL)).toBe(true);
    for (const url of [
      'app://openmover.example/',
      'app://openmover:1/',
      'https://openmover/',
      'about:blank',
      '',
    ]) {
      expect(isPageUrl(url), url).toBe(false);
    }
  });
});
