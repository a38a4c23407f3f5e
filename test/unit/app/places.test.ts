import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Places } from '../../../src/main/app/places.ts';
import type { ErrorCode } from '../../../src/main/ipc/contract.ts';
import { makeSmallDevice } from '../../support/small-device.ts';
import { scratchFolder } from '../../support/scratch.ts';

function folder(parent: string, ...names: string[]): string {
  const path = join(parent, ...names);
  mkdirSync(path, { recursive: true });
  return path;
}

function file(parent: string, name: string, content = ''): string {
  const path = join(parent, name);
  writeFileSync(path, content);
  return path;
}

const failing = (code: ErrorCode): unknown => expect.objectContaining({ code });

describe('what is dragged in as a source', () => {
  it('is a device when the folder is one, and its name is all the window gets of it', () => {
    const places = new Places();
    const device = makeSmallDevice(join(scratchFolder(), 'Pixel 7'));
    const place = places.dropped('source', [device]);
    expect(place).toEqual({
      id: 'place-1',
      role: 'source',
      type: 'device',
      name: 'Pixel 7',
      files: 1,
      freeBytes: undefined,
      interrupted: false,
    });
    expect(places.sourcesOf([place.id])).toEqual({ from: device });
  });

  it.each([
    ['says so in device.json', (root: string) => file(root, 'device.json', '{}')],
    ['has a known record file', (root: string) => file(root, 'calls.xml', '<calls/>')],
    ['has nothing but folders of kinds', (root: string) => folder(root, 'apps')],
  ])('is a device when the folder %s', (_why, make) => {
    const root = scratchFolder();
    make(root);
    file(root, '.hidden');
    expect(new Places().dropped('source', [root]).type).toBe('device');
  });

  it.each([
    ['holds this and that', (root: string) => file(root, 'letter.txt')],
    ['is empty', () => ''],
    ['has a folder "files" among others', (root: string) => folder(root, 'files') + folder(root, 'Photos')],
    [
      'has a link of that name only',
      (root: string) => {
        symlinkSync('/nowhere', join(root, 'contacts.vcf'));
      },
    ],
  ])('is files when the folder %s', (_why, make) => {
    const root = scratchFolder();
    make(root);
    const places = new Places();
    const place = places.dropped('source', [root]);
    expect(place.type).toBe('files');
    expect(places.sourcesOf([place.id])).toMatchObject({ files: [root], contacts: [] });
  });

  it('is told by its ending or by what is in it', () => {
    const root = scratchFolder();
    const typeOf = (name: string, content = ''): string =>
      new Places().dropped('source', [file(root, name, content)]).type;
    expect(typeOf('My people.VCF')).toBe('contacts');
    expect(typeOf('work.ics')).toBe('calendar');
    expect(typeOf('sms-2024.xml', '<?xml version="1.0"?>\n<!-- made by -->\n<smses count="0"></smses>')).toBe(
      'messages',
    );
    expect(typeOf('calls-2024.xml', '<calls count="0"/>')).toBe('calls');
    expect(typeOf('utf16.xml', Buffer.from('<calls count="0"/>', 'utf16le').toString('latin1'))).toBe(
      'calls',
    );
  });

  it('is one of the files to move when it is no list of records', () => {
    const root = scratchFolder();
    const places = new Places();
    const paths = [file(root, 'photo.jpg'), file(root, 'app.apk'), file(root, 'page.xml', '<html/>')];
    const place = places.dropped('source', [...paths, folder(root, 'Music')]);
    expect(place).toMatchObject({ type: 'files', files: 4, name: 'photo.jpg' });
    expect(places.sourcesOf([place.id])).toMatchObject({ files: [...paths, join(root, 'Music')] });
  });

  it('several of one type are one place', () => {
    const root = scratchFolder();
    const paths = [file(root, 'a.vcf'), file(root, 'b.vcf')];
    const places = new Places();
    const place = places.dropped('source', paths);
    expect(place).toMatchObject({ type: 'contacts', files: 2, name: 'a.vcf' });
    expect(places.sourcesOf([place.id])).toMatchObject({ contacts: paths });
  });

  it('is refused with a reason when it cannot be moved', () => {
    const root = scratchFolder();
    const drop =
      (...paths: string[]) =>
      () =>
        new Places().dropped('source', paths);
    expect(drop('/dev/null')).toThrow(failing('SOURCE_INVALID'));
    expect(drop(file(root, 'a.vcf'), file(root, 'b.ics'))).toThrow(failing('SOURCE_INVALID'));
    expect(drop(join(root, 'gone'))).toThrow(failing('SOURCE_MISSING'));
    expect(drop('a.vcf')).toThrow(failing('USAGE'));
  });
});

