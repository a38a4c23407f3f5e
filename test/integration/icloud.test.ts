/** An iCloud account, played by a real CardDAV and CalDAV server behind a redirect to the partition that has it. */
import { describe, expect, it } from 'vitest';
import type { DeviceIo } from '../../src/transfer/devices/device-io.ts';
import { FORMATS } from '../../src/transfer/devices/formats.ts';
import { openIcloud } from '../../src/transfer/devices/icloud/index.ts';
import { isIcloud } from '../../src/transfer/devices/icloud/guarded-fetch.ts';
import { SpooledSource } from '../../src/transfer/devices/spooled-source.ts';
import { RECORD_KINDS } from '../../src/transfer/kinds/kind.ts';
import { Ephemeral } from '../../src/transfer/privacy/ephemeral.ts';
import { ACCOUNT, type FakeIcloud, PASSWORD, startIcloud } from '../support/icloud/radicale.ts';

const { signal } = new AbortController();

const card = (uid: string, ...lines: string[]): string =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${uid}\r\n${lines.map((line) => `${line}\r\n`).join('')}END:VCARD\r\n`;
const component = (type: 'VEVENT' | 'VTODO', uid: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:${type}\r\nUID:${uid}\r\nDTSTAMP:20240101T000000Z\r\nDTSTART:20240102T100000Z\r\nSUMMARY:${uid}\r\nEND:${type}\r\nEND:VCALENDAR\r\n`;

const PICTURE = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(300, 7)]);

const annas = (): Promise<FakeIcloud> =>
  startIcloud(
    {
      card: {
        tag: 'VADDRESSBOOK',
        files: {
          'a.vcf': card(
            'AAAA',
            'N:Müller;Anna;;;',
            'FN:Anna Müller',
            'TEL:+49 30 1',
            'PHOTO;VALUE=uri:https://gateway.icloud.com/photo/1',
          ),
          'b.vcf': card(
            'BBBB',
            'N:;Ben;;;',
            'FN:Ben',
            'PHOTO;VALUE=uri:https://gateway.icloud.com/photo/gone',
          ),
          'g.vcf': card(
            'GGGG',
            'N:Family;;;;',
            'FN:Family',
            'X-ADDRESSBOOKSERVER-KIND:group',
            'X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:aaaa',
          ),
          ...Object.fromEntries(
            Array.from({ length: 201 }, (_, n) => [
              `n${String(n)}.vcf`,
              card(`N${String(n)}`, `N:;P${String(n)};;;`, `FN:P${String(n)}`),
            ]),
          ),
        },
      },
      home: { tag: 'VCALENDAR', name: 'Home', files: { 'e.ics': component('VEVENT', 'dinner') } },
      tasks: { tag: 'VCALENDAR', name: 'Tasks', files: { 't.ics': component('VTODO', 'shopping') } },
    },
    { '/photo/1': PICTURE },
  );

interface Person extends DeviceIo {
  readonly said: string[];
  asked: number;
}

function person(...passwords: string[]): Person {
  const io: Person = {
    said: [],
    asked: 0,
    tell: ({ message, action = '' }) => io.said.push(`${message} ${action}`),
    askAccount: () => Promise.resolve(new Ephemeral(ACCOUNT)),
    askPassword: () => {
      io.asked += 1;
      const next = passwords.shift();
      return Promise.resolve(next === undefined ? undefined : new Ephemeral(next));
    },
    signal,
  };
  return io;
}

async function read(
  icloud: FakeIcloud,
  io: Person,
): Promise<{ records: Record<string, string[]>; left: string[] }> {
  const source = new SpooledSource(await openIcloud(undefined, io, icloud.transport), FORMATS);
  const left: string[] = [];
  const records: Record<string, string[]> = {};
  const skip = (kind: string, reason: string, count = 1): void => {
    left.push(`${kind} ${reason} ${String(count)}`);
  };
  for await (const entry of source.scan({ kinds: RECORD_KINDS, skip, app: () => undefined, signal })) {
    expect(entry.type).toBe('segment');
  }
  for (const kind of RECORD_KINDS) {
    let text = '';
    for await (const { bytes } of source.segments(kind, 0, signal)) text += Buffer.from(bytes).toString();
    records[kind] = text.split('\n').slice(0, -1);
  }
  await source.close();
  return { records, left };
}

