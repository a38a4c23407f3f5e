import { createReadStream, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { DEVICES, makeSample, type SampleOptions } from '../../../src/main/sample/index.ts';
import { type AppFacts, deviceFactsSchema } from '../../../src/transfer/compat/facts.ts';
import { judgeApps } from '../../../src/transfer/compat/judge.ts';
import { groupApks } from '../../../src/transfer/kinds/apps/index.ts';
import { callsFormat } from '../../../src/transfer/kinds/calls/index.ts';
import { contactsFormat } from '../../../src/transfer/kinds/contacts/index.ts';
import type { RecordFormat } from '../../../src/transfer/kinds/kind.ts';
import { messagesFormat } from '../../../src/transfer/kinds/messages/index.ts';
import { isCredential } from '../../../src/transfer/privacy/left-behind.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { readTree } from '../../support/tree.ts';

const NOTHING = { contacts: 0, messages: 0, calls: 0, events: 0, apps: 0, files: 0, fileBytes: 0 };
const SMALL = { contacts: 40, messages: 120, calls: 30, events: 60, apps: 13, files: 40, fileBytes: 400_000 };

async function sample(options: Omit<SampleOptions, 'into'>): Promise<string> {
  const into = join(scratchFolder(), 'device');
  await makeSample({ into, ...options });
  return into;
}

async function records(format: RecordFormat, file: string) {
  const lines: string[] = [];
  const skipped: string[] = [];
  const options = {
    collection: undefined,
    skip: (reason: string) => skipped.push(reason),
    signal: new AbortController().signal,
  };
  for await (const line of format.read(createReadStream(file), options)) lines.push(line);
  return { lines, skipped };
}

describe('the same seed', () => {
  it('makes the same device: every byte, date and permission', async () => {
    expect(readTree(await sample(SMALL))).toEqual(readTree(await sample(SMALL)));
  });

  it('makes the same of one kind whatever there is of others', async () => {
    const all = readTree(await sample(SMALL));
    const some = readTree(await sample({ ...NOTHING, calls: SMALL.calls, apps: SMALL.apps }));
    for (const [path, node] of Object.entries(some)) expect([path, node]).toEqual([path, all[path]]);
    expect(Object.keys(some)).not.toContain('messages.xml');
  });

  it('makes events of one person: no other seed has one of the same UID', async () => {
    const uids = async (seed: string): Promise<string[]> => {
      const folder = join(await sample({ ...NOTHING, seed, events: 40 }), 'calendar');
      const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
      return texts.flatMap((text) => text.match(/^UID:.*$/gm) ?? []);
    };
    const [one, other] = [new Set(await uids('one')), await uids('other')];
    expect(one.size).toBeGreaterThan(30);
    expect(other.filter((uid) => one.has(uid))).toEqual([]);
  });

  it('is the only thing that decides: another makes another device', async () => {
    const one = readTree(await sample({ ...SMALL, seed: 1 }));
    const two = readTree(await sample({ ...SMALL, seed: 2 }));
    for (const path of ['contacts.vcf', 'messages.xml', 'calls.xml', 'calendar/personal.ics']) {
      expect(one[path]?.content).not.toBe(two[path]?.content);
    }
  });
});

describe('a sample device', () => {
  it('says what it is', async () => {
    const read = async (device: keyof typeof DEVICES): Promise<unknown> => {
      const folder = await sample({ ...NOTHING, device });
      return JSON.parse(readFileSync(join(folder, 'device.json'), 'utf8')) as unknown;
    };
    for (const device of ['old', 'new'] as const) {
      const file = await read(device);
      expect(file).toMatchObject({ openmover: 1 });
      expect(deviceFactsSchema.parse(file)).toEqual(DEVICES[device]);
    }
  });

  it('has as many contacts, messages and calls as were asked for, and our readers accept each', async () => {
    const device = await sample({ ...NOTHING, contacts: 300, messages: 1_000, calls: 300 });
    for (const [format, count] of [
      [contactsFormat, 300],
      [messagesFormat, 1_000],
      [callsFormat, 300],
    ] as const) {
      const { lines, skipped } = await records(format, join(device, format.fileName));
      expect(skipped).toEqual([]);
      expect(lines).toHaveLength(count);
      expect(new Set(lines).size).toBe(count);
    }
  });

  it('has contacts of three makers, with photos, anniversaries and birthdays without a year', async () => {
    const cards = readFileSync(join(await sample({ ...NOTHING, contacts: 300 }), 'contacts.vcf'), 'utf8');
    for (const trait of [
      'VERSION:2.1',
      'ENCODING=QUOTED-PRINTABLE',
      'PHOTO;ENCODING=BASE64;JPEG:/9j/',
      'vnd.android.cursor.item/contact_event;',
      'PRODID:-//Apple',
      'X-APPLE-OMIT-YEAR=1604:1604-',
      'X-ABLabel:_$!<Anniversary>!$_',
      'PHOTO;ENCODING=b;TYPE=JPEG:/9j/',
      'X-PHONETIC-FIRST-NAME:',
      'BDAY:--',
    ]) {
      expect(cards).toContain(trait);
    }
    expect(cards).toMatch(/\p{Script=Arabic}/u);
    expect(cards).toMatch(/\p{Script=Hebrew}/u);
    expect(cards).toMatch(/\p{Script=Han}/u);
    const longest = Math.max(...cards.split('\r\n').map((line) => Buffer.byteLength(line)));
    expect(longest).toBeLessThanOrEqual(140);
  });

  it('has messages with attachments, groups, emoji as surrogate references, and columns that must not pass on', async () => {
    const text = readFileSync(join(await sample({ ...NOTHING, messages: 1_000 }), 'messages.xml'), 'utf8');
    for (const trait of [
      /&#5535\d;&#5\d{4};/,
      /data="\/9j\//,
      /address="\+\d+~\+\d+/,
      /service_center="\+/,
      /sub_id="1"/,
    ]) {
      expect(text).toMatch(trait);
    }
  });

  it('has several calendars whose components number as many as were asked for', async () => {
    const folder = join(await sample({ ...NOTHING, events: 200 }), 'calendar');
    const roots = readdirSync(folder).map((name) =>
      ICAL.Component.fromString(readFileSync(join(folder, name), 'utf8')),
    );
    const all = (name: string) => roots.flatMap((root) => root.getAllSubcomponents(name));
    expect(roots).toHaveLength(4);
    expect(all('vevent').length + all('vtodo').length).toBe(200);
    expect(all('vtimezone').length).toBeGreaterThan(0);
    const events = all('vevent');
    for (const property of ['rrule', 'exdate', 'recurrence-id']) {
      expect(events.some((event) => event.hasProperty(property))).toBe(true);
    }
    expect(events.some((event) => event.getFirstSubcomponent('valarm') !== null)).toBe(true);
  });

  it('has files of the size asked for, and what is left behind on purpose', async () => {
    const files = join(await sample({ ...NOTHING, files: 200, fileBytes: 3_000_000 }), 'files');
    const tree = Object.entries(readTree(files));
    const moved = tree.filter(([path, { type }]) => type === 'file' && !isCredential(path.split('/')));
    expect(moved).toHaveLength(200);
    const sizes = moved.map(([path]) => readFileSync(join(files, path)).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(3_000_000);
    expect(tree.filter(([, { type }]) => type === 'link')).toHaveLength(1);
    expect(tree.filter(([path, { type }]) => type === 'file' && isCredential(path.split('/')))).toHaveLength(
      1,
    );
    expect(readdirSync(join(files, 'Pictures', 'Screenshots'))).toEqual([]);
    expect(moved.filter(([, { executable }]) => executable)).toHaveLength(1);
    expect(Math.min(...moved.map(([, { mtimeMs }]) => mtimeMs ?? 0))).toBeLessThan(Date.UTC(2012, 0));
    const photo = moved.find(([path]) => path.endsWith('.jpg'))?.[0] ?? '';
    expect(readFileSync(join(files, photo)).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  });

  it('has apps whose verdicts differ on the newer device', async () => {
    const folder = join(await sample({ ...NOTHING, apps: 13 }), 'apps');
    const apps: AppFacts[] = [];
    const { signal } = new AbortController();
    for await (const app of groupApks(folder, { skip: (reason) => expect(reason).toBe(''), signal })) {
      apps.push(app.facts);
    }
    const judge = (device: keyof typeof DEVICES) =>
      Object.fromEntries<string | undefined>(
        judgeApps(apps, DEVICES[device], { freeBytes: 10 ** 9 }).map((app) => [
          app.package.replace(/^.*\./, ''),
          app.reasons[0],
        ]),
      );
    expect(judge('new')).toEqual({
      camera: 'SYSTEM_APP',
      gallery: 'NEEDS_HUAWEI',
      halfcopy: 'MISSING_SPLIT',
      maps: 'NEEDS_GOOGLE',
      notes: 'ALREADY_THERE',
      oldradio: 'DEPRECATED_SDK',
      preview: 'TEST_BUILD',
      retrogame: 'NO_MATCHING_ABIS',
      sketch: 'MISSING_LIBRARY',
      smallpages: 'PAGE_SIZE',
      tomorrow: 'OLDER_SDK',
      travel: 'DATA_STAYS',
      wallet: 'MISSING_FEATURE',
    });
    expect(judge('old')).toMatchObject({
      notes: 'DATA_STAYS',
      retrogame: 'DATA_STAYS',
      wallet: 'DATA_STAYS',
    });
  });
});

describe('bad options', () => {
  it('a folder that is in use is not written into', async () => {
    const into = scratchFolder();
    writeFileSync(join(into, 'mine.txt'), 'mine');
    await expect(makeSample({ into, ...SMALL })).rejects.toMatchObject({ code: 'USAGE' });
    expect(readdirSync(into)).toEqual(['mine.txt']);
  });

  it.each([-1, 1.5, Number.NaN, 10 ** 9])(
    'a count of %s is refused before anything is made',
    async (contacts) => {
      const into = join(scratchFolder(), 'device');
      await expect(makeSample({ into, contacts })).rejects.toMatchObject({ code: 'USAGE' });
      expect(existsSync(into)).toBe(false);
    },
  );

  it('a place that cannot be a folder is named as such', async () => {
    const file = join(scratchFolder(), 'file');
    writeFileSync(file, '');
    await expect(makeSample({ into: join(file, 'device') })).rejects.toMatchObject({
      code: 'DESTINATION_MISSING',
    });
  });

  it('a stop is a stop', async () => {
    const stop = new Error('enough');
    const into = join(scratchFolder(), 'device');
    await expect(makeSample({ into, signal: AbortSignal.abort(stop) })).rejects.toBe(stop);
  });
});
