/** What must hold of a destination, whatever happened to the move into it. */
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openFolderDestination, undoMove } from '../../src/transfer/index.ts';
import { readTree, type Node } from '../support/tree.ts';

export type Tree = Record<string, Node>;
/** A destination in use: what was there must be there afterwards, unchanged. */
export function useFolder(into: string): void {
  mkdirSync(join(into, 'files'), { recursive: true });
  writeFileSync(join(into, 'files', 'film-0.bin'), 'mine, and another\n');
  writeFileSync(join(into, 'files', 'mine.txt'), 'mine\n');
}

export const visible = (into: string): Tree =>
  existsSync(into)
    ? Object.fromEntries(Object.entries(readTree(into)).filter(([path]) => !path.startsWith('.openmover-')))
    : {};

/** Where a file is kept beside others of its name: one that was there, and one that it was before it changed. */
const besides = (path: string): string[] =>
  [2, 3].map((number) => path.replace(/(\.\w+)$/, ` (${String(number)})$1`));

/** Everything of the source is there, under its name or beside another file of it, and what was there is as it was. */
export function expectWhole(from: string, into: string, before: Tree): void {
  const after = readTree(into);
  expect(after).toMatchObject(before);
  for (const [path, node] of Object.entries(readTree(join(from, 'files')))) {
    const there = [path, ...besides(path)].map((name) => after[`files/${name}`]);
    expect(
      there.some((one) => one?.type === node.type && one.content === node.content),
      path,
    ).toBe(true);
  }
  // Staging is gone; what there is to take the move back with stays.
  expect(Object.keys(after).filter((path) => /^\.openmover-(?!undo)/.test(path))).toEqual([]);
}

/** Whatever broke off and was gone on with, it is taken back as one move. */
export async function expectUndone(into: string, before: Tree): Promise<void> {
  const destination = await openFolderDestination(into);
  const { left } = await undoMove({ destination, signal: new AbortController().signal });
  expect(left).toEqual([]);
  expect(readTree(into)).toEqual(before);
}

export const bytesBelow = (folder: string): number =>
  readdirSync(folder, { recursive: true }).reduce(
    (sum, name) => sum + statSync(join(folder, String(name))).size,
    0,
  );

/** Nothing is there that is neither from before nor whole. */
export function expectNothingHalf(from: Tree, into: string, before: Tree): void {
  const after = visible(into);
  expect(after).toMatchObject(before);
  const whole = new Set(Object.values(from).map(({ content }) => content));
  for (const [path, node] of Object.entries(after)) {
    if (!(path in before) && node.type === 'file') expect(whole.has(node.content), path).toBe(true);
  }
}
