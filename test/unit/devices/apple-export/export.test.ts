/** Apple's export is read whatever it is called and however it is nested. */
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeZip, type ZipInput } from '../../../../src/main/sample/apk/zip.ts';
import { pathsOf } from '../../../../src/transfer/devices/apple-export/index.ts';
import type { DeviceIo } from '../../../../src/transfer/devices/device-io.ts';
import { openSource } from '../../../../src/transfer/devices/open-source.ts';
import { KINDS } from '../../../../src/transfer/kinds/kind.ts';
import { scratchFolder } from '../../../support/scratch.ts';

const { signal } = new AbortController();

const zip = (files: readonly ZipInput[]): Buffer => {
  const { entries, directory, end } = writeZip(files);
  return Buffer.concat([entries, directory, end]);
};
const deflated = (name: string, bytes: Buffer | string): ZipInput => ({ name, bytes: Buffer.from(bytes) });
const stored = (name: string, bytes: Buffer): ZipInput => ({ name, bytes, storedAt: 1 });

const jpeg = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe1]), Buffer.from(`|${text}`)]);
const movie = (text: string): Buffer =>
  Buffer.concat([Buffer.from('\0\0\0\x14ftypqt  ', 'latin1'), Buffer.from(`|${text}`)]);

const DETAILS = `\uFEFFimgName,fileChecksum,favorite,hidden,deleted,originalCreationDate,viewCount,importDate
IMG_1.JPG,abc,no,no,no,"Friday October 06,2023 12:11 PM GMT",3,"Friday October 06,2023 12:11 PM GMT"
"gone, really.JPG",abc,no,no,yes,"Saturday October 07,2023 1:05 AM GMT",3,"x"
`;
const CARD = 'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna\r\nTEL:+49 30 1\r\nEND:VCARD\r\n';
const EVENT = (name: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:${name}\r\nDTSTART:20240101T100000Z\r\nSUMMARY:${name}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

interface Read {
  readonly records: Record<string, number>;
  readonly files: Record<string, string>;
  readonly times: Record<string, number>;
  readonly left: string[];
  readonly said: string[];
}

async function read(list: string): Promise<Read> {
  const said: string[] = [];
  const io: DeviceIo = {
    tell: ({ message }) => said.push(message),
    askPassword: () => Promise.resolve(undefined),
    askAccount: () => Promise.resolve(undefined),
    signal,
  };
  const source = await openSource({ from: `apple-export:${list}` }, io);
  const found: Read = { records: {}, files: {}, times: {}, left: [], said };
  const skip = (kind: string, reason: string, _count?: number, path: readonly string[] = []): void => {
    found.left.push(`${kind} ${reason} ${path.join('/')}`);
  };
  for await (const entry of source.scan({ kinds: KINDS, skip, app: () => undefined, signal })) {
    if (entry.type === 'segment')
      found.records[entry.kind] = (found.records[entry.kind] ?? 0) + entry.records;
    if (entry.type !== 'file') continue;
    const content = source.content(entry);
    if (content.type !== 'stream') throw new TypeError('an export gives streams');
    const pieces: Uint8Array[] = [];
    for await (const piece of content.open(2, signal)) pieces.push(piece);
    found.files[entry.path.join('/')] = Buffer.concat(pieces).toString().split('|').at(-1) ?? '';
    found.times[entry.path.join('/')] = entry.mtimeMs;
    expect(Buffer.concat(pieces).length).toBe(entry.size - 2);
  }
  await source.close();
  return found;
}

describe('an export of Apple', () => {
  it('is read through zips in zips with names of any language, told by content alone', async () => {
    const folder = scratchFolder();
    const photos = zip([
      stored('iCloud 照片/照片/IMG_1.JPG', jpeg('photo one')),
      deflated('iCloud 照片/照片/IMG_1.MOV', movie('movie one')),
      deflated('iCloud 照片/照片/gone, really.JPG', jpeg('deleted')),
      deflated('iCloud 照片/照片/详情.csv', DETAILS),
    ]);
    const contacts = zip([deflated('جهات الاتصال/بطاقة', CARD)]);
    const calendars = zip([
      deflated('Kalender/Arbeit.ics', EVENT('work')),
      deflated('Kalender/Zuhause.ics', EVENT('home')),
    ]);
    writeFileSync(
      join(folder, 'Kopie.zip'),
      zip([
        stored('a.zip', photos),
        deflated('b.bin', contacts),
        deflated('Ordner/c.zip', zip([stored('d.zip', calendars)])),
      ]),
    );
    const { records, files, times, left } = await read(join(folder, 'Kopie.zip'));
    expect(records).toEqual({ contacts: 1, calendar: 2 });
    expect(files).toEqual({ 'Photos/IMG_1.JPG': 'photo one', 'Photos/IMG_1.MOV': 'movie one' });
    expect(times['Photos/IMG_1.JPG']).toBe(Date.parse('2023-10-06T12:11:00Z'));
    expect(left).toEqual([expect.stringMatching(/^files deleted .*gone, really\.JPG$/)]);
  });

  it('keeps photos of one name out of different parts, with their videos, and leaves lists of the account unread', async () => {
    const folder = scratchFolder();
    for (const part of [1, 3]) {
      writeFileSync(
        join(folder, `iCloud Photos Part ${String(part)} of 3.zip`),
        zip([
          deflated('Photos/IMG_7.HEIC', jpeg(`still ${String(part)}`)),
          deflated('Photos/IMG_7.MOV', movie(`moves ${String(part)}`)),
          deflated('Account/Devices.csv', 'Serial,IMEI\nF2LX,35\n'),
        ]),
      );
    }
    mkdirSync(join(folder, 'Drive'));
    writeFileSync(join(folder, 'Drive/letter.pdf'), '%PDF-1.7 |letter');
    const { files, left, said } = await read(folder);
    expect(files).toEqual({
      'Apple export/Drive/letter.pdf': 'letter',
      'Photos/IMG_7 (2).HEIC': 'still 3',
      'Photos/IMG_7 (2).MOV': 'moves 3',
      'Photos/IMG_7.HEIC': 'still 1',
      'Photos/IMG_7.MOV': 'moves 1',
    });
    expect(said).toContain('2 of 3 parts of "iCloud Photos Part" found; missing: 2.');
    expect(left.map((line) => line.split(' ')[1]).sort()).toEqual([
      'no-equivalent',
      'no-equivalent',
      'vanished',
    ]);
  });

  it('misses no parts of what only has figures in its name', async () => {
    const folder = join(scratchFolder(), 'k2xk22 2012-19');
    mkdirSync(join(folder, 'Trip 3-12'), { recursive: true });
    writeFileSync(join(folder, 'Trip 3-12/a.jpg'), jpeg('a'));
    const { said, left } = await read(folder);
    expect([said.filter((text) => text.includes('parts')), left]).toEqual([[], []]);
  });

  it('with a zip that was cut gives all the rest', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'cut.zip'), zip([deflated('Photos/a.jpg', jpeg('x'.repeat(50_000)))]));
    truncateSync(join(folder, 'cut.zip'), 60);
    writeFileSync(join(folder, 'whole.zip'), zip([deflated('p/b.jpg', jpeg('whole'))]));
    const { files, left } = await read(`${join(folder, 'cut.zip')}:${join(folder, 'whole.zip')}`);
    expect([files, left]).toEqual([{ 'Photos/b.jpg': 'whole' }, ['files malformed cut.zip']]);
  });

  it('that holds nothing, or is not there, is told in words', async () => {
    const folder = scratchFolder();
    await expect(read(folder)).rejects.toThrow(/Nothing in this export can be moved/);
    await expect(read(join(folder, 'none'))).rejects.toThrow(
      expect.objectContaining({ code: 'SOURCE_MISSING' }) as Error,
    );
    await expect(openSource({ from: 'apple-export' }, {} as DeviceIo)).rejects.toThrow(
      /say where the export is/,
    );
  });

  it('is named by paths with colons between them, and in them', () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'a:b.zip'), '');
    expect(pathsOf(`${folder}/a:b.zip:${folder}:/c`)).toEqual([`${folder}/a:b.zip`, folder, '/c']);
    expect(pathsOf('C:\\x.zip:D:/y.zip')).toEqual(['C:\\x.zip', 'D:/y.zip']);
  });
});
