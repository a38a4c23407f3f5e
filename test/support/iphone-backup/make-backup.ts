/** Makes backups as iOS does: Manifest.db, the files by the SHA-1 of their names, and with a password the keybag. */
import { createCipheriv, createHash, pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { binaryPlist, Uid } from './binary-plist.ts';

export interface BackedUpFile {
  readonly domain: string;
  readonly path: string;
  readonly bytes: Buffer;
  /** Seconds since 1970. */
  readonly modified?: number;
  /** Listed, and not there. */
  readonly missing?: boolean;
}

export interface BackupOptions {
  readonly name?: string;
  readonly password?: string;
  readonly version?: string;
  readonly files: readonly BackedUpFile[];
  /** Manifest.db keeps its rows in a log that was not written back. */
  readonly withLog?: boolean;
  readonly xmlInfo?: boolean;
  readonly snapshotState?: string;
}

/** Identifiers that every backup holds and that must be nowhere else. */
export const PLANTED = {
  udid: '00008101-000A11112222333E',
  serial: 'F2LXPLANTED9',
  imei: '356789012345678',
  iccid: '8949000000000000001',
  number: '+491700000001',
} as const;

const CLASSES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const FILE_CLASS = 3;
/** Far fewer than iOS takes: a test does not wait. */
const ROUNDS = 1_000;

export function makeBackup(parent: string, options: BackupOptions): string {
  const folder = join(parent, PLANTED.udid);
  mkdirSync(folder, { recursive: true });
  const lock = options.password === undefined ? undefined : makeKeybag(options.password);
  const database = join(folder, 'Manifest.db');
  const db = new DatabaseSync(database);
  db.exec('PRAGMA journal_mode=WAL');
  db.exec(`CREATE TABLE Files (fileID TEXT PRIMARY KEY, domain TEXT, relativePath TEXT, flags INTEGER, file BLOB);
    CREATE INDEX FilesDomainIdx ON Files(domain); CREATE INDEX FilesRelativePathIdx ON Files(relativePath);
    CREATE INDEX FilesFlagsIdx ON Files(flags); CREATE TABLE Properties (key TEXT PRIMARY KEY, value BLOB)`);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const insert = db.prepare('INSERT INTO Files VALUES (?, ?, ?, 1, ?)');
  db.exec('BEGIN');
  for (const file of options.files) {
    const id = createHash('sha1').update(`${file.domain}-${file.path}`).digest('hex');
    const key = randomBytes(32);
    const wrapped = lock === undefined ? undefined : lock.wrap(key);
    insert.run(id, file.domain, file.path, fileBlob(file, wrapped));
    if (file.missing === true) continue;
    mkdirSync(join(folder, id.slice(0, 2)), { recursive: true });
    writeFileSync(join(folder, id.slice(0, 2), id), lock === undefined ? file.bytes : seal(key, file.bytes));
  }
  db.exec('COMMIT');
  const held =
    options.withLog === true ? [database, `${database}-wal`].map((path) => readFileSync(path)) : undefined;
  db.close();
  if (held !== undefined) {
    writeFileSync(database, held[0] ?? '');
    writeFileSync(`${database}-wal`, held[1] ?? '');
  }
  let key: Buffer | undefined;
  if (lock !== undefined) {
    key = randomBytes(32);
    writeFileSync(database, seal(key, readFileSync(database)));
  }
  writeLists(
    folder,
    options,
    lock === undefined || key === undefined ? {} : { BackupKeyBag: lock.keybag, ManifestKey: lock.wrap(key) },
  );
  // As if it were some days old: whoever touches a file shows it.
  for (const name of ['Manifest.db', 'Manifest.plist', 'Info.plist', 'Status.plist']) {
    utimesSync(join(folder, name), 1_700_000_000, 1_700_000_000);
  }
  return folder;
}

function writeLists(folder: string, options: BackupOptions, keys: Record<string, Buffer>): void {
  const { name = 'Anna’s iPhone', version = '18.1' } = options;
  const date = new Date('2026-03-03T08:00:00Z');
  writeFileSync(
    join(folder, 'Manifest.plist'),
    binaryPlist({
      ...{ IsEncrypted: options.password !== undefined, Version: '10.0', Date: date, WasPasscodeSet: true },
      Lockdown: {
        ProductVersion: version,
        DeviceName: name,
        SerialNumber: PLANTED.serial,
        UniqueDeviceID: PLANTED.udid,
      },
      ...keys,
    }),
  );
  writeFileSync(
    join(folder, 'Status.plist'),
    binaryPlist({ SnapshotState: options.snapshotState ?? 'finished', Date: date, IsFullBackup: false }),
  );
  const info = {
    ...{ 'Device Name': name, 'Display Name': name, IMEI: PLANTED.imei, ICCID: PLANTED.iccid },
    ...{ 'Phone Number': PLANTED.number, 'Product Type': 'iPhone12,1', 'Product Version': version },
    ...{ 'Serial Number': PLANTED.serial, 'Unique Identifier': PLANTED.udid },
  };
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>${Object.entries(info)
    .map(([key, value]) => `<key>${key}</key><string>${value}</string>`)
    .join(
      '',
    )}<key>Last Backup Date</key><date>2026-03-03T08:00:00Z</date><key>Icons</key><array><data>AAAA</data><integer>7</integer><true/></array></dict></plist>`;
  writeFileSync(
    join(folder, 'Info.plist'),
    options.xmlInfo === true ? xml : binaryPlist({ ...info, 'Last Backup Date': date }),
  );
}

/** An MBFile of NSKeyedArchiver. */
function fileBlob(
  { path, bytes, modified = 1_700_000_000 }: BackedUpFile,
  wrapped: Buffer | undefined,
): Buffer {
  const key =
    wrapped === undefined
      ? []
      : [{ $class: new Uid(4), 'NS.data': wrapped }, { $classname: 'NSMutableData' }];
  return binaryPlist({
    $archiver: 'NSKeyedArchiver',
    $top: { root: new Uid(1) },
    $version: 100_000,
    $objects: [
      '$null',
      {
        ...{
          $class: new Uid(3 + key.length),
          RelativePath: new Uid(2),
          Size: bytes.length,
          LastModified: modified,
        },
        ...{ Birth: modified, Mode: 33_188, ProtectionClass: FILE_CLASS },
        ...(wrapped === undefined ? {} : { EncryptionKey: new Uid(3) }),
      },
      path,
      ...key,
      { $classname: 'MBFile', $classes: ['MBFile', 'NSObject'] },
    ],
  });
}

function makeKeybag(password: string): { readonly keybag: Buffer; readonly wrap: (key: Buffer) => Buffer } {
  const [first, salt] = [randomBytes(20), randomBytes(20)];
  const wrapping = pbkdf2Sync(pbkdf2Sync(password, first, ROUNDS, 32, 'sha256'), salt, ROUNDS, 32, 'sha1');
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const tag = (name: string, value: Buffer): Buffer =>
    Buffer.concat([Buffer.from(name), number(value.length), value]);
  const keys = new Map(CLASSES.map((each) => [each, randomBytes(32)]));
  const keybag = Buffer.concat([
    ...[tag('VERS', number(5)), tag('TYPE', number(1)), tag('UUID', randomBytes(16)), tag('WRAP', number(0))],
    ...[
      tag('SALT', salt),
      tag('ITER', number(ROUNDS)),
      tag('DPWT', number(0)),
      tag('DPIC', number(ROUNDS)),
      tag('DPSL', first),
    ],
    ...[...keys].flatMap(([each, key]) => [
      ...[
        tag('UUID', randomBytes(16)),
        tag('CLAS', number(each)),
        tag('WRAP', number(2)),
        tag('KTYP', number(0)),
      ],
      tag('WPKY', wrapKey(wrapping, key)),
    ]),
  ]);
  return {
    keybag,
    wrap(key) {
      const head = Buffer.alloc(4);
      head.writeUInt32LE(FILE_CLASS);
      return Buffer.concat([head, wrapKey(keys.get(FILE_CLASS) ?? Buffer.alloc(32), key)]);
    },
  };
}

/** RFC 3394, by the cipher that OpenSSL has for it: another way than the one that is tested. */
function wrapKey(wrapping: Buffer, key: Buffer): Buffer {
  const cipher = createCipheriv('id-aes256-wrap', wrapping, Buffer.alloc(8, 0xa6));
  return Buffer.concat([cipher.update(key), cipher.final()]);
}

const seal = (key: Buffer, bytes: Buffer): Buffer => {
  const cipher = createCipheriv('aes-256-cbc', key, Buffer.alloc(16));
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
};
