/**
 * Where a backup file can be added to without touching the rest: the `count` of its root element's start tag, and the
 * place before its end tag. Pure; offsets are in characters of the texts given.
 */

/** The first or last this many bytes of a file hold its root element's tag, or we do not add to it. */
export const EDGE_BYTES = 64 * 1024;

const PROLOG_ITEM = /\s+|<\?[^]*?\?>|<!--[^]*?-->/y;
const ATTRIBUTE = /\s+([^\s=/>"'<]+)\s*=\s*(?:"[^"]*"|'[^']*')/y;
const TAG_END = /\s*(\/?)>/y;
const BLANKS = /[ \t\r\n]*/y;

function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(text);
}

function skipMisc(text: string, offset: number): number {
  let at = offset;
  for (let item = matchAt(PROLOG_ITEM, text, at); item !== null; item = matchAt(PROLOG_ITEM, text, at)) {
    at += item[0].length;
  }
  return at;
}

export interface RootStart {
  /** The quoted value of `count` and the blanks after it; absent when the root has none. */
  readonly count: { readonly start: number; readonly end: number } | undefined;
  /** Offset behind the tag's `>`. */
  readonly end: number;
  /** Length of the tag's `/>`, when it is an empty-element tag. */
  readonly emptyTagLength: number | undefined;
}

/** The root's start tag in the beginning of a file (byte order mark removed); undefined when it is not there. */
export function findRootStart(head: string, root: string): RootStart | undefined {
  let at = skipMisc(head, 0);
  if (!head.startsWith(`<${root}`, at)) return undefined;
  at += root.length + 1;
  let count: RootStart['count'];
  for (let item = matchAt(ATTRIBUTE, head, at); item !== null; item = matchAt(ATTRIBUTE, head, at)) {
    at += item[0].length;
    if (item[1] !== 'count') continue;
    const start = item.index + Math.max(item[0].indexOf('"'), item[0].indexOf("'"));
    const blanks = matchAt(BLANKS, head, at)?.[0].length ?? 0;
    count = { start, end: at + blanks };
  }
  const end = matchAt(TAG_END, head, at);
  if (end === null) return undefined;
  return { count, end: at + end[0].length, emptyTagLength: end[1] === '/' ? 2 : undefined };
}

/** Offset of the root's end tag in the end of a file; undefined when more than comments and blanks follow it. */
export function findRootEnd(tail: string, root: string): number | undefined {
  const tag = `</${root}`;
  for (let at = tail.lastIndexOf(tag); at !== -1; at = at === 0 ? -1 : tail.lastIndexOf(tag, at - 1)) {
    const end = matchAt(TAG_END, tail, at + tag.length);
    if (end === null) continue;
    if (skipMisc(tail, end.index + end[0].length) === tail.length) return at;
  }
  return undefined;
}

/** Digits of the largest count that fits. */
const COUNT_DIGITS = 12;

/**
 * The quoted value of `count`, always equally long, so that it can be written once the number is known: XML allows
 * any number of blanks after it.
 */
export const countField = (count: number): string => `"${String(count)}"`.padEnd(COUNT_DIGITS + 2);
