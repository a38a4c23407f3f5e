/**
 * What the window gets of the world: requests and events, whatever the contract's are, and what is dragged in. Main checks
 * every request; here nothing is known of them. Paths go from here to main and never to the page.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { DROP_CHANNEL, EVENT_CHANNEL, REQUEST_CHANNEL } from './ipc/channels.ts';
import type { Bridge, WindowEvent } from './ipc/contract.ts';

const bridge: Bridge = {
  request: (name, ...args) => ipcRenderer.invoke(REQUEST_CHANNEL, name, args),
  drop: async (role, files) => {
    const paths = files.map(pathOf).filter((path) => path !== '');
    if (paths.length === 0) return { ok: true, value: null };
    return ipcRenderer.invoke(DROP_CHANNEL, [role, paths]) as ReturnType<Bridge['drop']>;
  },
  onEvent: (listener) => {
    const receive = (_event: unknown, event: WindowEvent): void => {
      listener(event);
    };
    ipcRenderer.on(EVENT_CHANNEL, receive);
    return () => {
      ipcRenderer.off(EVENT_CHANNEL, receive);
    };
  },
};

/**
 * Empty for what is no file of the system: one the page made, or an object that only says it has a path. Electron before
 * 29 has no `webUtils`; there a file says its path itself.
 */
function pathOf(file: unknown): string {
  if (!(file instanceof File)) return '';
  const utils: typeof webUtils | undefined = webUtils;
  if (utils !== undefined) return utils.getPathForFile(file);
  return 'path' in file && typeof file.path === 'string' ? file.path : '';
}

contextBridge.exposeInMainWorld('openmover', bridge);
