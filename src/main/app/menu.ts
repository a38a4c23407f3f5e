/**
 * The menu as the system expects it: roles where there is one, the platform's accelerators, words of the window's
 * language. What is the app's own becomes a `command` event of the window.
 */
import type { MenuItemConstructorOptions as Item } from 'electron';
import type { WindowEvent } from '../ipc/contract.ts';
import type { WordKey } from './words.ts';

type Command = Extract<WindowEvent, { type: 'command' }>['command'];

export interface MenuActions {
  readonly text: (key: WordKey) => string;
  readonly command: (command: Command) => void;
  readonly zoom: (direction: 'in' | 'out' | 'reset') => void;
  readonly quit: () => void;
}

const SEPARATOR: Item = { type: 'separator' };

export function menuTemplate(platform: NodeJS.Platform, { text, command, zoom, quit }: MenuActions): Item[] {
  const mac = platform === 'darwin';
  const quitItem: Item = { label: text('quit'), accelerator: 'CommandOrControl+Q', click: quit };
  const own = (key: 'newMove' | 'several' | 'stop', name: Command, accelerator?: string): Item => ({
    id: name,
    label: text(key),
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => {
      command(name);
    },
  });
  const promise: Item = {
    id: 'promise',
    label: text('promise'),
    click: () => {
      command('promise');
    },
  };
  const application: Item = {
    role: 'appMenu',
    label: 'OpenMover',
    submenu: [
      { role: 'about', label: text('about') },
      SEPARATOR,
      { role: 'services', label: text('services') },
      SEPARATOR,
      { role: 'hide', label: text('hide') },
      { role: 'hideOthers', label: text('hideOthers') },
      { role: 'unhide', label: text('showAll') },
      SEPARATOR,
      quitItem,
    ],
  };
  return [
    ...(mac ? [application] : []),
    {
      label: text('file'),
      submenu: [
        own('newMove', 'new-move', 'CommandOrControl+N'),
        own('several', 'several', 'CommandOrControl+Shift+N'),
        SEPARATOR,
        own('stop', 'stop', 'CommandOrControl+.'),
        SEPARATOR,
        mac ? { role: 'close', label: text('close') } : quitItem,
      ],
    },
    {
      label: text('edit'),
      submenu: [
        { role: 'undo', label: text('undo') },
        { role: 'redo', label: text('redo') },
        SEPARATOR,
        { role: 'cut', label: text('cut') },
        { role: 'copy', label: text('copy') },
        { role: 'paste', label: text('paste') },
        { role: 'selectAll', label: text('selectAll') },
      ],
    },
    {
      label: text('view'),
      submenu: [
        ...zoomItem(text('zoomIn'), ['CommandOrControl+Plus', 'CommandOrControl+='], () => zoom('in')),
        ...zoomItem(text('zoomOut'), ['CommandOrControl+-'], () => zoom('out')),
        ...zoomItem(text('actualSize'), ['CommandOrControl+0'], () => zoom('reset')),
        SEPARATOR,
        { role: 'togglefullscreen', label: text('fullScreen') },
      ],
    },
    {
      role: 'window',
      label: text('window'),
      submenu: [
        { role: 'minimize', label: text('minimise') },
        ...(mac ? [{ role: 'front', label: text('bringToFront') } satisfies Item] : []),
      ],
    },
    {
      role: 'help',
      label: text('help'),
      submenu: [promise, ...(mac ? [] : [{ role: 'about', label: text('about') } satisfies Item])],
    },
  ];
}

/** The second accelerator of an item is one of a second, invisible item: on most keyboards plus is shift and equals. */
function zoomItem(label: string, accelerators: readonly string[], click: () => void): Item[] {
  return accelerators.map((accelerator, index) => ({
    label,
    accelerator,
    click,
    visible: index === 0,
    acceleratorWorksWhenHidden: true,
  }));
}
