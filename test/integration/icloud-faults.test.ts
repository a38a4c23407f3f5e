/** iCloud's contacts and calendars come over whole, and the password goes to Apple only, once. */
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceIo } from '../../src/transfer/devices/device-io.ts';
import { FORMATS } from '../../src/transfer/devices/formats.ts';
import { openIcloud } from '../../src/transfer/devices/icloud/index.ts';
import { SpooledSource } from '../../src/transfer/devices/spooled-source.ts';
import { KINDS } from '../../src/transfer/kinds/kind.ts';
import { Ephemeral } from '../../src/transfer/privacy/ephemeral.ts';
import {
  APPLE_ID,
  type Asked,
  type Cloud,
  type CloudOptions,
  PASSWORD,
  startCloud,
} from '../support/icloud/tls-cloud.ts';
import { scratchFolder } from '../support/scratch.ts';

const { signal } = new AbortController();
const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(2_000)]);

const card = (uid: string, lines: readonly string[]): string =>
  ['BEGIN:VCARD', 'VERSION:3.0', `UID:${uid}`, ...lines, 'END:VCARD', ''].join('\r\n');
const person = (number: number, ...lines: readonly string[]): string =>
  card(`P-${String(number)}`, [
    `FN:Person ${String(number)} Ünlü`,
    `N:Ünlü;Person;;;`,
    `TEL:+49 30 ${String(number)}`,
    ...lines,
  ]);
const group = (name: string, ...members: readonly number[]): string =>
  card(`G-${name}`, [
    `FN:${name}`,
    `N:${name};;;;`,
    'X-ADDRESSBOOKSERVER-KIND:group',
    ...members.map((number) => `X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:P-${String(number)}`),
  ]);
const event = (uid: string, type: 'VEVENT' | 'VTODO' = 'VEVENT'): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Apple Inc.//iCloud//EN', `BEGIN:${type}`, `UID:${uid}`]
    .concat(['DTSTAMP:20240101T000000Z', 'DTSTART:20240101T100000Z', `SUMMARY:${uid}`, `END:${type}`])
    .concat(['END:VCALENDAR', ''])
    .join('\r\n');

interface Read {
  readonly contacts: string[];
  readonly calendar: string[];
  readonly left: string[];
  readonly said: string[];
  readonly passwords: number;
}

const clouds: Cloud[] = [];
afterEach(async () => {
  for (const cloud of clouds.splice(0)) await cloud[Symbol.asyncDispose]();
});

async function start(options: Omit<CloudOptions, 'folder'>): Promise<Cloud> {
  const cloud = await startCloud({ folder: scratchFolder(), ...options });
  clouds.push(cloud);
  return cloud;
}

async function read(cloud: Cloud, passwords: readonly string[] = [PASSWORD]): Promise<Read> {
  const found = {
    contacts: [] as string[],
    calendar: [] as string[],
    left: [] as string[],
    said: [] as string[],
  };
  const remaining = [...passwords];
  const io: DeviceIo = {
    tell: ({ message, action = '' }) => found.said.push(`${message} ${action}`),
    askPassword: () => {
      const next = remaining.shift();
      return Promise.resolve(next === undefined ? undefined : new Ephemeral(next));
    },
    askAccount: () => Promise.resolve(new Ephemeral(APPLE_ID)),
    signal,
  };
  const source = new SpooledSource(await openIcloud(undefined, io, cloud.transport), FORMATS);
  const skip = (kind: string, reason: string, count = 1, path: readonly string[] = []): void => {
    found.left.push(`${kind} ${reason} ${String(count)} ${path.join('/')}`);
  };
  for await (const entry of source.scan({ kinds: KINDS, skip, app: () => undefined, signal })) {
    expect(entry.type).toBe('segment');
  }
  for (const kind of ['contacts', 'calendar'] as const) {
    for await (const { bytes } of source.segments(kind, 0, signal)) {
      found[kind].push(...Buffer.from(bytes).toString().trimEnd().split('\n'));
    }
  }
  await source.close();
  return { ...found, passwords: passwords.length - remaining.length };
}

const isPartition = ({ host, method }: Asked, wanted: string): boolean =>
  host.startsWith('p42-') && method === wanted;

