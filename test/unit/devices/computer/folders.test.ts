import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { computerFolders, listComputer } from '../../../../src/transfer/devices/computer/index.ts';
import { scratchFolder } from '../../../support/scratch.ts';

function home(folders: readonly string[], dirs = ''): string {
  const folder = scratchFolder();
  for (const name of [...folders, '.config']) mkdirSync(join(folder, name), { recursive: true });
  if (dirs !== '') writeFileSync(join(folder, '.config/user-dirs.dirs'), dirs);
  vi.stubEnv('HOME', folder);
  vi.stubEnv('XDG_CONFIG_HOME', '');
  return folder;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('this computer as a source', () => {
  it('is the folders a person keeps things in, whatever their language calls them', () => {
    const folder = home(
      ['Bilder', 'Documents', 'Projects'],
      'XDG_PICTURES_DIR="$HOME/Bilder"\nXDG_TEMPLATES_DIR="$HOME/Projects"\n',
    );
    expect(computerFolders(undefined)).toEqual([join(folder, 'Bilder'), join(folder, 'Documents')]);
  });

  it('has each thing once, and never the whole home folder', () => {
    const folder = home(
      ['Documents/Music'],
      'XDG_MUSIC_DIR="$HOME/Documents/Music"\nXDG_DESKTOP_DIR="$HOME/"\n',
    );
    symlinkSync(join(folder, 'Documents'), join(folder, 'Downloads'));
    expect(computerFolders(undefined)).toEqual([join(folder, 'Documents')]);
  });

  it('is not there where it has none of them, and has no name', () => {
    home([]);
    expect(() => computerFolders(undefined)).toThrow(/no such file or folder/i);
    expect([...listComputer()]).toEqual([]);
    expect(() => computerFolders('other')).toThrow(/takes no name/);
  });
});
