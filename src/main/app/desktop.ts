/** The system's dialogs and file manager, in the words of the window's language. */
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dialog, shell, type BrowserWindow, type FileFilter, type OpenDialogOptions } from 'electron';
import { MoverError } from '../../transfer/index.ts';
import type { PickType, Place, Words } from '../ipc/contract.ts';
import type { Desktop, SavedKind } from './handlers.ts';
import type { WordKey, Wording } from './words.ts';

export interface DesktopOptions {
  readonly window: () => BrowserWindow | undefined;
  readonly words: Wording;
  /** Where "Save" begins. */
  readonly documents: string;
  readonly onWords: () => void;
}

const TITLES: Readonly<Record<PickType, WordKey>> = {
  device: 'pickDevice',
  contacts: 'pickContacts',
  calendar: 'pickCalendar',
  messages: 'pickMessages',
  calls: 'pickCalls',
  apps: 'pickApps',
  files: 'pickFiles',
  'single-files': 'pickSingleFiles',
};

const FILES: Readonly<Partial<Record<PickType, { name: WordKey; extensions: string[] }>>> = {
  contacts: { name: 'contactFiles', extensions: ['vcf', 'vcard'] },
  calendar: { name: 'calendarFiles', extensions: ['ics', 'ical', 'icalendar', 'vcs'] },
  messages: { name: 'messageFiles', extensions: ['xml', 'zip'] },
  calls: { name: 'callFiles', extensions: ['xml', 'zip'] },
};

const SAVED: Readonly<Record<SavedKind, { title: WordKey; name: WordKey; extension: string }>> = {
  html: { title: 'saveReceipt', name: 'receiptName', extension: 'html' },
  json: { title: 'saveReceipt', name: 'receiptName', extension: 'json' },
  report: { title: 'saveReport', name: 'reportName', extension: 'txt' },
};

export function makeDesktop({ window, words, documents, onWords }: DesktopOptions): Desktop {
  const open = async (options: OpenDialogOptions): Promise<readonly string[]> => {
    const parent = window();
    const { canceled, filePaths } =
      parent === undefined
        ? await dialog.showOpenDialog(options)
        : await dialog.showOpenDialog(parent, options);
    return canceled ? [] : filePaths;
  };
  return {
    pick: (role, type) => open(openOptions(role, type, words)),
    save: async (kind, text) => {
      const { title, name, extension } = SAVED[kind];
      const options = {
        title: words.text(title),
        buttonLabel: words.text('save'),
        defaultPath: join(documents, `${fileName(words.text(name))}.${extension}`),
        filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
      };
      const parent = window();
      const { canceled, filePath } =
        parent === undefined
          ? await dialog.showSaveDialog(options)
          : await dialog.showSaveDialog(parent, options);
      if (canceled || filePath === undefined || filePath === '') return false;
      await writeFile(filePath, text, { mode: 0o600 }).catch((cause: unknown) => {
        throw new MoverError('DESTINATION_UNWRITABLE', { cause });
      });
      return true;
    },
    openFolder: async (folder) => {
      // Opening anything but a folder might run it.
      const stats = await stat(folder).catch(() => undefined);
      if (stats?.isDirectory() !== true) throw new MoverError('DESTINATION_MISSING');
      const failure = await shell.openPath(folder);
      if (failure !== '') throw new MoverError('UNEXPECTED');
    },
    useWords: (given: Words) => {
      words.use(given);
      onWords();
    },
  };
}

function openOptions(role: Place['role'], type: PickType, words: Wording): OpenDialogOptions {
  const buttonLabel = words.text('choose');
  if (role === 'destination') {
    return {
      title: words.text('pickDestination'),
      buttonLabel,
      properties: ['openDirectory', 'createDirectory'],
    };
  }
  const title = words.text(TITLES[type]);
  if (type === 'single-files') return { title, buttonLabel, properties: ['openFile', 'multiSelections'] };
  const files = FILES[type];
  if (files === undefined) {
    const several = type === 'files' ? (['multiSelections'] as const) : [];
    return { title, buttonLabel, properties: ['openDirectory', ...several] };
  }
  const filters: FileFilter[] = [{ name: words.text(files.name), extensions: files.extensions }];
  return { title, buttonLabel, filters, properties: ['openFile', 'multiSelections'] };
}

/** A translation may hold what a file name may not. */
const fileName = (text: string): string => text.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, ' ').trim();
