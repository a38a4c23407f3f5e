/** Removes what the build makes, so that no file of an earlier build is shipped. Runs on any Node since 16. */
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

await rm(fileURLToPath(new URL('../dist', import.meta.url)), { recursive: true, force: true });
