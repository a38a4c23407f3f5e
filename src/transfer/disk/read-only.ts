/**
 * How a file of a person's is opened (open(2)): a link in its place is not followed, for it could lead anywhere, and a pipe is not
 * waited for. Windows has neither flag.
 */
import { constants } from 'node:fs';

export const READ_ONLY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
