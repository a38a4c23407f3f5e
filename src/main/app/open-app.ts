/** Puts the app together: the window, what it may ask for, and all that listens to the moves. */
import { availableParallelism } from 'node:os';
import {
  app,
  dialog,
  ipcMain,
  Menu,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  session as sessions,
  type BrowserWindow,
} from 'electron';
import { MoverError } from '../../transfer/errors.ts';
import { EVENT_CHANNEL, type WindowEvent } from '../ipc/contract.ts';
import { register } from '../ipc/register.ts';
import { makeDesktop } from './desktop.ts';
import { startEngine } from './engine-process.ts';
import { OneShotTasks } from './one-shot-tasks.ts';
import { makeHandlers } from './handlers.ts';
import { Shutdown } from './shutdown.ts';
import { maxMoves } from './max-moves.ts';
import { menuTemplate } from './menu.ts';
import { Moves, type StartEngine } from './moves.ts';
import { Nearby } from './nearby.ts';
import { Notices } from './notices.ts';
import { ownFolders } from './own-folders.ts';
import { isPageUrl, PAGE_SCHEME, servePage } from './page.ts';
import { Places } from './places.ts';
import { StayAwake } from './power.ts';
import { hardenSession } from './security.ts';
import { Taskbar } from './taskbar.ts';
import { utilityChannel } from './utility-channel.ts';
import { loadPage, makeWindow, showWindow } from './windows.ts';
import { Wording } from './words.ts';
import { zoomed } from './zoom.ts';

/** In memory: a partition without `persist:` is never on disk. */
const PARTITION = 'openmover';

export interface OpenAppOptions {
  /** Folder of the window's files. */
  readonly page: string;
  readonly preload: string;
  readonly engineHost: string;
  readonly exit: (code: number) => void;
}

export interface OpenedApp {
  readonly show: () => void;
}

export async function openApp(options: OpenAppOptions): Promise<OpenedApp> {
  const session = sessions.fromPartition(PARTITION, { cache: false });
  hardenSession(session);
  session.protocol.handle(PAGE_SCHEME, (request) => servePage(options.page, request));
  const window = makeWindow({ session, preload: options.preload, devTools: !app.isPackaged });
  const words = new Wording();
  const send = (event: WindowEvent): void => {
    if (!window.isDestroyed()) window.webContents.send(EVENT_CHANNEL, event);
  };

  const start: StartEngine = (task, onMessage) =>
    startEngine(utilityChannel(options.engineHost), task, onMessage);
  const taskbar = new Taskbar((bar) => {
    if (window.isDestroyed()) return;
    if (bar.shown) window.setProgressBar(bar.fraction, { mode: bar.mode });
    else window.setProgressBar(-1);
  });
  const awake = new StayAwake(powerSaveBlocker);
  const notices = new Notices({
    words,
    isWatched: () => !window.isDestroyed() && window.isFocused(),
    show: ({ title, body }) => {
      notify(title, body, window);
    },
  });
  const limit = maxMoves(availableParallelism());
  const moves = new Moves({
    start,
    maxMoves: limit,
    tell: (id, update) => {
      send({ type: 'move', id, update });
      taskbar.hear(id, update);
      awake.hear(id, update);
      notices.hear(id, update);
    },
    onFolders: () => {
      send({ type: 'destination', place: places.suggestedDestination(folders.destination) });
    },
  });
  const folders = ownFolders(app);
  const places = new Places({ isBusy: (folder) => moves.isBusy(folder) });
  const tasks = new OneShotTasks(start);
  const nearby = new Nearby(start, (devices) => {
    send({ type: 'devices', devices });
  });
  const shutdown = new Shutdown({
    isMoving: () => moves.running > 0,
    ask: () => askToLeave(window, words),
    stopAll: async () => {
      await Promise.all([moves.stopAll(), tasks.stopAll(), nearby.unwatch()]);
    },
    exit: (code) => {
      if (code !== 0) dialog.showErrorBox('OpenMover', new MoverError('UNEXPECTED').message);
      options.exit(code);
    },
  });

  const drawMenu = (): void => {
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(
        menuTemplate(process.platform, {
          text: (key) => words.text(key),
          command: (command) => {
            showWindow(window);
            send({ type: 'command', command });
          },
          zoom: (direction) => {
            zoom(window, direction);
          },
          quit: () => void shutdown.wish(),
        }),
      ),
    );
  };
  drawMenu();
  app.setAboutPanelOptions({ applicationName: 'OpenMover', applicationVersion: app.getVersion() });

  const handlers = makeHandlers({
    desktop: makeDesktop({
      window: () => (window.isDestroyed() ? undefined : window),
      words,
      documents: folders.documents,
      onWords: drawMenu,
    }),
    places,
    moves,
    tasks,
    nearby,
    info: {
      version: app.getVersion(),
      platform: platformOf(process.platform),
      languages: app.getPreferredSystemLanguages().filter(isLanguage),
      maxMoves: limit,
    },
    destination: folders.destination,
    sources: folders.sources,
  });
  register(ipcMain, {
    handlers,
    drop: (role, paths) => places.dropped(role, paths),
    isOurs: ({ sender, senderFrame }) =>
      !window.isDestroyed() &&
      sender === window.webContents &&
      senderFrame === window.webContents.mainFrame &&
      isPageUrl(senderFrame.url),
  });

  listenForTheEnd(window, shutdown);
  window.on('focus', () => {
    taskbar.seen();
  });
  window.webContents.on('render-process-gone', () => {
    // A new page knows nothing of the moves of the old one, and nobody could stop them.
    void moves.stopAll().then(() => {
      if (!window.isDestroyed()) window.webContents.reload();
    });
  });
  await loadPage(window);
  return {
    show: () => {
      showWindow(window);
    },
  };
}

function listenForTheEnd(window: BrowserWindow, shutdown: Shutdown): void {
  window.on('close', (event) => {
    event.preventDefault();
    void shutdown.wish();
  });
  app.on('before-quit', (event) => {
    event.preventDefault();
    void shutdown.wish();
  });
  app.on('window-all-closed', () => void shutdown.now(0));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void shutdown.now(0));
  }
  // The system shuts down, or the person logs out: neither waits for an answer.
  window.on('session-end', () => void shutdown.now(0));
  powerMonitor.on('shutdown', () => void shutdown.now(0));
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    // What went wrong is not told: a message or a trace could hold anything.
    process.on(fault, () => void shutdown.now(1));
  }
}

async function askToLeave(window: BrowserWindow, words: Wording): Promise<boolean> {
  showWindow(window);
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    title: 'OpenMover',
    message: words.text('quitTitle'),
    detail: words.text('quitDetail'),
    buttons: [words.text('quitStay'), words.text('quitStop')],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}

function notify(title: string, body: string, window: BrowserWindow): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title, body, silent: true });
  notification.once('click', () => {
    showWindow(window);
  });
  notification.show();
}

function zoom(window: BrowserWindow, direction: 'in' | 'out' | 'reset'): void {
  const { webContents } = window;
  webContents.setZoomFactor(direction === 'reset' ? 1 : zoomed(webContents.getZoomFactor(), direction));
}

/** A Unix without a language says "C". */
function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

/** The three systems there are packages for; any other Unix is treated as Linux. */
function platformOf(platform: NodeJS.Platform): 'linux' | 'darwin' | 'win32' {
  return platform === 'darwin' || platform === 'win32' ? platform : 'linux';
}
