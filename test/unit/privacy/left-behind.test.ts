import { describe, expect, it } from 'vitest';
import { CREDENTIAL_RULES, isCredential } from '../../../src/transfer/privacy/left-behind.ts';

const check = (path: string): boolean => isCredential(path.split('/'));

describe('left behind on purpose', () => {
  it.each([
    '.ssh/id_rsa',
    '.ssh/id_ed25519',
    'home/mia/.ssh/id_work',
    '.ssh/server.pem',
    '.ssh/putty.ppk',
    '.gnupg/private-keys-v1.d/0A1B.key',
    '.gnupg/secring.gpg',
    'backup/.gnupg/trustdb.gpg',
    '.aws/credentials',
    '.aws/sso/cache/abc.json',
    '.netrc',
    '_netrc',
    '.git-credentials',
    '.config/git/credentials',
    '.docker/config.json',
    '.kube/config',
    'android/release.keystore',
    'Library/Keychains/login.keychain-db',
    'Library/Keychains/0F/keychain-2.db',
    'old.keychain',
    '.local/share/keyrings/login.keyring',
    '.config/google-chrome/Default/Login Data',
    '.config/google-chrome/Default/Login Data-journal',
    '.config/google-chrome/Profile 2/Network/Cookies',
    '.mozilla/firefox/x.default/key4.db',
    '.mozilla/firefox/x.default/logins.json',
    '.mozilla/firefox/x.default/cookies.sqlite',
    'WifiConfigStore.xml',
    'data/misc/wifi/WifiConfigStoreSoftAp.xml',
    'etc/wpa_supplicant/wpa_supplicant.conf',
    'etc/NetworkManager/system-connections/Home.nmconnection',
    'etc/NetworkManager/system-connections/Home',
    'Home.nmconnection',
    'system_ce/0/accounts_ce.db',
    'accounts_de.db-journal',
  ])('%s', (path) => {
    expect(check(path)).toBe(true);
  });

  it('in any case and any compatible spelling, as on file systems that do not tell them apart', () => {
    expect(check('.SSH/ID_RSA')).toBe(true);
    expect(check('.config/Google-Chrome/default/LOGIN DATA')).toBe(true);
    expect(check('.ｓｓｈ/id_rsa')).toBe(true);
  });

  it('every rule can leave something behind', () => {
    for (const { path } of CREDENTIAL_RULES) {
      const example = path.map((name) => (name === '**' ? 'below' : name.replace('*', 'x')));
      expect([example, isCredential(example)]).toEqual([example, true]);
    }
  });
});

describe('moved, although it looks alike', () => {
  it.each([
    '.ssh/id_rsa.pub',
    '.ssh/ID_ED25519.PUB',
    '.ssh/known_hosts',
    '.ssh/config',
    '.ssh/authorized_keys',
    'id_rsa',
    'photos/id_card.jpg',
    'notes/.ssh.txt',
    '.ssh',
    '.gnupg',
    'credentials',
    'travel/credentials/scan.pdf',
    'config.json',
    'docker/config.json',
    '.docker/config.json.md',
    '.kube/config/readme.txt',
    '.aws/config',
    'my.netrc.txt',
    'keystore',
    'accounts_2024.xlsx',
    'recipes/Cookies',
    'Default/cookies',
    'Documents/accounts_2023.db',
    'Login Data.txt',
    'logins.json.bak.txt',
    'key4.database',
    'wifi/WifiConfigStore.txt',
    'Documents/passwords.txt',
    '',
  ])('%s', (path) => {
    expect(check(path)).toBe(false);
  });

  it('an empty path is no file', () => {
    expect(isCredential([])).toBe(false);
  });
});
