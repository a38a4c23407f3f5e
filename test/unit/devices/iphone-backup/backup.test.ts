/** What an iPhone's backup holds arrives as a new phone takes it, and the backup stays as it was. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { DeviceIo } from '../../../../src/transfer/devices/device-io.ts';
import { listDevices, openSource } from '../../../../src/transfer/devices/open-source.ts';
import type { Source } from '../../../../src/transfer/devices/port.ts';
import type { Entry, FileEntry } from '../../../../src/transfer/kinds/entry.ts';
import { KINDS, RECORD_KINDS } from '../../../../src/transfer/kinds/kind.ts';
import { Ephemeral } from '../../../../src/transfer/privacy/ephemeral.ts';
import { ANNAS_FILES, JPEG, LONG_TEXT } from '../../../support/iphone-backup/annas-iphone.ts';
import { database, MESSAGES } from '../../../support/iphone-backup/databases.ts';
import { makeBackup, PLANTED, type BackupOptions } from '../../../support/iphone-backup/make-backup.ts';
import { scratchFolder } from '../../../support/scratch.ts';

const { signal } = new AbortController();

interface Heard {
  readonly io: DeviceIo;
  readonly said: string[];
}

function device(...passwords: string[]): Heard {
  const said: string[] = [];
  return {
    said,
    io: {
      tell: ({ message, action = '' }) => said.push(`${message} ${action}`),
      askPassword: () => {
        const next = passwords.shift();
        return Promise.resolve(next === undefined ? undefined : new Ephemeral(next));
      },
      askAccount: () => Promise.resolve(undefined),
      signal,
    },
  };
}

interface Read {
  readonly records: Readonly<Record<string, string[]>>;
  readonly files: Map<string, { entry: FileEntry; bytes: Buffer }>;
  readonly left: string[];
}

async function read(source: Source): Promise<Read> {
  const left: string[] = [];
  const found: Entry[] = [];
  const skip = (kind: string, reason: string, count = 1, path: readonly string[] = []): void => {
    left.push(`${kind} ${reason} ${String(count)} ${path.join('/')}`);
  };
  for await (const entry of source.scan({ kinds: KINDS, skip, app: () => undefined, signal }))
    found.push(entry);
  const records: Record<string, string[]> = {};
  for (const kind of RECORD_KINDS) {
    let text = '';
    for await (const { bytes } of source.segments(kind, 0, signal)) text += Buffer.from(bytes).toString();
    records[kind] = text.split('\n').slice(0, -1);
  }
  const files = new Map<string, { entry: FileEntry; bytes: Buffer }>();
  for (const entry of found) {
    if (entry.type !== 'file') continue;
    const content = source.content(entry);
    if (content.type !== 'stream') throw new TypeError('a backup gives streams');
    const pieces: Uint8Array[] = [];
    for await (const piece of content.open(0, signal)) pieces.push(piece);
    files.set(entry.path.join('/'), { entry, bytes: Buffer.concat(pieces) });
  }
  await source.close();
  return { records, files, left };
}

const annas = (options: Partial<BackupOptions> = {}): string =>
  makeBackup(scratchFolder(), { files: ANNAS_FILES, ...options });

const open = (folder: string, io = device().io): Promise<Source> =>
  openSource({ from: `iphone-backup:${folder}` }, io);

const cardsOf = ({ records }: Read): string[] =>
  (records.contacts ?? []).map((line) => {
    const card: unknown = JSON.parse(line);
    return JSON.stringify(card);
  });

/** Contents and stamps of everything below a folder. */
function stateOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map((name) => {
    const path = join(folder, String(name));
    const { mtimeMs, size } = statSync(path);
    const digest = statSync(path).isFile() ? createHash('sha1').update(readFileSync(path)).digest('hex') : '';
    return `${String(name)} ${String(mtimeMs)} ${String(size)} ${digest}`;
  });
}

const PLAIN = { password: undefined } as const;

