/** Android's commands `content` and `pm` over a stand-in phone's data. */
import { DatabaseSync } from 'node:sqlite';
import type { PhoneData, Row } from './phone-data.ts';

export interface CommandAnswer {
  readonly toErrors: boolean;
  readonly bytes: Buffer;
}

/** @param args the command's name first. */
export function answerCommand(data: PhoneData, [name = '', ...args]: readonly string[]): CommandAnswer {
  try {
    const bytes = name === 'content' ? content(data, args) : pm(data, args);
    return { toErrors: false, bytes: Buffer.from(bytes) };
  } catch (error) {
    return { toErrors: true, bytes: Buffer.from(`${(error as Error).message}\n`) };
  }
}

function option(args: readonly string[], flag: string): string | undefined {
  const at = args.indexOf(flag);
  return at < 0 ? undefined : args[at + 1];
}

/** Of AOSP's frameworks/base/cmds/content: rows as they come, nothing escaped, an exit code that says nothing. */
function content(state: PhoneData, args: readonly string[]): string | Buffer {
  const uri = new URL(option(args, '--uri') ?? '');
  const table = decodeURIComponent(uri.host + uri.pathname).replace(/\/$/, '');
  if (state.denied?.includes(table) === true) {
    throw new Error(
      'Error while accessing provider:x\njava.lang.SecurityException: Permission Denial: opening provider from (null) (pid=1, uid=2000) requires android.permission.READ',
    );
  }
  if (args[0] === 'read') {
    return Buffer.from(state.blobs?.[table] ?? '', 'base64');
  }
  const rows = state.tables?.[table];
  if (rows === undefined) {
    throw new Error(`[ERROR] Could not find provider: ${table}`);
  }
  const columns = option(args, '--projection')?.split(':') ?? Object.keys(rows[0] ?? {});
  const selected = select(rows, columns, args);
  if (selected.length === 0) return 'No result found.\n';
  let text = '';
  for (const [index, row] of selected.entries()) {
    const values = columns.map((column) => {
      const value = row[column];
      return `${column}=${printed(value)}`;
    });
    text += `Row: ${String(index)} ${values.join(', ')}\n`;
  }
  return text;
}

function printed(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return value instanceof Uint8Array ? 'BLOB' : 'NULL';
}

const databases = new WeakMap<readonly Row[], DatabaseSync>();

function databaseOf(rows: readonly Row[], all: readonly string[]): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  database.exec(`CREATE TABLE t (${all.map((column) => `"${column}"`).join(', ')})`);
  const insert = database.prepare(`INSERT INTO t VALUES (${all.map(() => '?').join(', ')})`);
  for (const row of rows) {
    insert.run(
      ...all.map((column) => {
        const value = row[column] ?? null;
        return typeof value === 'string' && value.startsWith('blob:') ? Buffer.from(value.slice(5)) : value;
      }),
    );
  }
  databases.set(rows, database);
  return database;
}

/** A real database, so that `--where` and `--sort` are what they are on a phone. */
function select(
  rows: readonly Row[],
  columns: readonly string[],
  args: readonly string[],
): Record<string, unknown>[] {
  const all = [...new Set(rows.slice(0, 1_000).flatMap((row) => Object.keys(row)))];
  if (all.length === 0) return [];
  const database = databases.get(rows) ?? databaseOf(rows, all);
  const where = option(args, '--where');
  const sort = option(args, '--sort');
  const missing = columns.filter((column) => !all.includes(column));
  const query = `SELECT ${columns.map((column) => (missing.includes(column) ? `NULL AS "${column}"` : `"${column}"`)).join(', ')} FROM t${where === undefined ? '' : ` WHERE (${where})`}${sort === undefined ? '' : ` ORDER BY ${sort}`}`;
  return database.prepare(query).all();
}

function pm(state: PhoneData, args: readonly string[]): string {
  const folder = '/data/app';
  const packages = state.packages ?? [];
  if (args[0] === 'path') {
    const files = packages.find((each) => each.package === args[1])?.files ?? [];
    return files.map((file) => `package:${folder}/${file}\n`).join('');
  }
  if (args[1] !== 'packages') return '';
  const system = args.includes('-3') ? '' : 'package:/system/app/Phone/Phone.apk=com.android.phone\n';
  const own = packages.map((each) => {
    const version = args.includes('--show-versioncode') ? ` versionCode:${String(each.versionCode)}` : '';
    const file = args.includes('-f') ? `${folder}/${each.files[0] ?? ''}=` : '';
    return `package:${file}${each.package}${version}\n`;
  });
  return system + own.join('');
}
