/** Android's commands over a stand-in phone's data, a process each, as a phone's shell runs them. */
import { DatabaseSync } from 'node:sqlite';
import { readFileSync } from 'node:fs';
import type { PhoneData, Row } from './phone-data.ts';

const state = JSON.parse(readFileSync(process.env['STAND_IN_DATA'] ?? '', 'utf8')) as PhoneData;

const [name = '', ...args] = process.argv.slice(2);
const write = (text: string): void => {
  process.stdout.write(text);
};

function option(flag: string): string | undefined {
  const at = args.indexOf(flag);
  return at < 0 ? undefined : args[at + 1];
}

/** Of AOSP's frameworks/base/cmds/content: rows as they come, nothing escaped, an exit code that says nothing. */
function content(): void {
  const uri = new URL(option('--uri') ?? '');
  const table = decodeURIComponent(uri.host + uri.pathname).replace(/\/$/, '');
  if (state.denied?.includes(table) === true) {
    process.stderr.write(
      'Error while accessing provider:x\njava.lang.SecurityException: Permission Denial: opening provider from (null) (pid=1, uid=2000) requires android.permission.READ\n',
    );
    return;
  }
  if (args[0] === 'read') {
    process.stdout.write(Buffer.from(state.blobs?.[table] ?? '', 'base64'));
    return;
  }
  const rows = state.tables?.[table];
  if (rows === undefined) {
    process.stderr.write(`[ERROR] Could not find provider: ${table}\n`);
    return;
  }
  const columns = option('--projection')?.split(':') ?? Object.keys(rows[0] ?? {});
  const selected = select(rows, columns);
  if (selected.length === 0) write('No result found.\n');
  for (const [index, row] of selected.entries()) {
    const values = columns.map((column) => {
      const value = row[column];
      return `${column}=${printed(value)}`;
    });
    write(`Row: ${String(index)} ${values.join(', ')}\n`);
  }
}

function printed(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return value instanceof Uint8Array ? 'BLOB' : 'NULL';
}

/** A real database, so that `--where` and `--sort` are what they are on a phone. */
function select(rows: readonly Row[], columns: readonly string[]): Record<string, unknown>[] {
  const all = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (all.length === 0) return [];
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
  const where = option('--where');
  const sort = option('--sort');
  const missing = columns.filter((column) => !all.includes(column));
  const query = `SELECT ${columns.map((column) => (missing.includes(column) ? `NULL AS "${column}"` : `"${column}"`)).join(', ')} FROM t${where === undefined ? '' : ` WHERE (${where})`}${sort === undefined ? '' : ` ORDER BY ${sort}`}`;
  return database.prepare(query).all();
}

function pm(): void {
  const folder = '/data/app';
  const packages = state.packages ?? [];
  if (args[0] === 'path') {
    for (const file of packages.find((each) => each.package === args[1])?.files ?? []) {
      write(`package:${folder}/${file}\n`);
    }
  } else if (args[1] === 'packages') {
    const system = args.includes('-3') ? [] : ['package:/system/app/Phone/Phone.apk=com.android.phone'];
    for (const line of system) write(`${line}\n`);
    for (const each of packages) {
      const version = args.includes('--show-versioncode') ? ` versionCode:${String(each.versionCode)}` : '';
      write(
        `package:${args.includes('-f') ? `${folder}/${each.files[0] ?? ''}=` : ''}${each.package}${version}\n`,
      );
    }
  }
}

if (name === 'content') content();
else pm();
