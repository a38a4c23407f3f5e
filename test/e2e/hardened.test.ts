import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { readFuses } from '../support/desktop/fuses.ts';
import type { PageGlobals } from '../support/desktop/page.ts';
import { packApp } from '../support/desktop/packed-app.ts';
import { scratchFolder } from '../support/scratch.ts';
import { describeDesktop, startApp } from './desktop.ts';

/** Runs the program without a screen: what Node does in it comes before it misses one. */
function withoutScreen(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...args],
      { env: { PATH: process.env['PATH'] ?? '', ...env }, timeout: 20_000 },
      (_, stdout, stderr) => {
        resolve(stdout + stderr);
      },
    );
  });
}

describeDesktop('a packed release', () => {
  it('runs nothing but itself, opens to no debugger, and holds nothing it does not need', async () => {
    const release = await packApp(scratchFolder(), { inspectable: false });
    expect(readFuses(release)).toEqual({
      runAsNode: false,
      cookieEncryption: true,
      nodeOptions: false,
      nodeCliInspect: false,
      embeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
    });
    // The one under test differs in one fuse, so it can show that these would be seen.
    expect(readFuses(inject('program'))).toEqual({ ...readFuses(release), nodeCliInspect: true });
    const inspect = ['--inspect=0', '--no-sandbox'];
    expect(await withoutScreen(inject('program'), inspect)).toContain('Debugger listening');
    expect(await withoutScreen(release, inspect)).not.toContain('Debugger listening');
    const asNode = await withoutScreen(release, ['-p', '6 * 7'], { ELECTRON_RUN_AS_NODE: '1' });
    expect(asNode).not.toMatch(/^42$/m);

    const resources = join(dirname(release), 'resources');
    expect(readdirSync(resources).sort()).toEqual([
      'LICENSE',
      'LICENSES.md',
      'POLICY.md',
      'app.asar',
      'app.asar.unpacked',
    ]);
    expect(readdirSync(join(resources, 'app.asar.unpacked', 'node_modules'))).toEqual(['@napi-rs']);
    expect(statSync(join(resources, 'app.asar')).size).toBeLessThan(12_000_000);
  });
});

describeDesktop('the window', () => {
  it('has no Node, no way out and no say beyond the contract', async () => {
    const app = await startApp();
    const { page } = app;
    const seen = await page.evaluate(async () => {
      const window = globalThis as unknown as PageGlobals;
      const { document, openmover, Notification } = window;
      const fails = (url: string): Promise<boolean> =>
        fetch(url).then(
          () => false,
          () => true,
        );
      const allowed = async (name: string, ...args: readonly unknown[]): Promise<boolean> =>
        (await openmover.request(name, ...args)).ok;
      // The policy of the page forbids it; what a test evaluates is not under that policy.
      const script = document.createElement('script');
      script.textContent = 'globalThis.injected = true';
      document.head.append(script);
      return {
        node: ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => name in globalThis),
        bridge: Object.keys(openmover).sort(),
        networkFails: await fails('https://example.org/'),
        filesFail: await fails('file:///etc/hostname'),
        opened: window.open('https://example.org/') !== null,
        injected: 'injected' in globalThis,
        notifications: Notification.permission,
        unknown: await allowed('fs.readFile', '/etc/passwd'),
        wrong: await allowed('moves.stop', { id: 'move-1' }),
        path: await allowed('places.drop', 'source', ['/etc']),
        foreign: await allowed('moves.open', 'move-99'),
      };
    });
    expect(seen).toEqual({
      node: [],
      bridge: ['drop', 'onEvent', 'request'],
      networkFails: true,
      filesFail: true,
      opened: false,
      injected: false,
      notifications: 'denied',
      unknown: false,
      wrong: false,
      path: false,
      foreign: false,
    });
    const walls = await app.app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const contents = window?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
        session: { isPersistent(): boolean };
      };
      const { sandbox, contextIsolation, nodeIntegration, webSecurity } = contents.getLastWebPreferences();
      const persistent = contents.session.isPersistent();
      return { sandbox, contextIsolation, nodeIntegration, webSecurity, persistent };
    });
    expect(walls).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      persistent: false,
    });

    const journey = await app.app.evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      if (contents === undefined) return undefined;
      // Heard after the app's own listener.
      const prevented = new Promise<boolean>((resolve) => {
        contents.once('will-navigate', (event) => {
          resolve(event.defaultPrevented);
        });
      });
      await contents.executeJavaScript('location.href = "https://example.org/"; 0');
      return { prevented: await prevented, url: contents.getURL() };
    });
    expect(journey).toEqual({ prevented: true, url: 'app://openmover/index.html' });
  });
});
