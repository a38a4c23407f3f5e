/**
 * The order of names: by code point, as bytes of UTF-8 sort, the same on every system and in every locale. JavaScript
 * compares UTF-16 units, which puts characters beyond U+FFFF before U+E000 to U+FFFF.
 */

const NOT_AS_UNITS = /[\uD800-\uFFFF]/;

/** Sorts in place. */
export function sortByCodePoint(names: string[]): string[] {
  if (!names.some((name) => NOT_AS_UNITS.test(name))) return names.sort();
  return names.sort(compareCodePoints);
}

export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Moves the surrogates above all other units (Unicode 5.18, "Binary Order"). */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
