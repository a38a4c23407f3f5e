/** Six digits as people write and paste them. */

export const CODE_LENGTH = 6;

/** Digits of any script as ASCII ("٤٧" is 47); spaces, hyphens and whatever else stood between them are dropped. */
export function digitsOf(text: string): string {
  return [...text.normalize('NFKC')].map(asciiDigit).join('');
}

/** Every decimal digit (Nd) belongs to a run of ten that begins at its zero (Unicode, section 4.6). */
function asciiDigit(character: string): string {
  if (!/^\p{Nd}$/u.test(character)) return '';
  const point = character.codePointAt(0) ?? 0;
  let zero = point;
  while (point - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(point - zero);
}
