/**
 * Values of flags, checked. Every refusal is a `USAGE` error whose detail names the flag and what it takes.
 */
import { MoverError } from '../../transfer/errors.ts';
import { KINDS, type Kind } from '../../transfer/kinds/kind.ts';

export function usage(detail: string): MoverError {
  return new MoverError('USAGE', { detail });
}

/** A folder that a command looks into, and would never make. */
export function noFolder(path: string, cause?: unknown): MoverError {
  return new MoverError('DESTINATION_MISSING', {
    sentence: 'There is no such folder. Check the path.',
    detail: path,
    cause,
  });
}

/** @throws MoverError `USAGE` unless `text` is a whole number of [min, max]. */
export function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw usage(`${flag} takes a whole number from ${String(min)} to ${String(max)}`);
  }
  return value;
}

/** @throws MoverError `USAGE` unless `text` is undefined or a whole number of [min, max]. */
export function optionalNumber(
  flag: string,
  text: string | undefined,
  min: number,
  max: number,
): number | undefined {
  return text === undefined ? undefined : wholeNumber(flag, text, min, max);
}

/** A week: longer than anybody waits, and short enough for a timer. */
const MOST_MINUTES = 7 * 24 * 60;

/** @returns milliseconds. @throws MoverError `USAGE` unless `text` is undefined or whole minutes of a week. */
export function optionalMinutes(flag: string, text: string | undefined): number | undefined {
  const minutes = optionalNumber(flag, text, 0, MOST_MINUTES);
  return minutes === undefined ? undefined : minutes * 60_000;
}

const BYTES_A_MEGABYTE = 1_000_000;
/** 10 kB/s: slower than that a lane counts as dead before its first block has gone. */
const LEAST_MEGABYTES = 0.01;
const MOST_MEGABYTES = 100_000;

/** @returns bytes a second. @throws MoverError `USAGE` unless `text` is undefined or megabytes a second, `0.5` among them. */
export function optionalRate(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const megabytes = /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(megabytes >= LEAST_MEGABYTES && megabytes <= MOST_MEGABYTES)) {
    throw usage(
      `${flag} takes megabytes a second, from ${String(LEAST_MEGABYTES)} to ${String(MOST_MEGABYTES)}`,
    );
  }
  return Math.round(megabytes * BYTES_A_MEGABYTE);
}

/** `a` or `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${String(words.at(-1))}`;
}

/**
 * Names of kinds separated by commas, each once, in the order of the table of kinds.
 * @throws MoverError `USAGE` for a name that is none, or no name at all.
 */
export function parseKinds(flag: string, text: string): readonly Kind[] {
  const names = text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const wrong = names.find((name) => !(KINDS as readonly string[]).includes(name));
  if (wrong !== undefined || names.length === 0) {
    throw usage(`${flag} takes names of ${listed(KINDS)}, separated by commas`);
  }
  return KINDS.filter((kind) => names.includes(kind));
}

export function optionalKinds(flag: string, text: string | undefined): readonly Kind[] | undefined {
  return text === undefined ? undefined : parseKinds(flag, text);
}
