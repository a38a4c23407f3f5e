/**
 * What main shows itself (menu, dialogs, notifications) in the words of the window's language. The window sends them by
 * `app.words`: the texts of its `locales/<language>/menu.json`, under these keys. Until it has, and for a text it lacks,
 * the English one here is shown. `{count}` and the like are filled in by main.
 */
import type { Words } from '../ipc/contract.ts';

export const ENGLISH = {
  file: 'File',
  newMove: 'New move',
  several: 'Several moves at once',
  stop: 'Stop and forget',
  close: 'Close',
  quit: 'Quit OpenMover',
  edit: 'Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select all',
  view: 'View',
  zoomIn: 'Larger',
  zoomOut: 'Smaller',
  actualSize: 'Actual size',
  fullScreen: 'Full screen',
  window: 'Window',
  minimise: 'Minimise',
  bringToFront: 'Bring all to front',
  help: 'Help',
  promise: 'What OpenMover promises',
  about: 'About OpenMover',
  services: 'Services',
  hide: 'Hide OpenMover',
  hideOthers: 'Hide others',
  showAll: 'Show all',

  choose: 'Choose',
  save: 'Save',
  pickDevice: 'Choose a device folder',
  pickContacts: 'Choose contact files',
  pickCalendar: 'Choose calendar files',
  pickMessages: 'Choose message backups',
  pickCalls: 'Choose call backups',
  pickApps: 'Choose a folder of apps',
  pickFiles: 'Choose folders to move',
  pickSingleFiles: 'Choose files to move',
  pickDestination: 'Choose where things go',
  contactFiles: 'Contacts',
  calendarFiles: 'Calendars',
  messageFiles: 'Message backups',
  callFiles: 'Call backups',
  saveReceipt: 'Save the receipt',
  saveReport: 'Save the report',
  receiptName: 'OpenMover receipt',
  reportName: 'OpenMover report',

  quitTitle: 'Stop moving?',
  quitDetail:
    'A move is still running. If you quit now, it stops and what was kept in memory for it is forgotten. What was already at the destination stays as it was.',
  quitStop: 'Stop and quit',
  quitStay: 'Keep moving',

  noticeComplete: 'Everything arrived',
  noticePartial: 'Arrived, with exceptions',
  noticeFailed: 'A move has stopped',
  noticeWaiting: 'Connection lost, trying again',
  noticeCounts: 'Arrived: {arrived} · Left behind: {left}',
  noticeLook: 'OpenMover says what to do next.',
} as const satisfies Record<string, string>;

export type WordKey = keyof typeof ENGLISH;

export class Wording {
  #words: Words = { language: 'en', texts: {} };

  use(words: Words): void {
    this.#words = words;
  }

  /** BCP 47 */
  get language(): string {
    return this.#words.language;
  }

  /** The text of a key, with numbers written as the language writes them. */
  text(key: WordKey, figures: Readonly<Record<string, number>> = {}): string {
    const { texts } = this.#words;
    const given = Object.hasOwn(texts, key) ? texts[key] : undefined;
    const template = given === undefined || given === '' ? ENGLISH[key] : given;
    const numbers = new Intl.NumberFormat(this.language);
    return template.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => {
      const figure = Object.hasOwn(figures, name) ? figures[name] : undefined;
      return figure === undefined ? placeholder : numbers.format(figure);
    });
  }
}
