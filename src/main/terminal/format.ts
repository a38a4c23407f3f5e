/**
 * Numbers, sizes, times and names as a person reads them. Sizes are decimal (1 MB = 1,000,000 bytes), as phones and
 * file managers show them.
 */
import { basename, relative } from 'node:path';
import { printable } from '../../transfer/privacy/escape.ts';
import { type Kind, SKIP_REASONS, type SkipCount } from '../../transfer/kinds/kind.ts';

export const KIND_LABELS: Readonly<Record<Kind, string>> = {
  contacts: 'Contacts',
  messages: 'Messages',
  calls: 'Calls',
  calendar: 'Calendar',
  apps: 'Apps',
  files: 'Files',
};

/** Made when somebody reads: the first takes 15 ms, which `--json` need not wait for. */
let whole: Intl.NumberFormat | undefined;
let short: Intl.NumberFormat | undefined;
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

export function count(value: number): string {
  whole ??= new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
  return whole.format(value);
}

export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  // 999.5 would be shown as 1,000 of the smaller unit.
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  short ??= new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
  return `${unit === 0 ? count(size) : short.format(size)} ${UNITS[unit] ?? 'B'}`;
}

export function speed(bytesPerSecond: number): string {
  return `${bytes(bytesPerSecond)}/s`;
}

/** `0.4 s`, `42 s`, `5 min`, `1 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${(Math.round(seconds * 10) / 10).toString()} s`;
  if (seconds < 59.5) return `${count(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min`;
  const rest = minutes % 60;
  return `${count(Math.floor(minutes / 60))} h${rest === 0 ? '' : ` ${String(rest)} min`}`;
}

/** `0:42`: how long something is still waited for. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1_000));
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A path as it can be typed after a command: quoted for a POSIX shell where it has to be. */
export function asArgument(path: string): string {
  const shown = printable(path);
  return /^[\w@%+=:,./~-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", String.raw`'\''`)}'`;
}

/** How this command was called, so that what is shown can be typed again: `mover`, or `node dist/main/cli/index.js`. */
export function commandName(script = process.argv[1] ?? ''): string {
  if (script === '' || /^mover(?:\.|$)/.test(basename(script)) || script.includes('node_modules'))
    return 'mover';
  const near = relative(process.cwd(), script);
  return `node ${asArgument(near.startsWith('..') ? script : near)}`;
}

export const PLAIN_FOLDER =
  'This is no device folder (no contacts.vcf, files/ …): everything in it is taken as files.';

export function plural(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `3 × symbolic links are not moved`. */
export function skipText({ reason, count: times }: SkipCount): string {
  return `${count(times)} × ${SKIP_REASONS[reason].text}`;
}

export function skipTotal(skipped: readonly SkipCount[], onPurpose?: boolean): number {
  return skipped
    .filter(({ reason }) => onPurpose === undefined || SKIP_REASONS[reason].onPurpose === onPurpose)
    .reduce((sum, { count: times }) => sum + times, 0);
}

/** What a person would take for moved: the whole of a kind is behind a link. */
export const linkedFolders = ({ linked = [] }: { readonly linked?: readonly Kind[] }): readonly string[] =>
  linked.map(
    (kind) =>
      `"${kind}" in this folder is a symbolic link, which is not followed: nothing behind it moves. To move it, name what it leads to: --${kind} DIR`,
  );
