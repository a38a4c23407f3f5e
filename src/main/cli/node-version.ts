/**
 * The oldest Node this runs on, which README, CONTRIBUTING and package.json name as well. This file and index.ts hold
 * nothing that a Node since 16 could not parse: they are what tells an old one.
 */
export const OLDEST_NODE = 22;

/** What to say to a Node that is too old; undefined for one that will do. */
export function nodeRefusal(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= OLDEST_NODE) return undefined;
  return `OpenMover needs Node ${String(OLDEST_NODE)} or newer, and this is Node ${version}: see https://nodejs.org/en/download.`;
}
