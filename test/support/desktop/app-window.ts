/**
 * The desktop app as a person has it: a window to look at and to click in, the system's dialogs answered for them, in a
 * home folder of its own. Screens are found by what they say and what their parts are called.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Locator, type Page } from 'playwright-core';

export type Step = 'start' | 'promise' | 'where' | 'meet' | 'choose' | 'moving' | 'receipt' | 'board';

/** What a screen needs at most to come; a loaded machine is ten times slower than an idle one. */
const PATIENCE_MS = 30_000;

export interface AppOptions {
  readonly program: string;
  readonly display: string;
  /** Of an earlier start; a new one is made when absent. */
  readonly home?: Home;
  /** The beginning of a command line that runs the rest of it, and becomes it. */
  readonly launcher?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Home {
  readonly folder: string;
  readonly documents: string;
  /** What programs take for the temporary folder. */
  readonly temporary: string;
  remove(): void;
}

export function makeHome(folder: string = mkdtempSync(join(tmpdir(), 'openmover-home-'))): Home {
  const home = { folder, documents: join(folder, 'Documents'), temporary: join(folder, 'tmp') };
  mkdirSync(home.documents, { recursive: true });
  mkdirSync(home.temporary, { mode: 0o700 });
  mkdirSync(join(folder, '.config'));
  // What a desktop writes at the first login.
  writeFileSync(join(folder, '.config', 'user-dirs.dirs'), 'XDG_DOCUMENTS_DIR="$HOME/Documents"\n');
  return {
    ...home,
    remove: () => {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function environmentOf(home: Home, display: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    DISPLAY: display,
    LANG: 'en_US.UTF-8',
    LANGUAGE: 'en',
    HOME: home.folder,
    TMPDIR: home.temporary,
    XDG_RUNTIME_DIR: home.temporary,
    XDG_CONFIG_HOME: join(home.folder, '.config'),
    XDG_CACHE_HOME: join(home.folder, '.cache'),
    XDG_DATA_HOME: join(home.folder, '.local', 'share'),
    XDG_STATE_HOME: join(home.folder, '.local', 'state'),
    // No session of this machine's desktop has a part in it.
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
    // Xlib looks for settings in a file that is named after the host, unless told of another. It only reads, but a trace
    // of names cannot tell that.
    XENVIRONMENT: '/nonexistent',
    DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent',
  };
}

const HOLD_BACK = fileURLToPath(new URL('hold-back.ts', import.meta.url));

/** A program for Playwright that becomes the app: see hold-back.ts, and its arguments come after those of a launcher. */
function script(line: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'openmover-launcher-'));
  const quoted = (words: readonly string[]): string =>
    words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const errors = quoted([join(folder, 'errors')]);
  const path = join(folder, 'openmover');
  const lines = [
    '#!/bin/sh',
    `mkfifo ${errors}`,
    `${quoted([process.execPath, HOLD_BACK, folder])} < ${errors} >&2 &`,
    `exec ${quoted(line)} "$@" 2> ${errors}`,
  ];
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o700 });
  return path;
}

const open = new Set<AppWindow>();

/** For `afterEach`: no app a test started outlives it, and neither does its home. */
export async function closeAllApps(): Promise<void> {
  await Promise.all([...open].map((app) => app.discard()));
}

/** What can be seen in every window, as pictures `<path>-1.png`, `-2`, …: for a test that failed. */
export async function photographAllApps(path: string): Promise<void> {
  for (const [index, { page }] of [...open].entries()) {
    // One that is gone has nothing to show.
    await page.screenshot({ path: `${path}-${index + 1}.png`, timeout: 5_000 }).catch(() => undefined);
  }
}

export class AppWindow {
  readonly page: Page;
  readonly home: Home;
  readonly #app: ElectronApplication;
  readonly #process: ChildProcess;
  readonly #output: string[];
  readonly #remove: boolean;

  private constructor(app: ElectronApplication, page: Page, home: Home, remove: boolean) {
    this.#app = app;
    this.#process = app.process();
    this.page = page;
    this.home = home;
    this.#remove = remove;
    this.#output = [];
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (bytes: Buffer) => this.#output.push(bytes.toString()));
    }
    page.setDefaultTimeout(PATIENCE_MS);
  }

  static async start({ program, display, home, launcher = [], env = {} }: AppOptions): Promise<AppWindow> {
    const own = home ?? makeHome();
    const app = await _electron.launch({
      executablePath: script([...launcher, program]),
      // Chromium's own sandbox cannot be had by root; the other protections stay.
      args: ['--no-sandbox'],
      env: { ...environmentOf(own, display), ...env },
      timeout: PATIENCE_MS,
    });
    const window = new AppWindow(app, await app.firstWindow(), own, home === undefined);
    open.add(window);
    await window.at('start');
    return window;
  }

  /** Id of the main process. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** What the app has printed: for nobody, so it had better be nothing of a person. */
  get output(): string {
    return this.#output.join('');
  }

  get app(): ElectronApplication {
    return this.#app;
  }

  // ── What is on the screen ──────────────────────────────────────────────────────────────────────────────────────

  screen(step: Step): Locator {
    return this.page.locator(`main[data-screen="${step}"]`);
  }

  /** Waits for a step of the way. */
  async at(step: Step): Promise<void> {
    await this.screen(step).waitFor();
  }

  button(name: string | RegExp): Locator {
    const exact = typeof name === 'string';
    return this.page.getByRole('button', { name, exact });
  }

  /** The screen's heading, without the number of the step. */
  async title(): Promise<string> {
    const lines = (await this.page.getByRole('heading', { level: 1 }).innerText()).split('\n');
    return (lines.at(-1) ?? '').trim();
  }

  text(text: string | RegExp): Locator {
    return this.page.getByText(text).first();
  }

  // ── The system's dialogs ───────────────────────────────────────────────────────────────────────────────────────

  /** Every folder or file dialog from now on is answered with these. */
  async answerOpen(...paths: readonly string[]): Promise<void> {
    await this.#app.evaluate(
      ({ dialog }, filePaths) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: filePaths.length === 0, filePaths });
      },
      [...paths],
    );
  }

  async answerSave(path: string): Promise<void> {
    await this.#app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, path);
  }

  // ── Its end ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** As a power cut does it: every process of it at once. */
  async kill(): Promise<void> {
    const closed = once(this.#process, 'close');
    this.#process.kill('SIGKILL');
    await closed;
    open.delete(this);
  }

  /** When its process is gone, for whatever reason. */
  async ended(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode === null && signalCode === null) await once(this.#process, 'close');
  }

  /** As a person closes it. */
  async close(): Promise<void> {
    await this.#app.close();
    open.delete(this);
  }

  async discard(): Promise<void> {
    open.delete(this);
    const { exitCode, signalCode } = this.#process;
    if (exitCode === null && signalCode === null) await this.kill();
    if (this.#remove) this.home.remove();
  }
}
