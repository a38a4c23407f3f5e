/** Writing all of it: one write may be cut short when the disk is nearly full. */
import { writeSync } from 'node:fs';

/** @param position where in the file; at its end, or where it stands, when it is left out. @throws errors of the file system. */
export function writeAll(fd: number, bytes: Uint8Array, position?: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(fd, bytes, done, bytes.length - done, position === undefined ? null : position + done);
  }
}
