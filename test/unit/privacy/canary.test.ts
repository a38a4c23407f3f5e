import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needlesFor, scanFile, scanTree, type Canary } from '../../../src/transfer/privacy/canary.ts';

const TEXT: Canary = { name: 'ssid', value: 'Küche-Wlan?>~37' };
const BYTES: Canary = {
  name: 'key',
  value: Buffer.from('fbefbe00112233445566778899aabbccddeeff3e3f', 'hex'),
};
const needles = needlesFor([TEXT, BYTES]);
const MIB = 1024 * 1024;

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'openmover-canary-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(root, name);
  writeFileSync(path, content);
  return path;
};

async function formsIn(content: string | Uint8Array): Promise<string[]> {
  const findings = await scanFile(write('x', content), needles);
  return [...new Set(findings.map(({ canary, form }) => `${canary} ${form}`))].sort();
}

describe('a planted value is found', () => {
  const raw = Buffer.from(TEXT.value);
  const digest = (algorithm: string) => createHash(algorithm).update(raw);

  it.each([
    ['as it is', raw, 'ssid raw'],
    ['as UTF-16, little-endian', Buffer.from(String(TEXT.value), 'utf16le'), 'ssid utf-16le'],
    ['as UTF-16, big-endian', Buffer.from(String(TEXT.value), 'utf16le').swap16(), 'ssid utf-16be'],
    ['in hex', raw.toString('hex'), 'ssid hex'],
    ['in upper-case hex', raw.toString('hex').toUpperCase(), 'ssid hex'],
    ['as SHA-256 bytes', digest('sha256').digest(), 'ssid sha256'],
    ['as SHA-256 hex', digest('sha256').digest('hex'), 'ssid sha256 hex'],
    ['as SHA-1 base64', digest('sha1').digest('base64'), 'ssid sha1 base64'],
    ['as MD5 hex', digest('md5').digest('hex').toUpperCase(), 'ssid md5 hex'],
    ['as bytes of a key', BYTES.value, 'key raw'],
    ['as a key’s SHA-1', createHash('sha1').update(BYTES.value).digest(), 'key sha1'],
  ])('%s', async (_, content, form) => {
    expect(
      await formsIn(Buffer.concat([Buffer.from('before '), Buffer.from(content), Buffer.from(' after')])),
    ).toEqual([form]);
  });

  it.each([0, 1, 2])('in base64, %i bytes into a group, whatever stands around it', async (offset) => {
    for (const { name, value } of [TEXT, BYTES]) {
      const whole = Buffer.concat([randomBytes(offset), Buffer.from(value), randomBytes(3)]);
      expect(await formsIn(`{"blob":"${whole.toString('base64')}"}`)).toContain(`${name} base64`);
      const url = await formsIn(`x=${whole.toString('base64url')}`);
      expect(url.some((form) => form.startsWith(`${name} base64`))).toBe(true);
    }
  });

  it('an identifier that is hex itself, as the bytes it stands for and in capitals', async () => {
    const id = { name: 'android-id', value: '9774d56d682e549c' };
    const path = write(
      'id',
      Buffer.concat([Buffer.from(id.value, 'hex'), Buffer.from(id.value.toUpperCase())]),
    );
    const findings = await scanFile(path, needlesFor([id]));
    expect(findings.map(({ form }) => form)).toEqual(['decoded hex', 'other case']);
  });

  it('and nothing is found where nothing is', async () => {
    expect(await formsIn(randomBytes(3 * MIB))).toEqual([]);
    expect(await formsIn('')).toEqual([]);
    expect(await formsIn(raw.subarray(0, -1))).toEqual([]);
  });
});

describe('a file larger than a block', () => {
  const needle = Buffer.from(TEXT.value);

  it.each([0, MIB - 40, MIB - 7, MIB - 1, MIB, 2 * MIB - 5, 3 * MIB - needle.length])(
    'holds it once, at %i, and it is told once and at its place',
    async (offset) => {
      const content = Buffer.alloc(3 * MIB, 0x2e);
      needle.copy(content, offset);
      const findings = await scanFile(write('large', content), needles);
      expect(findings.map((finding) => [finding.form, finding.offset])).toEqual([['raw', offset]]);
    },
  );
});

describe('a folder', () => {
  it('is searched through: contents, names of files and folders, targets of links', async () => {
    const id = { name: 'android-id', value: '9774d56d682e549c' };
    mkdirSync(join(root, 'a', `cache-${id.value}`), { recursive: true });
    writeFileSync(join(root, 'a', `cache-${id.value}`, 'log.txt'), `id=${id.value}`);
    writeFileSync(join(root, `${id.value.toUpperCase()}.tmp`), 'empty');
    symlinkSync(`/nowhere/${id.value}`, join(root, 'link'));
    const scan = await scanTree(root, needlesFor([id]));
    expect(scan.findings.map(({ path, offset }) => [path.slice(root.length + 1), offset]).sort()).toEqual([
      ['9774D56D682E549C.tmp', -1],
      ['a/cache-9774d56d682e549c', -1],
      ['a/cache-9774d56d682e549c/log.txt', 3],
      ['link', -1],
    ]);
    expect([scan.files, scan.bytes, scan.unread]).toEqual([2, 24, []]);
  });

  it('may hold names that are not UTF-8', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])]), String(TEXT.value));
    const scan = await scanTree(root, needles);
    expect([scan.findings.length, scan.unread]).toEqual([1, []]);
  });

  it('does not lead out of itself by a link, and a socket does not stop the search', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'openmover-outside-'));
    const socket = createServer().listen(join(root, 'socket'));
    try {
      await once(socket, 'listening');
      writeFileSync(join(outside, 'x'), String(TEXT.value));
      symlinkSync(outside, join(root, 'out'));
      const scan = await scanTree(root, needles);
      expect([scan.files, scan.findings, scan.unread]).toEqual([0, [], []]);
    } finally {
      socket.close();
      rmSync(outside, { recursive: true, force: true });
    }
  });

  it('that cannot be read whole is not called clean', async () => {
    const scan = await scanTree(join(root, 'missing'), needles);
    expect(scan.unread).toEqual([join(root, 'missing')]);
  });

  it('is left at once when the caller gives up', async () => {
    write('x', 'y');
    const reason = new Error('enough');
    await expect(scanTree(root, needles, AbortSignal.abort(reason))).rejects.toBe(reason);
    await expect(scanFile(join(root, 'x'), needles, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('what is looked for', () => {
  it('a value too short to mean anything is refused', () => {
    expect(() => needlesFor([{ name: 'pin', value: '12345' }])).toThrow(RangeError);
  });

  it('no finding holds the value itself', async () => {
    const path = write('leak', '');
    appendFileSync(path, String(TEXT.value));
    const findings = await scanFile(path, needles);
    expect(findings).toHaveLength(1);
    expect(JSON.stringify(findings)).not.toContain(String(TEXT.value));
  });

  it('strings that overlap or begin alike are all found', async () => {
    const alike = needlesFor([
      { name: 'one', value: 'aaaaaaab' },
      { name: 'two', value: 'aaaaaaaa' },
    ]).filter(({ form }) => form === 'raw');
    const findings = await scanFile(write('alike', 'aaaaaaaaab'), alike);
    expect(findings.map(({ canary, offset }) => [canary, offset])).toEqual([
      ['two', 0],
      ['two', 1],
      ['one', 2],
    ]);
  });
});
