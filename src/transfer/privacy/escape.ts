/**
 * Text of the other device, made fit for a terminal. A name may hold escape sequences that retitle the window or move
 * the cursor, and bidirectional marks that show `exe.gpj` as something else.
 */

/** Controls, format characters (bidi marks, zero width), line and paragraph separators, lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The text with each such character written as `\u{1b}`. One line stays one line. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
