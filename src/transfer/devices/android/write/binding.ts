/**
 * Rows as commands of Android's `content` (AOSP, frameworks/base/cmds/content). A value is bound as `column:type:value`.
 * From Android 11 on a colon or a backslash in it is escaped by a backslash; before, everything after the second colon is
 * the value, and a backslash would be part of it.
 */
import { MOST_SERVICE_BYTES, quoted } from '../shell.ts';

/** Values that are null are left out: the column's own default stands. */
export type Columns = Readonly<Record<string, string | number | null | undefined>>;

const FIRST_WITH_ESCAPES = 30;
/** Linux takes no argument of more than 128 KiB (MAX_ARG_STRLEN); the column's name and its escapes are part of it. */
const MOST_ARGUMENT_BYTES = 127 * 1024;

export interface Dialect {
  readonly escapes: boolean;
  /** A shell that has an input takes a script of any length by it; one that has none takes what fits into its name. */
  readonly mostCommandBytes: number;
}

/** @param sdk undefined where the phone does not say: then it is taken for a new one. */
export const dialectOf = (sdk: number | undefined, hasInput: boolean): Dialect => ({
  escapes: (sdk ?? FIRST_WITH_ESCAPES) >= FIRST_WITH_ESCAPES,
  mostCommandBytes: hasInput ? Infinity : MOST_SERVICE_BYTES,
});

/** Text as an argument can hold it: no NUL, and no half of a character. */
const bindable = (text: string): string => text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');

function binding(column: string, value: string | number, { escapes }: Dialect): string {
  if (typeof value === 'number') return `${column}:l:${String(value)}`;
  const text = bindable(value);
  return `${column}:s:${escapes ? text.replace(/[\\:]/g, '\\$&') : text}`;
}

const bindings = (columns: Columns, dialect: Dialect): string[] =>
  Object.entries(columns).flatMap(([column, value]) =>
    value === null || value === undefined ? [] : [binding(column, value, dialect)],
  );

/** Whether rows that are written by one command fit into it, and each value into an argument. */
export function canBind(rows: readonly Columns[], dialect: Dialect): boolean {
  let bytes = 0;
  for (const each of rows.flatMap((columns) => bindings(columns, dialect))) {
    const size = Buffer.byteLength(each);
    if (size >= MOST_ARGUMENT_BYTES) return false;
    // Quoted, a quote is four characters.
    bytes += size + 12 + 3 * (each.split("'").length - 1);
  }
  return bytes < dialect.mostCommandBytes;
}

export const insertCommand = (uri: string, columns: Columns, dialect: Dialect): string =>
  `content insert --uri ${quoted(uri)}${bound(columns, dialect)}`;

export const updateCommand = (uri: string, where: string, columns: Columns, dialect: Dialect): string =>
  `content update --uri ${quoted(uri)}${bound(columns, dialect)} --where ${quoted(where)}`;

export const deleteCommand = (uri: string, where: string): string =>
  `content delete --uri ${quoted(uri)} --where ${quoted(where)}`;

const bound = (columns: Columns, dialect: Dialect): string =>
  bindings(columns, dialect)
    .map((each) => ` --bind ${quoted(each)}`)
    .join('');
