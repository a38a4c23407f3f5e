/**
 * Which names may travel: any Unicode text that is one component of a path. What a destination can hold is another
 * question, and its own (devices/name-rules.ts). Both sides ask here: the sender so that nothing is offered that will be
 * refused, the receiver because a paired peer may still be hostile. Names that we make into files of our own choosing
 * (APKs, collections of records) must be portable: one that could mean something else on any system is rejected.
 *
 * Sources: Microsoft "Naming Files, Paths, and Namespaces" (reserved names and characters), Unicode Standard Annex 31
 * and UTR 36 (invisible and bidirectional characters), LocalSend CVE-2025-27142, Warpinator CVE-2022-42725,
 * node-tar CVE-2021-32804 and CVE-2021-37701 (what happens without).
 *
 * 8.3 aliases (`PROGRA~1`) are legal names, and cameras made many of them. As an alias such a name can only lead to
 * another entry of the same folder, where nothing is ever overwritten. The one alias that matters is that of our own
 * staging folder, and that is rejected.
 */
import { sep } from 'node:path';
import { LIMITS } from '../limits.ts';

export type NameProblem =
  | 'empty'
  | 'dot'
  | 'separator'
  | 'forbidden-character'
  | 'control-character'
  | 'not-unicode'
  | 'trailing-dot-or-space'
  | 'reserved'
  | 'too-long';

export type PathProblem = NameProblem | 'too-deep' | 'path-too-long' | 'staging';

/** What the names of our staging folders begin with: no entry at the top of a tree may look like one. */
export const STAGING_PREFIX = '.openmover-';

/** Also what NTFS generates as its short name: `OPENMO~1`, and from the fifth on `OP` and four hexadecimal digits. */
const STAGING_NAME = /^(?:\.openmover-|op(?:enmo|[0-9a-f]{4})~)/;

/** Everything a name can be rejected for except its being reserved or too long; told apart below. */
const SUSPECT =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}\p{Noncharacter_Code_Point}/\\<>:"|?*]|[. ]$|^(?:aux|clock|com|con|lpt|nul|prn)/iu;

/** `:` is among them: `C:`, and an NTFS alternate data stream (`notes.txt:hidden`). */
const FORBIDDEN = /[<>:"|?*]/;

/**
 * Controls, invisible formatting and bidirectional overrides (`gpj.exe` shown as `exe.jpg`). Zero-width joiner and
 * non-joiner stay: Persian and Indic words and joined emoji are spelled with them; so do the tags of flags.
 */
const CONTROL =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]|(?![\u200C\u200D\u{E0020}-\u{E007F}])\p{Cf}/u;

/** Devices of Windows in any folder and with any extension; superscript digits count as digits there. */
const RESERVED =
  /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00B9\u00B2\u00B3])[ ]*(?:\..*)?$/i;

/** UTF-8 bytes are at most three times the UTF-16 units: names up to here need no counting. */
const SHORT_NAME = Math.floor(LIMITS.nameBytes / 3);

/** Why one component of a path may not travel; undefined when it may. */
export function checkName(name: string): NameProblem | undefined {
  if (name.length === 0) return 'empty';
  if (name === '.' || name === '..') return 'dot';
  if (/[/\0]/.test(name)) return 'separator';
  if (/\p{Surrogate}/u.test(name)) return 'not-unicode';
  if (name.length > SHORT_NAME && Buffer.byteLength(name) > LIMITS.nameBytes) return 'too-long';
  return undefined;
}

/** Why a name is not one that every system takes for the same name, and shows as it is; undefined when it is. */
export function checkPortableName(name: string): NameProblem | undefined {
  if (name.length === 0) return 'empty';
  if (SUSPECT.test(name)) {
    if (name === '.' || name === '..') return 'dot';
    if (/[/\\]/.test(name)) return 'separator';
    if (/\p{Surrogate}/u.test(name)) return 'not-unicode';
    if (CONTROL.test(name)) return 'control-character';
    if (FORBIDDEN.test(name)) return 'forbidden-character';
    if (/[. ]$/.test(name)) return 'trailing-dot-or-space';
    if (RESERVED.test(name)) return 'reserved';
  }
  if (name.length > SHORT_NAME && Buffer.byteLength(name) > LIMITS.nameBytes) return 'too-long';
  return undefined;
}

/**
 * Why a path may not travel; undefined when it may: every component by itself, and all of them together.
 * @param components below the root of the kind (`files/`, `apps/`).
 * @param check of a component: `checkName`, or `checkPortableName` for the files of an app.
 */
export function checkPath(
  components: readonly string[],
  check: (name: string) => NameProblem | undefined = checkName,
): PathProblem | undefined {
  const first = components[0];
  if (first === undefined) return 'empty';
  if (components.length > LIMITS.pathDepth) return 'too-deep';
  let bytes = components.length - 1;
  for (const component of components) {
    const problem = check(component);
    if (problem !== undefined) return problem;
    bytes += Buffer.byteLength(component);
  }
  if (bytes > LIMITS.pathBytes) return 'path-too-long';
  return isStagingName(first) ? 'staging' : undefined;
}

/** Whether a name at the top of a tree could be taken for one of our staging folders. */
export function isStagingName(name: string): boolean {
  return STAGING_NAME.test(collisionKey(name));
}

/**
 * Two names with the same key may be one name on some file system: compatibility normalisation, full case folding and
 * no default-ignorable characters, after NFKC_Casefold (Unicode 3.13, R5). Folding goes to lower case, to upper and
 * back, so that ß, ẞ and ss, or ς and σ, meet. The dotless ı does not fold: it would meet i only under Turkish rules, and
 * ılık and ilik are two words.
 *
 * A key is for comparing only: NFKC can make `/` and `..` out of other characters.
 */
export function collisionKey(name: string): string {
  if (/^[\u0020-\u007E]*$/.test(name)) return name.toLowerCase();
  return name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .split('\u0131')
    .map((part) => part.toLowerCase().toUpperCase().toLowerCase())
    .join('\u0131')
    .normalize('NFKC');
}

/** Whether a name read from a journal leads no further than its folder: a journal lies where others may write. */
export const isComponent = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name) && !name.includes(sep);
