/**
 * Telephone numbers as keys, for kinds that know their records by digests only: two numbers are the same, as contacts
 * compare them (contacts/phone.ts), when one has a key among `same` that the other has among `known`. Whether they are is
 * not transitive, so one key each cannot tell.
 */
import { COUNTRY_CODE, parsePhone, phoneKey, SHORTEST_NATIONAL } from './contacts/phone.ts';

export interface NumberKeys {
  /** To be remembered of a record. */
  readonly known: readonly string[];
  /** To be looked for: one that is known shows the same number. */
  readonly same: readonly string[];
  /** Shared by all spellings of it, and by some other numbers. */
  readonly tail: string;
}

/** Bidirectional and other format marks, which some programs copy along with a number. */
const INVISIBLE = /\p{Cf}/gu;
/** A country whose national form is not the number with zeros before it: the digit or digits, and the length with them. */
const TRUNKS = [
  { code: '1', prefix: '1', length: 11 },
  { code: '7', prefix: '8', length: 11 },
  { code: '36', prefix: '06', length: undefined },
] as const;

export function numberKeys(address: string | null): NumberKeys {
  if (address === null) return { known: ['none'], same: ['none'], tail: 'none' };
  const visible = address.replace(INVISIBLE, '').trim();
  const phone = parsePhone(visible);
  const { digits, international } = phone;
  if (digits === '') {
    const text = `text ${visible.toLowerCase()}`;
    return { known: [text], same: [text], tail: text };
  }
  const keys = international ? internationalKeys(digits) : nationalKeys(digits);
  const beside = (key: string): string => (phone.rest === '' ? key : `${key} ${phone.rest}`);
  return { known: keys.known.map(beside), same: keys.same.map(beside), tail: phoneKey(phone) ?? digits };
}

type Keys = Omit<NumberKeys, 'tail'>;

function internationalKeys(digits: string): Keys {
  const known = [`+${digits}`];
  const same = [`+${digits}`];
  for (let length = 1; length <= 3; length++) {
    const code = digits.slice(0, length);
    const significant = digits.slice(length);
    if (significant.length < SHORTEST_NATIONAL || !COUNTRY_CODE.test(code)) continue;
    known.push(`abroad ${significant}`);
    same.push(`here ${significant}`);
    if (!TRUNKS.some((trunk) => trunk.code === code)) continue;
    known.push(`abroad ${code} ${significant}`);
    same.push(`here ${code} ${significant}`);
  }
  return { known, same };
}

function nationalKeys(digits: string): Keys {
  const bare = digits.replace(/^0+/, '');
  if (bare.length < SHORTEST_NATIONAL) return { known: [`short ${digits}`], same: [`short ${digits}`] };
  const forms = new Set([bare, digits]);
  for (const { code, prefix, length } of TRUNKS) {
    if (digits.startsWith(prefix) && (length ?? digits.length) === digits.length)
      forms.add(`${code} ${digits.slice(prefix.length)}`);
  }
  const same = [...forms].map((form) => `abroad ${form}`);
  same.push(`here ${bare}`);
  // North America writes its trunk prefix 1 or leaves it out.
  if (bare.length === 10) same.push(`here 1 ${bare}`);
  if (bare.length === 11 && bare.startsWith('1')) same.push(`here ${bare.slice(1)}`);
  return { known: [...forms].map((form) => `here ${form}`), same };
}
