/** The window: one, sandboxed, shown when it has something to show, as dark or light as the system. */
import { BrowserWindow, nativeTheme, type Session } from 'electron';
import { PAGE_URL } from './page.ts';

/** As the window's own theme has them; only seen before its first paint. */
const BACKGROUND = { light: '#ffffff', dark: '#16181d' } as const;

export function makeWindow(options: { session: Session; preload: string; devTools: boolean }): BrowserWindow {
  const window = new BrowserWindow({
    width: 1080,
    height: 760,
    minWidth: 480,
    minHeight: 480,
    show: false,
    title: 'OpenMover',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      session: options.session,
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      spellcheck: false,
      enableWebSQL: false,
      devTools: options.devTools,
      // A hidden window goes on counting down its code and its progress.
      backgroundThrottling: false,
    },
  });
  window.once('ready-to-show', () => {
    window.show();
  });
  // The title is the app's name whatever the page says: names of devices do not belong in a task bar.
  window.on('page-title-updated', (event) => {
    event.preventDefault();
  });
  return window;
}

export function loadPage(window: BrowserWindow): Promise<void> {
  return window.loadURL(PAGE_URL);
}

/** Brings the window to the person. */
export function showWindow(window: BrowserWindow | undefined): void {
  if (window === undefined || window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
