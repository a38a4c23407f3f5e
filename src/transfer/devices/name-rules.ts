/**
 * What a file system can hold as a name, and the nearest name it can hold for one it cannot. The table is rclone's
 * (https://rclone.org/overview/#restricted-filenames): fullwidth forms of `" * : < > ? \ |`, pictures of control
 * characters, a mark before a character that would be taken for one of these. Every name has one such form, and no two
 * names have the same one; only one that is too long is cut, with a digest.
 */
import { createHash } from 'node:crypto';
import { parse } from 'node:path';
import { cutAtCharacter } from './cut-at-character.ts';

/** What a file system can hold as a name. A name it cannot hold is mapped to the nearest it can. */
export interface NameRules {
  /** Characters out of `REFUSED_SOMEWHERE` that it cannot hold. */
  readonly refused: ReadonlySet<string>;
  /** U+0001 to U+001F and U+007F. */
  readonly controls: boolean;
  /** A dot or space at the end. */
  readonly trailing: boolean;
  /** Windows' names of devices, `aux.txt` among them. */
  readonly reserved: boolean;
  /** `a` and `A`, or the two spellings of `é`, are two names. */
  readonly distinct: boolean;
  /** Longest name, in bytes of UTF-8. */
  readonly bytes: number;
}

/** What ext4, tmpfs and their like hold. */
export const EXACT_NAMES: NameRules = {
  refused: new Set(),
  controls: true,
  trailing: true,
  reserved: true,
  distinct: true,
  bytes: 255,
};

export const REFUSED_SOMEWHERE = ['"', '*', ':', '<', '>', '?', '\\', '|'] as const;

/** Windows, whatever a probe says: its own calls take more than its programs can open. */
export const WINDOWS_NAMES: NameRules = {
  refused: new Set(REFUSED_SOMEWHERE),
  controls: false,
  trailing: false,
  reserved: false,
  distinct: false,
  bytes: 255,
};

const MARK = '\u201B';
const FULLWIDTH_BY = 0xfee0;
const PICTURES_FROM = 0x2400;
const [SPACE_PICTURE, DELETE_PICTURE, FULLWIDTH_DOT] = ['\u2420', '\u2421', '\uFF0E'];

/** Devices of Windows in any folder and with any extension; superscript digits count as digits there. */
const DEVICE =
  /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00B9\u00B2\u00B3])[ ]*(?:\..*)?$/is;
const FULLWIDTH_DEVICE = /^[\uFF21-\uFF3A\uFF41-\uFF5A]/;

/** Characters of digest in a name that was cut. */
const DIGEST_CHARACTERS = 8;
/** A longer ending is no ending but a name with a dot in it. */
const ENDING_BYTES = 32;

/** The nearest name that can be held; the name itself where that is one. */
export function holdableName(name: string, rules: NameRules): string {
  if (rules === EXACT_NAMES) return name;
  return shortened(mapped(name, rules), name, rules.bytes);
}

/** The name that `holdableName` was given, unless it was too long. */
export function originalName(held: string, rules: NameRules): string {
  let name = '';
  const characters = [...held];
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    if (character === MARK && index + 1 < characters.length) {
      index += 1;
      name += characters[index] ?? '';
    } else {
      name += originalOf(character, index === characters.length - 1, rules);
    }
  }
  const first = held.slice(0, 1);
  if (rules.reserved || !FULLWIDTH_DEVICE.test(first)) return name;
  const narrow = String.fromCharCode(first.charCodeAt(0) - FULLWIDTH_BY);
  return DEVICE.test(narrow + held.slice(1)) ? narrow + name.slice(1) : name;
}

function mapped(name: string, rules: NameRules): string {
  const characters = [...name];
  const last = characters.length - 1;
  let held = '';
  for (const [index, character] of characters.entries()) {
    const replaced = replacementOf(character, index === last, rules);
    const ambiguous = replaced === undefined && originalOf(character, index === last, rules) !== character;
    held += ambiguous || (character === MARK && index < last) ? MARK + character : (replaced ?? character);
  }
  if (rules.reserved) return held;
  const first = held.slice(0, 1);
  if (DEVICE.test(held)) return String.fromCharCode(first.charCodeAt(0) + FULLWIDTH_BY) + held.slice(1);
  const narrow = String.fromCharCode(first.charCodeAt(0) - FULLWIDTH_BY) + held.slice(1);
  return FULLWIDTH_DEVICE.test(first) && DEVICE.test(narrow) ? MARK + held : held;
}

function replacementOf(character: string, isLast: boolean, rules: NameRules): string | undefined {
  if (rules.refused.has(character)) return String.fromCharCode(character.charCodeAt(0) + FULLWIDTH_BY);
  if (!rules.controls && character === '\x7F') return DELETE_PICTURE;
  if (!rules.controls && character < ' ') return String.fromCharCode(PICTURES_FROM + character.charCodeAt(0));
  if (rules.trailing || !isLast) return undefined;
  if (character === '.') return FULLWIDTH_DOT;
  return character === ' ' ? SPACE_PICTURE : undefined;
}

/** What a character of a held name stands for. */
function originalOf(character: string, isLast: boolean, rules: NameRules): string {
  const code = character.charCodeAt(0);
  const narrow = String.fromCharCode(code - FULLWIDTH_BY);
  if (rules.refused.has(narrow)) return narrow;
  if (!rules.controls && character === DELETE_PICTURE) return '\x7F';
  if (!rules.controls && code > PICTURES_FROM && code < PICTURES_FROM + 0x20) {
    return String.fromCharCode(code - PICTURES_FROM);
  }
  if (rules.trailing || !isLast) return character;
  if (character === FULLWIDTH_DOT) return '.';
  return character === SPACE_PICTURE ? ' ' : character;
}

/**
 * Cut before its ending. The digest is of the original without its ending, so that the two halves of a pair
 * (`IMG_1.HEIC`, `IMG_1.MOV`) keep one stem.
 */
function shortened(held: string, original: string, bytes: number): string {
  if (Buffer.byteLength(held) <= bytes) return held;
  const { name, ext } = parse(held);
  const ending = Buffer.byteLength(ext) <= ENDING_BYTES ? ext : '';
  const whole = ending === '' ? original : original.slice(0, original.lastIndexOf('.'));
  const digest = createHash('sha256').update(whole).digest('hex').slice(0, DIGEST_CHARACTERS);
  const stem = ending === '' ? held : name;
  // Also a digest's place is at an ending of its own, so that no half is cut otherwise than the other.
  return `${cutAtCharacter(stem, bytes - ENDING_BYTES - DIGEST_CHARACTERS - 1)}~${digest}${ending}`;
}
