/** What fuzzing has found: inputs that once broke a promise, a file each, tried again by every `npm test`. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('findings', import.meta.url));

export interface Finding {
  readonly name: string;
  readonly bytes: Buffer;
}

export function findingsOf(target: string): Finding[] {
  const folder = join(FOLDER, target);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

/** @returns the path of the new case. */
export function addFinding(target: string, bytes: Buffer): string {
  const folder = join(FOLDER, target);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, createHash('sha256').update(bytes).digest('hex').slice(0, 12));
  writeFileSync(path, bytes);
  return path;
}
