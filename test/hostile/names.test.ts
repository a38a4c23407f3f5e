/**
 * Names in a manifest that would leave their folder, or come twice. Each is sent by a paired sender to a real receiver; the
 * rules themselves are in `test/unit/paths/safe-path.test.ts`. What is only something else on another system
 * (`..\\x`, `C:`, `con`) is made harmless where the destination is one: `test/property/storable-names.test.ts`.
 */
import { describe, it } from 'vitest';
import type { Entry } from '../../src/transfer/kinds/entry.ts';
import { fileEntry } from './hostile-sender.ts';
import { expectRefused } from './victim.ts';

interface Attack {
  readonly what: string;
  /** A public hole of the same class. */
  readonly like?: string;
  readonly entries: readonly unknown[];
}

const folder = (...path: string[]): Entry => ({ type: 'folder', kind: 'files', path, size: 0 });
const names = (...path: string[]): Entry[] => [fileEntry(['innocent.txt']), fileEntry(path)];

const ATTACKS: readonly Attack[] = [
  // Leaving the folder.
  {
    what: 'two dots',
    like: 'Warpinator CVE-2022-42725, Syncthing CVE-2017-1000420',
    entries: names('..', 'x'),
  },
  {
    what: 'two dots in the middle',
    like: 'KDE Connect CVE-2020-26164',
    entries: names('a', '..', '..', 'x'),
  },
  { what: 'two dots as the whole name', entries: names('..') },
  { what: 'one dot', entries: names('.', 'x') },
  { what: 'a slash in a component', like: 'croc CVE-2023-43621', entries: names('../../etc/cron.d/x') },
  { what: 'an absolute path', like: 'node-tar CVE-2021-32804', entries: names('/etc/passwd') },
  { what: 'a NUL', entries: names('x\0.txt') },
  { what: 'an empty component', entries: names('a', '') },
  { what: 'no component', entries: [fileEntry([])] },
  { what: 'a staging folder of ours', entries: names('.openmover-00000000', 'manifest') },
  { what: 'the short name of a staging folder', entries: names('OPENMO~1', 'manifest') },
  // What is not a file or a folder.
  {
    what: 'a symbolic link',
    like: 'Warpinator CVE-2023-29380',
    entries: [{ ...fileEntry(['x']), type: 'symlink' }],
  },
  { what: 'the target of a link', entries: [{ ...fileEntry(['x']), linkname: '/etc' }] },
  { what: 'a mode with setuid', entries: [{ ...fileEntry(['x']), mode: 0o4755 }] },
  {
    what: 'extended attributes',
    entries: [{ ...fileEntry(['x']), xattrs: { 'security.capability': 'AA' } }],
  },
  { what: 'a folder with content', entries: [{ ...folder('x'), size: 1 }] },
  { what: 'a file of a record kind', entries: [{ ...fileEntry(['contacts.vcf']), kind: 'contacts' }] },
  // Clashes.
  { what: 'one name twice', entries: [fileEntry(['x']), fileEntry(['x'])] },
  {
    what: 'a file where a folder is',
    like: 'node-tar CVE-2021-37701',
    entries: [folder('x'), fileEntry(['x'])],
  },
  { what: 'a folder below a file', entries: [fileEntry(['x']), fileEntry(['x', 'y'])] },
  // What is no text.
  { what: 'half of a surrogate pair', entries: names('a\ud800b') },
  // Sizes of names and trees.
  { what: 'a name of 256 bytes', entries: names('\u00e9'.repeat(128)) },
  { what: 'a name of 300 characters', entries: names('x'.repeat(300)) },
  { what: 'a path of 129 components', entries: names(...Array.from({ length: 129 }, () => 'd')) },
  {
    what: 'a path of more than 3,072 bytes',
    entries: names(...Array.from({ length: 16 }, () => 'd'.repeat(250))),
  },
  // Numbers.
  { what: 'a negative size', entries: [fileEntry(['x'], -1)] },
  { what: 'half a byte', entries: [fileEntry(['x'], 0.5)] },
  { what: 'a size beyond any file', entries: [fileEntry(['x'], 2 ** 52)] },
  { what: 'a time beyond any calendar', entries: [{ ...fileEntry(['x']), mtimeMs: 1e17 }] },
  // What was not agreed on.
  {
    what: 'more bytes than were offered',
    like: 'CWE-409, decompression bombs',
    entries: [fileEntry(['x'], 2 ** 40)],
  },
  {
    what: 'a kind nobody asked for',
    entries: [{ type: 'segment', kind: 'calls', index: 0, records: 1, size: 1 }],
  },
  {
    what: 'an app nobody asked for',
    entries: [{ type: 'apk', kind: 'apps', path: ['com.example', 'base.apk'], size: 1, mtimeMs: 0 }],
  },
];

describe('a manifest that names', () => {
  it.each(ATTACKS)('$what ends the session, and nothing was written', async ({ entries }) => {
    await expectRefused(async (sender) => {
      await sender.agree();
      sender.say({ type: 'page', first: 0, entries });
    });
  });
});
