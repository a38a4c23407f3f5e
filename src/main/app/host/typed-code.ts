/** Six digits as people type them. */
import { Ephemeral, MoverError } from '../../../transfer/index.ts';

/** First digits of the decimal rows that keyboards of our languages write (Unicode, Nd): Arabic-Indic and its eastern form. */
const ZEROS = [0x0660, 0x06f0] as const;

function ascii(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  const zero = ZEROS.find((first) => code >= first && code <= first + 9);
  return zero === undefined ? digit : String(code - zero);
}

/**
 * Spaces and hyphens between the digits do not matter, nor which script's digits they are.
 * @throws MoverError `CODE_INVALID`
 */
export function sealTypedCode(typed: string): Ephemeral<string> {
  const digits = [...typed.normalize('NFKC').replaceAll(/[\s\-\p{Cf}]/gu, '')].map(ascii).join('');
  if (!/^[0-9]{6}$/.test(digits)) throw new MoverError('CODE_INVALID');
  return new Ephemeral(digits);
}