describe('a backup of an iPhone', () => {
  describe.each([
    ['without a password', {}, []],
    ['with a password', { password: 'büro 1' }, ['büro 1']],
    ['with its list of files in a log that was not written back', { withLog: true, xmlInfo: true }, []],
  ] as const)('%s', (_what, options, passwords) => {
    it('gives messages with their people, pictures and dates', async () => {
      const { records, left } = await read(await open(annas(options), device(...passwords).io));
      const messages = (records.messages ?? []).map((line) => JSON.parse(line) as Record<string, unknown>);
      const texts = messages.map(
        (message) => message.body ?? (message.parts as { text: string | null }[])[0]?.text,
      );
      expect(texts).toEqual([
        'Hello, "you" & <me>',
        LONG_TEXT,
        'Who comes?',
        'Look',
        '[This message’s text could not be read from the backup.]',
        'old',
      ]);
      expect(messages[0]).toMatchObject({
        element: 'sms',
        address: '+491705551234',
        type: 1,
        date: Date.parse('2024-01-02T03:04:05Z'),
      });
      expect(messages[1]).toMatchObject({ element: 'sms', type: 2 });
      expect(messages[2]).toMatchObject({
        ...{ element: 'mms', address: 'ben@example.org~+4369911', msg_box: 1, read: 0 },
        date: Date.parse('2024-01-03T00:00:00Z'),
        date_sent: Date.parse('2024-01-03T00:00:00Z') / 1_000,
        addrs: [
          { address: 'ben@example.org', type: 137 },
          { address: 'insert-address-token', type: 151 },
          { address: '+4369911', type: 151 },
        ],
      });
      expect((messages[3]?.parts as { ct: string; data: string | null }[])[1]).toMatchObject({
        ct: 'image/jpeg',
        data: JPEG.toString('base64'),
      });
      expect(messages[5]).toMatchObject({ date: Date.parse('2012-05-06T07:08:09Z') });
      expect(left.filter((line) => line.startsWith('messages')).sort()).toEqual([
        'messages deleted 1 messages',
        'messages deleted 1 messages',
        'messages no-equivalent 1 messages',
        'messages no-equivalent 1 messages',
        'messages vanished 1 messages/gone.mov',
      ]);
    });

    it('gives photos with their pairs, edits and dates, without deleted ones and thumbnails', async () => {
      const { files, left } = await read(await open(annas(options), device(...passwords).io));
      expect([...files.keys()]).toEqual([
        'DCIM/100APPLE/IMG_0001.HEIC',
        'DCIM/100APPLE/IMG_0001.MOV',
        'DCIM/100APPLE/IMG_E0001.jpg',
      ]);
      const movie = files.get('DCIM/100APPLE/IMG_0001.MOV');
      expect(movie?.bytes.equals(Buffer.from('v'.repeat(300_001)))).toBe(true);
      for (const { entry } of files.values()) expect(entry.mtimeMs).toBe(Date.parse('2023-08-09T10:11:12Z'));
      expect(left.filter((line) => line.startsWith('files'))).toEqual([
        'files deleted 1 DCIM/100APPLE/IMG_0002.JPG',
        'files vanished 1 DCIM/100APPLE/IMG_0003.PNG',
      ]);
    });
  });

  it('gives contacts with labels, groups, days and pictures', async () => {
    const cards = cardsOf(await read(await open(annas())));
    expect(cards).toHaveLength(3);
    const [anna = '', ben = '', bakery = ''] = cards;
    for (const line of [
      'N:Müller;Anna;;Dr.;',
      'FN:Dr. Anna Müller',
      'ORG:Post\\\\; AG;Süd',
      'TEL;TYPE=CELL:+49 170 5551234',
      'TEL;TYPE=HOME;TYPE=FAX:030 1',
      'item1.TEL:+43 5 77',
      'item1.X-ABLabel:Ski hut',
      'ADR:;;Hauptstr. 1;Köln;;50667;',
      'X-ABLabel:_$!<Anniversary>!$_',
      'X-ABDATE:1999-07-10',
      'BDAY:1990-02-28',
      'CATEGORIES:Family,Work\\\\, old',
      'NOTE:likes\\\\ntea\\\\, cake',
      'IMPP;',
      JPEG.toString('base64').slice(0, 20),
    ]) {
      if (line !== 'IMPP;') expect(anna).toContain(line);
    }
    expect(anna).toContain('anna@chat.example');
    expect(ben).toContain('BDAY:--04-12');
    expect(ben).not.toMatch(/1604|PHOTO/);
    expect(bakery).toMatch(/FN:Bakery.*X-ABShowAs:COMPANY.*URL:https:/);
  });

  it('gives calendars with their zones, rules, alarms and guests', async () => {
    const { records } = await read(await open(annas()));
    const events = (records.calendar ?? []).join('\n');
    expect(records.calendar).toHaveLength(2);
    for (const part of [
      'DTSTART;TZID=Europe/Berlin:20240304T090000',
      'RRULE:FREQ=WEEKLY;BYDAY=MO,WE',
      'EXDATE;TZID=Europe/Berlin:20240306T090000',
      'TRIGGER:-PT15M',
      'PARTSTAT=ACCEPTED:mailto:ben@example.org',
      'ORGANIZER:mailto:anna@example.org',
      'LOCATION:Café',
      'DTSTART;VALUE=DATE:20240701',
      'DTEND;VALUE=DATE:20240703',
      'BEGIN:VTIMEZONE',
    ]) {
      expect(events).toContain(part);
    }
    expect(events).toContain('"Work"');
    expect(events).not.toContain('Lunar');
  });

  it('gives calls only where it has a password, and says so where it has none', async () => {
    const locked = device('pw');
    const { records } = await read(await open(annas({ password: 'pw' }), locked.io));
    expect((records.calls ?? []).map((line) => JSON.parse(line) as object)).toMatchObject([
      { number: '+49301', type: 1, duration: 61, date: Date.parse('2024-02-01T10:00:00Z') },
      { number: '+49302', type: 2, duration: 5 },
      { number: null, type: 3, presentation: 2 },
      { number: 'anna@example.org', type: 3 },
    ]);
    const plain = device();
    expect((await read(await open(annas(), plain.io))).records.calls).toEqual([]);
    expect(plain.said.join()).toMatch(/only in backups with a password/);
  });

  it.each([PLAIN, { password: 'pw' }])(
    'is byte for byte and stamp for stamp as it was: %j',
    async ({ password }) => {
      const folder = annas(password === undefined ? { withLog: true } : { password });
      const before = stateOf(folder);
      await read(await open(folder, device('pw').io));
      expect(stateOf(folder)).toEqual(before);
    },
  );

  it('says at once that a password is wrong, and asks as often as the person wants', async () => {
    const folder = annas({ password: 'right' });
    await read(await open(folder, device('wrong', 'Right', 'right').io));
    await expect(open(folder, device('wrong').io)).rejects.toThrow(
      expect.objectContaining({ code: 'PASSWORD_WRONG', exitCode: 8 }) as Error,
    );
    await expect(open(folder)).rejects.toThrow(expect.objectContaining({ code: 'PASSWORD_NEEDED' }) as Error);
  });

  it('is found where Finder keeps it, and called by its name, never by an identifier', async () => {
    const home = scratchFolder();
    vi.stubEnv('HOME', home);
    // No phones: adb's server is not asked.
    vi.stubEnv('ADB_SERVER_SOCKET', 'none');
    const parent = join(home, 'Library/Application Support/MobileSync/Backup');
    makeBackup(parent, { files: ANNAS_FILES, password: 'pw' });
    const found = [];
    for await (const listing of listDevices(device().io)) {
      if (listing.kind === 'iphone-backup') found.push(listing);
    }
    expect(found).toEqual([
      {
        ...{
          device: 'iphone-backup:annas-iphone',
          kind: 'iphone-backup',
          name: 'Anna’s iPhone',
          state: 'needs-password',
        },
        details: 'iPhone12,1, iOS 18.1, 2026-03-03, has a password',
        action: 'Its password is asked for when it is read.',
      },
    ]);
    for (const from of ['iphone-backup', 'iphone-backup:annas-iphone', `iphone-backup:${parent}`]) {
      const source = await openSource({ from }, device('pw').io);
      expect(source.device).toEqual({ platform: 'ios', name: 'Anna’s iPhone' });
      await source.close();
    }
    vi.unstubAllEnvs();
    const shown = JSON.stringify(found);
    for (const secret of Object.values(PLANTED)) expect(shown).not.toContain(secret);
  });

  it('of 20,000 messages lets the event loop turn while it is read', async () => {
    const count = 20_000;
    const { bytes } = database(MESSAGES, {
      handle: [[1, '+49301', 'SMS']],
      chat: [[1, 'a', 45, '+49301', null]],
      message: Array.from({ length: count }, (_, n) => [
        n + 1,
        'm',
        'text',
        null,
        1,
        'SMS',
        1,
        0,
        1,
        0,
        0,
        0,
        null,
      ]),
    });
    const folder = annas({ files: [{ domain: 'HomeDomain', path: 'Library/SMS/sms.db', bytes }] });
    const source = await open(folder);
    let turns = 0;
    let turning = true;
    const turn = (): void => {
      turns += 1;
      if (turning) setImmediate(turn);
    };
    setImmediate(turn);
    const { records } = await read(source);
    turning = false;
    expect(records.messages).toHaveLength(count);
    expect(turns).toBeGreaterThan(20);
  });

  it('that is damaged, half copied, unfinished or too old is told in words, and the rest of it is read', async () => {
    const message = async (folder: string): Promise<string> => {
      try {
        await (await open(folder)).close();
      } catch (error) {
        return (error as Error).message;
      }
      return 'opened';
    };
    expect(await message(scratchFolder())).toMatch(/No backup of an iPhone was found/);
    expect(await message(annas({ snapshotState: 'uploading' }))).toMatch(/still being made/);
    const torn = annas();
    writeFileSync(join(torn, 'Manifest.db'), 'no database at all');
    expect(await message(torn)).toMatch(/list of files in this backup is damaged/);
    const gone = annas();
    rmSync(join(gone, 'Manifest.db'));
    expect(await message(gone)).toMatch(/not complete/);
    writeFileSync(join(gone, 'Manifest.mbdb'), 'mbdb');
    expect(await message(gone)).toMatch(/iOS 9 or older/);
    const half = annas();
    const id = createHash('sha1').update('HomeDomain-Library/SMS/sms.db').digest('hex');
    truncateSync(join(half, id.slice(0, 2), id), 2_000);
    const { records, files } = await read(await open(half));
    expect([records.messages?.length, records.contacts?.length, files.size]).toEqual([0, 3, 3]);
    const cut = annas();
    truncateSync(join(cut, 'Manifest.plist'), 100);
    expect(await message(cut)).toMatch(/still being made, or was broken off/);
    // Another whose description cannot be read stands beside it, and does not hide it.
    const parent = scratchFolder();
    makeBackup(parent, { files: ANNAS_FILES });
    mkdirSync(join(parent, 'other', 'Manifest.plist'), { recursive: true });
    expect(await message(parent)).toBe('opened');
    const damaged = annas();
    writeFileSync(join(damaged, id.slice(0, 2), id), Buffer.alloc(100_000, 7));
    expect((await read(await open(damaged))).left).toContain('messages malformed 1 Library/SMS/sms.db');
  });

  it('whose list of files is damaged at its end gives what stands before, and says that something is lost', async () => {
    const photos = Array.from({ length: 400 }, (_, index) => ({
      ...{
        domain: 'CameraRollDomain',
        path: `Media/DCIM/101APPLE/IMG_${String(index).padStart(4, '0')}.JPG`,
      },
      bytes: JPEG,
    }));
    const folder = makeBackup(scratchFolder(), { files: [...ANNAS_FILES, ...photos] });
    const list = join(folder, 'Manifest.db');
    const bytes = readFileSync(list);
    writeFileSync(list, bytes.fill(0x5a, Math.floor(bytes.length / 2 / 4_096) * 4_096));
    const { files, left } = await read(await open(folder));
    expect(files.size).toBeLessThan(400);
    expect(left.some((line) => line.startsWith('files unreadable 1 Media/'))).toBe(true);
  });
});
