/**
 * What a tar entry of a lane is called: the number of its manifest entry, or the first and last number of a run of
 * entries whose contents follow one another (PROTOCOL.md, "Tar stream"). Paths never travel here.
 */

/** Content of a run at most: both sides hold it in memory. */
export const RUN_BYTES = 256 * 1024;

/** Entries of a run at most: a run of empty files is bounded too. */
export const RUN_ENTRIES = 4096;

const NAME = /^(0|[1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?$/;

export function entryName(first: number, last: number): string {
  return first === last ? String(first) : `${String(first)}-${String(last)}`;
}

/** First and last number, or undefined for a name that is none. */
export function parseEntryName(name: string): { readonly first: number; readonly last: number } | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = match[2] === undefined ? first : Number(match[2]);
  if (match[2] !== undefined && (last <= first || last - first >= RUN_ENTRIES)) return undefined;
  return { first, last };
}