describe('an iCloud account', () => {
  it('gives every card with its picture and groups, and every calendar, and then says to delete the password', async () => {
    const icloud = await annas();
    const io = person(PASSWORD);
    const { records, left } = await read(icloud, io);
    expect([records.contacts?.length, records.calendar?.length]).toEqual([203, 2]);
    const cards = records.contacts ?? [];
    const anna = cards.find((line) => line.includes('Anna')) ?? '';
    expect(anna.replaceAll('\\r\\n ', '')).toContain(PICTURE.toString('base64'));
    expect(anna).toContain('CATEGORIES:Family');
    expect(cards.join()).not.toMatch(/gateway\.icloud|ADDRESSBOOKSERVER-KIND/);
    expect(records.calendar?.join()).toMatch(/"Home"[^]*dinner[^]*VTODO[^]*shopping|VTODO[^]*dinner/);
    expect(left).toEqual(['contacts unreadable 1']);
    expect(io.said.at(-1)).toMatch(/delete the app-specific password/);
    // Only the first request to each of the two services goes to the host that sends on.
    expect(new Set(icloud.requests.map((each) => each.split(' ')[0]))).toEqual(
      new Set(['contacts.icloud.com', 'caldav.icloud.com', 'p42-contacts.icloud.com', 'gateway.icloud.com']),
    );
  });

  it('is sent a wrong password once, and the next one only when the person types it', async () => {
    const icloud = await annas();
    const io = person('wrong-wrong-wrong-wrong');
    await expect(openIcloud(undefined, io, icloud.transport)).rejects.toThrow(
      expect.objectContaining({ code: 'PASSWORD_WRONG', exitCode: 8 }) as Error,
    );
    expect(icloud.refusals).toBe(1);
    const again = person('wrong', PASSWORD);
    await (await openIcloud(undefined, again, icloud.transport)).close();
    expect([again.asked, icloud.refusals]).toEqual([2, 2]);
  });

  it('sends nothing anywhere else, whatever it is told', async () => {
    const icloud = await annas();
    for (const to of [
      'https://evil.example',
      'http://contacts.icloud.com',
      'https://icloud.com.evil.example',
      'https://x.icloud.com:8443',
    ]) {
      icloud.redirect = (path) => to + path;
      icloud.requests.length = 0;
      await expect(openIcloud(undefined, person(PASSWORD), icloud.transport)).rejects.toThrow(/not Apple’s/);
      expect(new Set(icloud.requests.map((each) => each.split(' ')[0]))).toEqual(
        new Set(['contacts.icloud.com']),
      );
    }
    for (const url of [
      'https://icloud.com.evil.example',
      'https://evil-icloud.com',
      'https://a:b@www.icloud.com',
      'http://www.icloud.com',
    ]) {
      expect(isIcloud(new URL(url)), url).toBe(false);
    }
    for (const url of ['https://p01-caldav.icloud.com', 'https://contacts.icloud.com.cn/x']) {
      expect(isIcloud(new URL(url)), url).toBe(true);
    }
  });

  it('is asked again when a connection drops, and tells what was listed and did not come', async () => {
    const icloud = await annas();
    icloud.drop = 2;
    icloud.hidden = /n7\.vcf/;
    const { records, left } = await read(icloud, person(PASSWORD));
    expect(records.contacts).toHaveLength(202);
    expect(left).toContain('contacts vanished 1');
  });

  it('without anyone to ask says what is needed', async () => {
    const nobody: DeviceIo = { ...person(), askAccount: () => Promise.resolve(undefined) };
    await expect(openIcloud(undefined, nobody)).rejects.toThrow(
      expect.objectContaining({ code: 'PASSWORD_NEEDED' }) as Error,
    );
  });
});
