/**
 * A modification time for `futimes` and the like. As text: Node takes a number below 0 (before 1970) for now, and a `Date`
 * loses what is finer than a millisecond.
 *
 * @param mtimeMs since 1970.
 */
export const fileTime = (mtimeMs: number): string => String(mtimeMs / 1000);

/** The farthest a `Date` reaches in either direction (ECMA-262, "Time Values and Time Range"). */
const FARTHEST_MS = 8.64e15;

/**
 * A time of a file as it travels: one that a file system holds and no `Date` can is the nearest that one can, so that the
 * file moves.
 */
export const travelTime = (mtimeMs: number): number => Math.min(Math.max(mtimeMs, -FARTHEST_MS), FARTHEST_MS);
