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
export const MILLISECONDS = { min: 0, max: 8.64e15 } as const satisfies IntegerRange;
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
