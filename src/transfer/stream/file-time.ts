/**
 * A modification time for `futimes` and the like. As text: Node takes a number below 0 (before 1970) for now, and a `Date`
 * loses what is finer than a millisecond.
 *
 * @param mtimeMs since 1970.
 */
export const fileTime = (mtimeMs: number): string => String(mtimeMs / 1000);
