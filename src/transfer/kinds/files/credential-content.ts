/**
 * Files whose name only hints at credentials, told by what is in them. A few names and endings are candidates; of those
 * at most `HEAD_BYTES` are read, so that a folder of ordinary files costs nothing.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { toPath } from '../../paths/raw-path.ts';
import { READ_ONLY } from '../../disk/read-only.ts';

/** Enough for the schema page of a SQLite database and for the first lines of a text. */
const HEAD_BYTES = 65_536;

/** Private keys as text: PEM (RFC 7468), OpenSSH, PGP, PuTTY. Public halves and certificates are a person's to keep. */
const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|^PuTTY-User-Key-File-\d+:/m;

const SQLITE = 'SQLite format 3\0';

/** Whether a file that begins so holds a database with one of these tables. */
const hasTable =
  (...names: readonly string[]) =>
  (head: string): boolean =>
    head.startsWith(SQLITE) &&
    names.some((name) =>
      new RegExp(`CREATE TABLE (?:IF NOT EXISTS )?["'\`[]?${name}["'\`\\]]?\\s*\\(`, 'i').test(head),
    );

interface Candidate {
  /** Of the file's name in lower case. */
  readonly name: RegExp;
  readonly holds: (head: string) => boolean;
}

const CANDIDATES: readonly Candidate[] = [
  { name: /^accounts(?:_\w+)?\.db(?:-journal|-wal)?$/, holds: hasTable('authtokens') },
  { name: /^(?:cookies|safe browsing cookies)$/, holds: hasTable('cookies') },
  { name: /^(?:cookies|permissions)\.sqlite$/, holds: hasTable('moz_cookies') },
  {
    name: /^(?:login data|web data|ya passman data)(?: for account)?$/,
    holds: hasTable('logins', 'token_service'),
  },
  { name: /^key\d\.db$/, holds: hasTable('nssPrivate', 'metaData') },
  {
    name: /^(?:id_\w+|identity|.*\.(?:pem|key|ppk|asc|gpg|p8|pk8|der))$|^[^.]*(?:key|rsa|ed25519|ecdsa)[^.]*$/,
    holds: (head) => PRIVATE_KEY.test(head),
  },
  // JKS and JCEKS begin with a magic number, BKS with its version and a salt of 20 bytes, PKCS #12 with a sequence of version 3.
  {
    name: /\.(?:jks|jceks|keystore)$/,
    holds: (head) => /^(?:\xfe\xed\xfe\xed|\xce\xce\xce\xce|\x30[\x80-\x84])/.test(head),
  },
  { name: /\.(?:bks|uber)$/, holds: (head) => /^\x00\x00\x00[\x01\x02]\x00\x00\x00\x14/.test(head) },
  {
    name: /\.(?:p12|pfx)$/,
    holds: (head) => /^\x30(?:\x80|[\x81-\x84][^]{1,4}|[^])\x02\x01\x03\x30/.test(head),
  },
  {
    name: /^\.?npmrc$|^\.yarnrc(?:\.yml)?$/,
    holds: (head) => /(?:_authToken|_auth|_password|npmAuthToken)\s*[=:]\s*\S/.test(head),
  },
  { name: /^\.?git-credentials$/, holds: (head) => /^https?:\/\/[^\s/:@]+:[^\s/@]+@/m.test(head) },
  { name: /^config\.json$/, holds: (head) => /"auths"\s*:\s*\{[^}]*"auth"\s*:\s*"[^"]/.test(head) },
  {
    name: /^(?:kubeconfig|config)(?:\.ya?ml)?$/,
    holds: (head) => /^kind:\s*Config/m.test(head) && /(?:client-key-data|token|password):\s*\S/.test(head),
  },
  {
    name: /^credentials(?:\.(?:csv|json|toml))?$/,
    holds: (head) => /aws_secret_access_key|"private_key"\s*:|"refresh_token"\s*:|^token\s*=/m.test(head),
  },
  { name: /^wpa_supplicant.*\.conf$/, holds: (head) => /^\s*(?:psk|password|wep_key\d)\s*=/m.test(head) },
];

/** Any of the names, as one expression: asked of every file. */
const ANY = new RegExp(CANDIDATES.map(({ name }) => `(?:${name.source})`).join('|'));

/** How to tell whether a file holds credentials whose name hints at it. */
export interface CredentialHint {
  /** So many of its first bytes are looked at. */
  readonly headBytes: number;
  holds(this: void, head: Buffer): boolean;
}

/** Undefined for a name that hints at nothing: almost any. */
export function credentialHint(name: string): CredentialHint | undefined {
  const lower = name.toLowerCase();
  if (!ANY.test(lower)) return undefined;
  const candidates = CANDIDATES.filter((candidate) => candidate.name.test(lower));
  return {
    headBytes: HEAD_BYTES,
    // As Latin-1: a character a byte, so that magic numbers can be written in an expression.
    holds: (head) => candidates.some(({ holds }) => holds(head.toString('latin1'))),
  };
}

/**
 * Whether a file holds credentials, by its name and its first bytes. One that cannot be read is not known to: it will be
 * reported as unreadable.
 */
export function holdsCredentials(location: string, name: string): boolean {
  const hint = credentialHint(name);
  if (hint === undefined) return false;
  const head = headOf(location);
  return head !== undefined && hint.holds(head);
}

function headOf(location: string): Buffer | undefined {
  try {
    const fd = openSync(toPath(location), READ_ONLY);
    try {
      const head = Buffer.allocUnsafe(HEAD_BYTES);
      return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
