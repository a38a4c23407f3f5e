/**
 * Telephone numbers by what they dial. Not a full numbering-plan library: two spellings are one number when their
 * digits are the same, or when one is the other with its country code (ITU-T E.164) in place of a trunk prefix.
 * Two numbers that both say their country are the same only when all digits are.
 */

export interface Phone {
  /** Digits of the number itself; empty when it is none (`BusinessPhone`). */
  readonly digits: string;
  readonly international: boolean;
  /** What is dialled after it (extension, pauses), or the text of what is no number. */
  readonly rest: string;
}

/** Calling codes of ITU-T E.164: 1 and 7, the two-digit ones, and the three-digit groups. */
export const COUNTRY_CODE =
  /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|(?:2[1-689]|3[578]|42|5[09]|6[7-9]|8[058]|9[679])\d)$/;

/** Fewer digits are a short code or an extension: compared as they stand. */
export const SHORTEST_NATIONAL = 6;

export function parsePhone(value: string): Phone {
  // Number fields copied on some phones carry invisible direction marks (U+202A … U+202C).
  let text = value
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .trim()
    .toLowerCase();
  if (/^sips?:/.test(text) || text.includes('@')) return { digits: '', international: false, rest: text };
  text = text.replace(/^tel:/, '').replace(/;phone-context=(\+?[\d-]+)$/, '');
  const extension = /(?:;ext=|(?:ext\.?|x|#|[pw,;])\s*)(?=[\d])/.exec(text.slice(1));
  const cut = extension === null ? text.length : extension.index + 1;
  const rest = text.slice(cut).replace(/;ext=|ext\.?|\s/g, (m) => (m.trim() === '' ? '' : 'x'));
  // "+44 (0)20 …" shows the trunk prefix that is not dialled after the country code.
  const main = text.slice(0, cut).replace(/^(\s*\+.*?)\(0\)/, '$1');
  if (/[^\d\s+()./\-–*#pw,;]/.test(main)) return { digits: '', international: false, rest: text };
  let digits = main.replace(/[^\d*#]/g, '');
  let international = main.trimStart().replace(/^\(/, '').startsWith('+');
  if (!international && /^00[1-9]\d{7}/.test(digits)) {
    digits = digits.slice(2);
    international = true;
  }
  return digits === '' ? { digits, international: false, rest: text } : { digits, international, rest };
}

/** What the number may look like after a country code: trunk prefixes 0, 1 (North America), 8 (Russia), 06 (Hungary). */
function withoutTrunk(digits: string, code: string): string[] {
  const forms = [digits, digits.replace(/^0+/, '')];
  if (code === '1' && digits.length === 11 && digits.startsWith('1')) forms.push(digits.slice(1));
  if (code === '7' && digits.length === 11 && digits.startsWith('8')) forms.push(digits.slice(1));
  if (code === '36' && digits.startsWith('06')) forms.push(digits.slice(2));
  return forms;
}

function isNationalForm(national: string, international: string): boolean {
  for (let length = 1; length <= 3; length++) {
    const code = international.slice(0, length);
    const significant = international.slice(length);
    if (significant.length < SHORTEST_NATIONAL || !COUNTRY_CODE.test(code)) continue;
    if (withoutTrunk(national, code).includes(significant)) return true;
  }
  return false;
}

/** Whether both dial the same. Not transitive: `0170…` is the same as `+49170…` and as `+43170…`. */
export function samePhone(a: Phone, b: Phone): boolean {
  if (a.rest !== b.rest) return false;
  if (a.digits === b.digits) return true;
  if (a.digits === '' || b.digits === '') return false;
  if (a.international !== b.international)
    return a.international ? isNationalForm(b.digits, a.digits) : isNationalForm(a.digits, b.digits);
  if (a.international) return false;
  const [x, y] = [a.digits.replace(/^0+/, ''), b.digits.replace(/^0+/, '')];
  if (x === y) return x.length >= SHORTEST_NATIONAL;
  // North America writes its trunk prefix 1 or leaves it out.
  const [longer, shorter] = x.length > y.length ? [x, y] : [y, x];
  return longer.length === 11 && longer === `1${shorter}`;
}

/** A key that the same numbers share (different ones may): what to look candidates up by. Undefined when no number. */
export function phoneKey(phone: Phone): string | undefined {
  // Two digits are no telephone; sharing them with a namesake means nothing.
  if (phone.digits.replace(/\D/g, '').length < 3) return undefined;
  return phone.digits.slice(-SHORTEST_NATIONAL);
}

/** Whether `other` dials the same as `known` and says its country, which `known` leaves open. */
export const isFullerPhone = (known: Phone, other: Phone): boolean =>
  !known.international && other.international && samePhone(known, other);

/**
 * Keys of which two numbers share one whenever they are the same. Numbers that share one and differ are few: the same digits
 * in other countries.
 */
export function phoneKeys({ digits, international, rest }: Phone): string[] {
  if (digits === '') return [`\0${rest}`];
  const keys = new Set([digits]);
  if (international) {
    for (let length = 1; length <= 3; length++) {
      const significant = digits.slice(length);
      if (significant.length >= SHORTEST_NATIONAL && COUNTRY_CODE.test(digits.slice(0, length)))
        keys.add(significant);
    }
  } else {
    const bare = digits.replace(/^0+/, '');
    for (const code of ['', '1', '7', '36']) for (const form of withoutTrunk(digits, code)) keys.add(form);
    if (bare.length === 11 && bare.startsWith('1')) keys.add(bare.slice(1));
  }
  return [...keys].map((key) => `${key}\0${rest}`);
}
