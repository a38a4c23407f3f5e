/**
 * Files that hold credentials, by name: left behind on purpose and listed in the receipt. A rule is a run of path
 * components; the last one names the file, or, with `**`, everything below. Names are compared without regard to case;
 * Where a name is not enough, kinds/files/credential-content.ts looks into the file. A vault that its owner locks (KeePass) moves:
 * it is made to be carried. `*` stands for anything within a name. Rules are narrow on purpose: a rule that is too wide leaves a person's own
 * files behind.
 */

interface Rule {
  readonly path: readonly string[];
  /** Names that look the same and hold nothing secret. */
  readonly except?: readonly string[];
}

export const CREDENTIAL_RULES: readonly Rule[] = [
  // Keys of a person. Public halves, known_hosts, config and authorized_keys are theirs to keep.
  { path: ['.ssh', 'id_*'], except: ['*.pub'] },
  { path: ['.ssh', 'identity'] },
  { path: ['.ssh', '*.pem'] },
  { path: ['.ssh', '*.key'] },
  { path: ['.ssh', '*.ppk'] },
  { path: ['.gnupg', '**'] },
  { path: ['*.keystore'] },
  { path: ['*.jks'] },

  // Passwords and tokens of tools.
  { path: ['.netrc'] },
  { path: ['_netrc'] },
  { path: ['.pgpass'] },
  { path: ['.pypirc'] },
  { path: ['.git-credentials'] },
  { path: ['.config', 'git', 'credentials'] },
  { path: ['.config', 'gh', 'hosts.yml'] },
  { path: ['.aws', 'credentials'] },
  { path: ['.aws', 'sso', 'cache', '**'] },
  { path: ['.aws', 'cli', 'cache', '**'] },
  { path: ['.azure', 'msal_token_cache.*'] },
  { path: ['.config', 'gcloud', 'credentials.db'] },
  { path: ['.config', 'gcloud', 'access_tokens.db'] },
  { path: ['.config', 'gcloud', 'application_default_credentials.json'] },
  { path: ['.docker', 'config.json'] },
  { path: ['.kube', 'config'] },
  { path: ['.cargo', 'credentials'] },
  { path: ['.cargo', 'credentials.toml'] },

  // Keychains of systems.
  { path: ['*.keychain'] },
  { path: ['*.keychain-db'] },
  { path: ['library', 'keychains', '**'] },
  { path: ['.local', 'share', 'keyrings', '**'] },
  { path: ['.local', 'share', 'kwalletd', '**'] },
  { path: ['appdata', 'roaming', 'microsoft', 'credentials', '**'] },
  { path: ['appdata', 'local', 'microsoft', 'credentials', '**'] },

  // Browsers: saved passwords, and the sessions that cookies are.
  { path: ['login data'] },
  { path: ['login data-journal'] },
  { path: ['login data for account'] },
  { path: ['login data for account-journal'] },
  { path: ['key3.db'] },
  { path: ['key4.db'] },
  { path: ['logins.json'] },
  { path: ['logins-backup.json'] },
  { path: ['signons.sqlite'] },
  { path: ['cookies.sqlite'] },
  { path: ['cookies.sqlite-wal'] },
  { path: ['default', 'network', 'cookies'] },
  { path: ['profile *', 'network', 'cookies'] },

  // Networks and accounts of the device.
  { path: ['wificonfigstore*.xml'] },
  { path: ['wpa_supplicant.conf'] },
  { path: ['*.nmconnection'] },
  { path: ['networkmanager', 'system-connections', '**'] },
  { path: ['var', 'lib', 'iwd', '*.psk'] },
  { path: ['accounts_ce.db'] },
  { path: ['accounts_ce.db-journal'] },
  { path: ['accounts_ce.db-wal'] },
  { path: ['accounts_de.db'] },
  { path: ['accounts_de.db-journal'] },
  { path: ['accounts_de.db-wal'] },
];

/** Stands between the components: no name has it, and no other character is folded to it. */
const SEPARATOR = '\0';
const WITHIN = '[^\\0]*';

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

const nameSource = (pattern: string): string => pattern.split('*').map(literal).join(WITHIN);

function ruleSource({ path, except = [] }: Rule): string {
  const below = path.at(-1) === '**';
  const names = (below ? path.slice(0, -1) : path).map(nameSource);
  const last = names.pop() ?? '';
  const but = except.map((pattern) => `(?!${nameSource(pattern)}$)`).join('');
  return [...names, but + last].join('\\0') + (below ? '\\0' : '$');
}

/** All rules as one expression: they are asked of every file. */
const CREDENTIAL = new RegExp(`(?:^|\\0)(?:${CREDENTIAL_RULES.map(ruleSource).join('|')})`);

/**
 * Whether a file is left behind because it holds credentials.
 * @param path components below the folder that is moved, the file's name last; the folder may be any part of a home.
 */
export function isCredential(path: readonly string[]): boolean {
  return CREDENTIAL.test(path.join(SEPARATOR).normalize('NFKC').toLowerCase());
}