describe('iCloud', () => {
  it('gives every contact, group, photo, event and task, over as many requests as it takes', async () => {
    const people = Array.from({ length: 230 }, (_, index) => person(index));
    const cloud = await start({
      addressBook: [
        ...people,
        person(900, 'PHOTO;VALUE=uri:https://gateway.icloud.com/contacts/ck/card/1'),
        group('Familie', 3, 900),
        group('Empty'),
      ],
      calendars: {
        Home: Array.from({ length: 103 }, (_, index) => event(`home-${String(index)}`)),
        'Arbeit; später': [event('work')],
        Reminders: [event('milk', 'VTODO')],
      },
      photo: JPEG,
    });
    const { contacts, calendar, left, said } = await read(cloud);
    expect(left).toEqual([]);
    expect(contacts).toHaveLength(232);
    expect(contacts.filter((line) => line.includes('CATEGORIES:Familie'))).toHaveLength(2);
    expect(contacts.join('')).not.toContain('gateway');
    expect(contacts.join('').replace(/\\r\\n /g, '')).toContain(JPEG.toString('base64'));
    expect(calendar).toHaveLength(105);
    expect(calendar.filter((line) => line.includes('VTODO'))).toHaveLength(1);
    expect(calendar.filter((line) => line.includes('X-WR-CALNAME:Arbeit'))).toHaveLength(1);
    expect(said.at(-1)).toContain('account.apple.com');
    const hosts = new Set(cloud.asked.map(({ host }) => host));
    expect([...hosts].sort()).toEqual([
      'caldav.icloud.com',
      'contacts.icloud.com',
      'gateway.icloud.com',
      'p42-caldav.icloud.com',
      'p42-contacts.icloud.com',
    ]);
    for (const { headers } of cloud.asked) {
      expect(headers['user-agent']).toBe('OpenMover');
      expect(headers).not.toHaveProperty('accept-language');
    }
  });

  it('sends a password that Apple refuses once only, and says which one is meant', async () => {
    const cloud = await start({});
    await expect(read(cloud, ['wrong', 'wrong'])).rejects.toMatchObject({
      code: 'PASSWORD_WRONG',
      message: expect.stringContaining('16 letters from Apple') as string,
    });
    expect(cloud.asked).toHaveLength(1);
  });

  it('takes a second password after the first was refused', async () => {
    const cloud = await start({ addressBook: [person(1)] });
    expect((await read(cloud, ['wrong', PASSWORD])).contacts).toHaveLength(1);
  });

  it.each([
    'https://evil.example/',
    'http://p42-contacts.icloud.com/',
    'https://p42-contacts.icloud.com:8443/',
    'https://icloud.com.evil.example/',
    'https://eviliCloud.com/',
  ])('follows no redirect to %s', async (location) => {
    const cloud = await start({
      intercept: ({ host }, response) => {
        if (host !== 'contacts.icloud.com') return false;
        response.writeHead(301, { location }).end();
        return true;
      },
    });
    await expect(read(cloud)).rejects.toMatchObject({
      message: expect.stringContaining('not Apple’s') as string,
    });
    expect(new Set(cloud.dialled)).toEqual(new Set(['contacts.icloud.com']));
  });

  it('fetches no photo from elsewhere, keeps its contact and says so', async () => {
    const cloud = await start({ addressBook: [person(1, 'PHOTO;VALUE=uri:https://evil.example/me.jpg')] });
    const { contacts, left } = await read(cloud);
    expect(contacts).toHaveLength(1);
    expect(contacts[0]).not.toContain('evil');
    expect(left).toEqual(['contacts unreadable 1 PHOTO/Person 1 Ünlü']);
    expect(cloud.dialled.join(' ')).not.toContain('evil');
  });

  it('asks again when the connection drops, and loses nothing', async () => {
    const cloud = await start({
      addressBook: Array.from({ length: 130 }, (_, index) => person(index)),
      intercept: (asked, response) => {
        if (!isPartition(asked, 'REPORT') || asked.count !== 2) return false;
        response.writeHead(207, { 'content-type': 'text/xml', 'content-length': 1_000 });
        response.write('<multi', () => response.destroy());
        return true;
      },
    });
    const { contacts, left } = await read(cloud);
    expect(contacts).toHaveLength(130);
    expect(left).toEqual([]);
  });

  it('counts what is gone when its turn comes', async () => {
    const ghosts = (names: readonly string[]): string =>
      names
        .map(
          (name) =>
            `<d:response><d:href>${name}</d:href><d:propstat><d:prop><d:getetag>"1"</d:getetag></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`,
        )
        .join('');
    const cloud = await start({
      addressBook: [person(1)],
      intercept: (asked, response) => {
        if (!isPartition(asked, 'PROPFIND') || !asked.path.endsWith('/card/')) return false;
        response.writeHead(207, { 'content-type': 'text/xml' });
        const names = ['0.vcf', 'gone.vcf'].map((name) => asked.path + name);
        response.end(`<d:multistatus xmlns:d="DAV:">${ghosts(names)}</d:multistatus>`);
        return true;
      },
    });
    const { contacts, left } = await read(cloud);
    expect(contacts).toHaveLength(1);
    expect(left).toEqual(['contacts vanished 1 ']);
  });

  it('keeps what it read when the password is revoked meanwhile', async () => {
    const cloud = await start({
      addressBook: Array.from({ length: 130 }, (_, index) => person(index)),
      intercept: (asked, response) => {
        if (!isPartition(asked, 'REPORT') || asked.count < 2) return false;
        response.writeHead(401).end();
        return true;
      },
    });
    const { contacts, left } = await read(cloud);
    expect(contacts).toHaveLength(100);
    expect(left).toEqual(['contacts unreadable 30 ']);
    expect(cloud.asked.filter((asked) => isPartition(asked, 'REPORT'))).toHaveLength(2);
  });

  it('leaves nothing of the account in the data it hands on', async () => {
    const cloud = await start({ addressBook: [person(1)], calendars: { Home: [event('one')] } });
    const { contacts, calendar, said } = await read(cloud);
    for (const text of [...contacts, ...calendar, ...said]) {
      expect(text).not.toContain(APPLE_ID);
      expect(text).not.toContain(PASSWORD);
    }
  });
});
