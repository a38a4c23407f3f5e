/**
 * Values of attributes in "SMS Backup & Restore" files: columns of Android's databases as text, where the literal
 * `null` stands for no value. And the bounds that values from another device must keep.
 */
import { z } from 'zod';

export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

/** xs:unsignedByte of the public schema: types, flags, MMS header octets. */
export const OCTET = { min: 0, max: 255 } as const satisfies IntegerRange;
/** xs:byte of the public schema: SMS status and part sequence. */
export const SIGNED_OCTET = { min: -128, max: 127 } as const satisfies IntegerRange;
/** Milliseconds since 1970 that a Date can hold (ECMA-262, 21.4.1.1). */
const MILLISECONDS = { min: 0, max: 8.64e15 } as const satisfies IntegerRange;
/** Types of calls and messages: makers of phones have numbers of their own, from 500 on. */
export const TYPE = { min: 0, max: 65_535 } as const satisfies IntegerRange;
/** Seconds since 1970, and durations in seconds. */
export const SECONDS = { min: 0, max: 8.64e12 } as const satisfies IntegerRange;

const INTEGER = /^[+-]?\d{1,16}$/;

/** The text of an attribute; null when it is absent or the literal `null`. */
export const text = (value: string | undefined): string | null =>
  value === undefined || value === 'null' ? null : value;

/** An integer within a range; null when absent, `null`, or anything else. */
export function integer(value: string | undefined, range: IntegerRange): number | null {
  if (value === undefined || !INTEGER.test(value)) return null;
  const number = Number(value);
  return number >= range.min && number <= range.max ? number + 0 : null;
}

/** The same, and `usual` where the column is absent or empty: that says nothing, anything else that is no number is a flaw. */
export const integerOr = (value: string | undefined, range: IntegerRange, usual: number): number | null =>
  isEmpty(value) ? usual : integer(value, range);

const isEmpty = (value: string | undefined): boolean =>
  value === undefined || value === 'null' || value.trim() === '';

/** A date in seconds would be in the spring of 1970 as milliseconds, when nobody had a mobile phone. */
const [SECONDS_FROM, SECONDS_TO] = [1e8, 1e10];
/** In the year 5138. As milliseconds it is in 1973. */
const LAST_SECONDS = 1e11 - 1;

/** Milliseconds since 1970 out of a column that some programs fill with seconds. */
const asMilliseconds = (date: number): number =>
  date >= SECONDS_FROM && date < SECONDS_TO ? date * 1_000 : date;

/** Seconds since 1970 out of a column that some programs fill with milliseconds. */
const asSeconds = (date: number): number =>
  date > LAST_SECONDS ? Math.min(Math.floor(date / 1_000), LAST_SECONDS) : date;

export function milliseconds(value: string | undefined): number | null {
  const date = integer(value, MILLISECONDS);
  return date === null ? null : asMilliseconds(date);
}

export function seconds(value: string | undefined): number | null {
  const date = integer(value, MILLISECONDS);
  return date === null ? null : asSeconds(date);
}

/** What XML 1.0 cannot hold (section 2.2): controls, lone surrogates, U+FFFE and U+FFFF. */
const ILLEGAL = /[^\t\n\r\u0020-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const isControl = (character: string): boolean => character < ' ';

/** The text as a file can hold it: controls dropped, other illegal code points replaced by U+FFFD. */
export const legal = (value: string): string =>
  value.replace(ILLEGAL, (character) => (isControl(character) ? '' : '\ufffd'));

/**
 * Text of a record that comes in from another device: made legal, and `null` spelt out means no value, as it does in
 * the file, so that a record equals itself after being written and read.
 */
export const textSchema = z
  .string()
  .nullable()
  .transform((value) => (value === null || value === 'null' ? null : legal(value)));

export const integerSchema = (range: IntegerRange): z.ZodNumber =>
  z.number().int().min(range.min).max(range.max);

/** Dates of a record as they are read back from the file that it is written to. */
export const millisecondsSchema = integerSchema(MILLISECONDS).transform(asMilliseconds);
export const secondsSchema = integerSchema(MILLISECONDS).transform(asSeconds);
