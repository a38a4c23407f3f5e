/** Reads the fuses of an Electron program: https://www.electronjs.org/docs/latest/tutorial/fuses ("fuse wire"). */
import { readFileSync } from 'node:fs';

/** Stands in the program right before the wire. */
const SENTINEL = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX', 'latin1');

/** In the order in which they stand on the wire, version 1. */
const FUSES = [
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'nodeCliInspect',
  'embeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
] as const;

/** @throws Error when the program has no wire */
export function readFuses(program: string): Record<string, boolean> {
  const bytes = readFileSync(program);
  const at = bytes.indexOf(SENTINEL) + SENTINEL.length;
  const [version, length = 0] = bytes.subarray(at, at + 2);
  if (at < SENTINEL.length || version !== 1) throw new Error('no fuses of version 1');
  const wire = bytes.toString('latin1', at + 2, at + 2 + length);
  return Object.fromEntries(FUSES.slice(0, length).map((name, index) => [name, wire[index] === '1']));
}
