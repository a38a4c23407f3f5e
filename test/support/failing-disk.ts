/**
 * A process that dies at a certain one of its changes to the disk: the change is not made, nor is any after it, whatever the
 * code still tries on its way out. Node's own file calls are replaced, so nothing in the engine knows of it.
 */
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

export class Died extends Error {
  constructor() {
    super('the process has died');
  }
}

type Call = (...args: unknown[]) => unknown;

const CHANGES = [
  'chmodSync',
  'copyFileSync',
  'createWriteStream',
  'ftruncateSync',
  'futimesSync',
  'linkSync',
  'mkdirSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'unlinkSync',
  'utimesSync',
  'writeFileSync',
  'writeSync',
] as const;
const PROMISED_CHANGES = ['rm'] as const;

/** Flags with which a file is opened to be written to. */
const WRITES = /[wa+]/;
const opensToWrite = (flags: unknown): boolean =>
  typeof flags === 'string' ? WRITES.test(flags) : typeof flags === 'number' && (flags & 3) !== 0;

/**
 * Runs `work` so that it dies before its change number `at`, counted from 0.
 * @returns how many changes it made, and whether it lived to its end.
 */
export async function dieAt(
  at: number,
  work: () => Promise<unknown>,
): Promise<{ changes: number; lived: boolean }> {
  let changes = 0;
  const originals: (() => void)[] = [];
  const replace = (object: object, name: string, isChange: (args: unknown[]) => boolean): void => {
    const calls = object as Record<string, Call>;
    const original = calls[name];
    if (original === undefined) throw new TypeError(`there is no ${name}`);
    calls[name] = (...args) => {
      if (!isChange(args)) return original(...args);
      if (changes >= at) throw new Died();
      changes += 1;
      return original(...args);
    };
    originals.push(() => {
      calls[name] = original;
    });
  };
  for (const name of CHANGES) replace(fs, name, () => true);
  for (const name of PROMISED_CHANGES) replace(fsPromises, name, () => true);
  replace(fs, 'openSync', ([, flags]) => opensToWrite(flags));
  replace(fsPromises, 'open', ([, flags]) => opensToWrite(flags));
  syncBuiltinESMExports();
  try {
    await work();
    return { changes, lived: true };
  } catch (error) {
    if (changes < at) throw error;
    return { changes, lived: false };
  } finally {
    for (const restore of originals) restore();
    syncBuiltinESMExports();
  }
}
