import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFolderSource } from '../../../../src/transfer/devices/folder/index.ts';
import { inspectDevice } from '../../../../src/transfer/devices/inspect.ts';
import { holdsCredentials } from '../../../../src/transfer/kinds/files/credential-content.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { writeTree } from '../../../support/write-tree.ts';

const sqlite = (table: string): string =>
  `SQLite format 3\0${'\0'.repeat(84)}tablet${table}\x02CREATE TABLE ${table} (_id INTEGER PRIMARY KEY, value TEXT)`;
const key = (kind: string): string => `-----BEGIN ${kind}-----\nMIIE\n-----END ${kind}-----\n`;

function holds(name: string, content: string): boolean {
  const path = join(scratchFolder(), name);
  writeFileSync(path, Buffer.from(content, 'latin1'));
  return holdsCredentials(path, name);
}

describe('credentials told by content', () => {
  it.each([
    ['id_rsa', key('RSA PRIVATE KEY')],
    ['id_work', key('OPENSSH PRIVATE KEY')],
    ['server.key', key('PRIVATE KEY')],
    ['chain.pem', key('CERTIFICATE') + key('EC PRIVATE KEY')],
    ['encrypted.pem', key('ENCRYPTED PRIVATE KEY')],
    ['deploy_key', key('OPENSSH PRIVATE KEY')],
    ['secret.asc', key('PGP PRIVATE KEY BLOCK')],
    ['old.ppk', 'PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\n'],
    ['release.keystore', '\xfe\xed\xfe\xed\0\0\0\x02'],
    ['release.jks', '\xce\xce\xce\xce\0\0\0\x02'],
    ['trust.bks', '\0\0\0\x02\0\0\0\x14abcdefghijklmnopqrst'],
    ['me.p12', '\x30\x82\x0a\x4b\x02\x01\x03\x30\x82'],
    ['me.pfx', '\x30\x80\x02\x01\x03\x30\x80'],
    ['Cookies', sqlite('cookies')],
    ['cookies.sqlite', sqlite('moz_cookies')],
    ['accounts.db', sqlite('authtokens')],
    ['accounts_2023.db', sqlite('authtokens')],
    ['Login Data', sqlite('logins')],
    ['.npmrc', '//registry.example/:_authToken=abc\n'],
    ['git-credentials', 'https://ann:secret@example.org\n'],
    ['config.json', '{"auths":{"example.org":{"auth":"YTpi"}}}'],
    ['kubeconfig', 'apiVersion: v1\nkind: Config\nusers:\n- user:\n    token: abc\n'],
    ['credentials', '[default]\naws_secret_access_key = abc\n'],
    ['credentials.json', '{"private_key": "x"}'],
    ['wpa_supplicant-wlan0.conf', 'network={\n  psk="secret"\n}\n'],
  ])('%s is left behind', (name, content) => {
    expect(holds(name, content)).toBe(true);
  });

  it.each([
    ['id_rsa', 'a drawing of an id card'],
    ['id_rsa.pub', 'ssh-rsa AAAA ann@laptop'],
    ['ca.pem', key('CERTIFICATE')],
    ['public.key', key('PUBLIC KEY')],
    ['letter.asc', key('PGP SIGNED MESSAGE')],
    ['talk.key', 'PK\x03\x04 a Keynote presentation'],
    ['monkey', 'eek'],
    ['Cookies', 'Flour, butter, sugar'],
    ['cookies', sqlite('recipes')],
    ['accounts_2023.db', sqlite('accounts')],
    ['accounts.db', 'a,b\n'],
    ['web data', sqlite('plants')],
    ['key4.db', 'not a database'],
    ['.npmrc', 'fund=false\n'],
    ['config.json', '{"theme":"dark","auths":{}}'],
    ['config', '[core]\n\teditor = vim\n'],
    ['config.yaml', 'kind: Config\ncolour: blue\n'],
    ['credentials', 'Diploma, 2003'],
    ['credentials.csv', 'name,year\n'],
    ['passwords.kdbx', '\x03\xd9\xa2\x9a'],
    ['shop.keystore', 'a list of shops'],
    ['cert.p12', 'plain text'],
    ['photo.jpg', key('PRIVATE KEY')],
    ['wpa_supplicant.conf', 'ctrl_interface=/run\n'],
  ])('%s with something else in it moves', (name, content) => {
    expect(holds(name, content)).toBe(false);
  });

  it('one that the person named moves, and only that one', async () => {
    const from = scratchFolder();
    writeTree(from, { 'files/a/server.key': key('PRIVATE KEY'), 'files/.ssh/id_rsa': 'x', 'files/b': '' });
    const counts = async (include: readonly string[]): Promise<unknown> => {
      const source = await openFolderSource({ from, include });
      const { kinds } = await inspectDevice(source, { kinds: ['files'] });
      await source.close();
      return kinds.map(({ items, left }) => [items, left]);
    };
    expect(await counts([])).toEqual([[1, [{ reason: 'credential', count: 2 }]]]);
    expect(await counts(['a/server.key'])).toEqual([[2, [{ reason: 'credential', count: 1 }]]]);
    expect(await counts([join(from, 'files', '.ssh')])).toEqual([[2, [{ reason: 'credential', count: 1 }]]]);
    await expect(counts(['nowhere'])).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
  });
});