describe('what is chosen in a dialog', () => {
  it('is of the type that was asked for', () => {
    const device = makeSmallDevice(join(scratchFolder(), 'device'));
    expect(new Places().picked('source', 'files', [device]).type).toBe('files');
    expect(new Places().picked('source', 'device', [device]).type).toBe('device');
  });

  it('must be a device folder when one was asked for', () => {
    expect(() => new Places().picked('source', 'device', [scratchFolder()])).toThrow(
      failing('SOURCE_INVALID'),
    );
  });
});

describe('a destination', () => {
  it('need not be there yet: it has the free space of the folder above it', () => {
    const root = scratchFolder();
    const place = new Places().destination(join(root, 'Documents', 'OpenMover'));
    expect(place).toMatchObject({ role: 'destination', name: 'OpenMover', interrupted: false });
    expect(place.freeBytes).toBeGreaterThan(0);
  });

  it('shows that a move into it was interrupted, unless that move is still running', () => {
    const root = scratchFolder();
    const open = (isBusy: (path: string) => boolean) => new Places({ isBusy }).destination(root).interrupted;
    expect(open(() => false)).toBe(false);
    folder(root, '.openmover-0123abcd');
    expect(open(() => false)).toBe(true);
    expect(open((path) => path === root)).toBe(false);
  });

  it('is suggested beside those that running moves write to, and none is made', () => {
    const root = scratchFolder();
    const busy = new Set<string>();
    const places = new Places({ isBusy: (path) => busy.has(path) });
    const own = join(root, 'OpenMover');
    const suggest = (): string => places.folderOf(places.suggestedDestination(own).id);
    expect(suggest()).toBe(own);
    busy.add(own);
    expect(suggest()).toBe(`${own} 2`);
    busy.add(`${own} 2`);
    file(root, 'OpenMover 3');
    expect(suggest()).toBe(`${own} 4`);
    busy.delete(own);
    expect(suggest()).toBe(own);
    expect(readdirSync(root)).toEqual(['OpenMover 3']);
  });

  it('is one folder', () => {
    const root = scratchFolder();
    const places = new Places();
    expect(() => places.dropped('destination', [file(root, 'a.txt')])).toThrow(
      failing('DESTINATION_MISSING'),
    );
    expect(() => places.dropped('destination', [folder(root, 'a'), folder(root, 'b')])).toThrow(
      failing('DESTINATION_MISSING'),
    );
    expect(places.folderOf(places.dropped('destination', [root]).id)).toBe(root);
  });
});

describe('places', () => {
  it('keep their number when they are pointed at again', () => {
    const root = scratchFolder();
    const places = new Places();
    const [first] = places.suggestions([root]);
    expect(places.suggestions([root, root])).toEqual([first]);
    expect(places.destination(root).id).not.toBe(first?.id);
  });

  it('that are not there are not suggested', () => {
    const root = scratchFolder();
    const there = folder(root, 'Pictures');
    const names = new Places()
      .suggestions([join(root, 'Music'), there, file(root, 'Videos')])
      .map(({ name }) => name);
    expect(names).toEqual(['Pictures']);
  });

  it('become one source, each kind with all its files', () => {
    const root = scratchFolder();
    const places = new Places();
    const [documents, pictures] = places.suggestions([folder(root, 'Documents'), folder(root, 'Pictures')]);
    const contacts = places.dropped('source', [file(root, 'a.vcf')]);
    const apps = places.picked('source', 'apps', [folder(root, 'apks')]);
    const ids = [documents, pictures, contacts, apps, documents].map((place) => place?.id ?? '');
    expect(places.sourcesOf(ids)).toEqual({
      contacts: [join(root, 'a.vcf')],
      calendar: [],
      messages: [],
      calls: [],
      files: [join(root, 'Documents'), join(root, 'Pictures')],
      apps: join(root, 'apks'),
    });
  });

  it('that cannot be one source are refused', () => {
    const root = scratchFolder();
    const places = new Places();
    const device = places.dropped('source', [makeSmallDevice(join(root, 'device'))]).id;
    const contacts = places.dropped('source', [file(root, 'a.vcf')]).id;
    const apps = ['x', 'y'].map((name) => places.picked('source', 'apps', [folder(root, name)]).id);
    expect(() => places.sourcesOf([device, contacts])).toThrow(failing('SOURCE_INVALID'));
    expect(() => places.sourcesOf(apps)).toThrow(failing('SOURCE_INVALID'));
  });

  it('serve the role they were made for, and none that was never made is known', () => {
    const root = scratchFolder();
    const places = new Places();
    const destination = places.destination(root).id;
    const [source] = places.suggestions([root]);
    expect(() => places.sourcesOf([destination])).toThrow(failing('USAGE'));
    expect(() => places.folderOf(source?.id ?? '')).toThrow(failing('USAGE'));
    expect(() => places.folderOf('place-99')).toThrow(failing('USAGE'));
  });
});
