/**
 * One JSON object a line. Whatever a terminal or a log viewer might act on (C1 controls, bidi overrides, line
 * separators) is written as a `\u` escape: the same value, harmless to look at.
 */
const UNSAFE = /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu;

export function jsonLine(value: object): string {
  const text = JSON.stringify(value).replace(UNSAFE, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
  return `${text}\n`;
}

/** The `error` event of the contract. */
export function errorLine(error: { readonly code: string; readonly message: string }): string {
  return jsonLine({ event: 'error', code: error.code, message: error.message });
}
