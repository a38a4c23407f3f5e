/**
 * Makes what "SMS Backup & Restore" writes well-formed XML before a parser sees it. That app writes each UTF-16 unit
 * of an emoji as a character reference of its own (`&#55357;&#56846;`) and refers to control characters XML 1.0 has
 * no way to hold (section 2.2, production 2).
 */

/** References that may be to a surrogate, an illegal control, U+FFFE or U+FFFF, one after the other. */
const SUSPECT_RUN =
  /(?:&#(?:0{0,8}(?:[0-8]|1[124-9]|2\d|3[01]|5[5-7]\d{3}|6553[45])|[xX]0{0,8}(?:[0-8bBcCeEfF]|1[\da-fA-F]|[dD][89a-fA-F][\da-fA-F]{2}|[fF]{3}[eEfF]));)+/g;
const REFERENCE = /&#(?:(\d+)|[xX]([\da-fA-F]+));/g;
/** Characters XML cannot hold; saxes would give up the record for one stray form feed. U+FFFF is kept: see decode.ts. */
const ILLEGAL_RAW = /[^\t\n\r\u0020-\ufffd\uffff]/g;
const LONE_SURROGATE = /[\ud800-\udfff]/gu;

/** An ampersand that begins no reference. A parser would take all up to the next semicolon, records included, for one. */
const BARE_AMPERSAND = /&(?!(?:#\d{1,14}|#[xX][\da-fA-F]{1,14}|[A-Za-z_:][\w.:-]{0,30});)/g;

/**
 * The end of a chunk that cannot be judged yet: a high surrogate's reference (55296 to 56319, no low one: that belongs to
 * what is before it), and the beginning of another one.
 */
const UNDECIDED_TAIL =
  /(?:&#(?:0{0,8}5(?:529[6-9]|5[3-9]\d{2}|6[0-2]\d{2}|63[01]\d)|[xX]0{0,8}[dD][89abAB][\da-fA-F]{2});)?(?:&(?:#(?:[xX]?[\da-fA-F]{0,14})?|[A-Za-z_:][\w.:-]{0,30})?)?$/;
/** A surrogate's reference of the longest form we join and the longest beginning of a name. */
const TAIL_CHARACTERS = 64;

function repairRun(run: string): string {
  const repaired = run.replace(
    REFERENCE,
    (reference, decimal: string | undefined, hex: string | undefined) => {
      const code = decimal === undefined ? parseInt(hex ?? '', 16) : parseInt(decimal, 10);
      if (code >= 0xd800 && code <= 0xdfff) return String.fromCharCode(code);
      const illegal =
        (code < 0x20 && code !== 0x9 && code !== 0xa && code !== 0xd) || code === 0xfffe || code === 0xffff;
      return illegal ? '' : reference;
    },
  );
  return repaired.replace(LONE_SURROGATE, '\ufffd');
}

/**
 * Repairs text that arrives in pieces: joins surrogate references to the character they mean (a half without its
 * other half becomes U+FFFD), drops illegal controls, written out or referred to, and escapes a bare ampersand. Holds
 * back at most 64 characters.
 */
export class ReferenceRepair {
  #carried = '';
  #mended = false;

  /**
   * Whether something had to be mended that the program these files are for would stumble on: an illegal character or
   * a bare ampersand. It reads surrogate references, having written them.
   */
  get mended(): boolean {
    return this.#mended;
  }

  push(text: string): string {
    const whole = this.#carried === '' ? text : this.#carried + text;
    const tail = UNDECIDED_TAIL.exec(whole.slice(-TAIL_CHARACTERS))?.[0] ?? '';
    this.#carried = tail;
    return this.#repair(tail === '' ? whole : whole.slice(0, whole.length - tail.length));
  }

  end(): string {
    const rest = this.#carried;
    this.#carried = '';
    return this.#repair(rest);
  }

  #repair(text: string): string {
    const legal = text.replace(ILLEGAL_RAW, '');
    this.#mended ||= legal.length !== text.length;
    if (!legal.includes('&')) return legal;
    const escaped = legal.replace(BARE_AMPERSAND, '&amp;');
    this.#mended ||= escaped.length !== legal.length;
    return escaped.includes('&#') ? escaped.replace(SUSPECT_RUN, repairRun) : escaped;
  }
}
