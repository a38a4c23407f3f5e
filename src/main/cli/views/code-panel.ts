/**
 * The code for the old device's person: large digits and a QR code on a terminal, one line elsewhere.
 */
import { renderUnicodeCompact } from 'uqr';
import type { Ephemeral } from '../../../transfer/privacy/ephemeral.ts';
import { bigDigits, grouped } from './big-digits.ts';
import type { Io } from '../../terminal/io.ts';

const INDENT = '   ';
/** What a QR code, the digits and the lines before them need. */
const LOW_ROWS = 38;

export function codePanel(io: Io, code: Ephemeral<string>, qr: Ephemeral<string>): string {
  if (io.output.isTTY !== true)
    return code.use((digits) => `Type this on your old device: ${grouped(digits)}`);
  const columns = io.output.columns ?? 80;
  const digits = code.use((text) => {
    const large = bigDigits(text);
    const fits = large.every((line) => INDENT.length + line.length < columns);
    return (fits ? large : [grouped(text)]).map(
      (line) => INDENT + (io.colour ? `\x1b[1m${line}\x1b[0m` : line),
    );
  });
  // Block letters can be neither copied nor read aloud by a screen reader: the plain line can.
  const plain = code.use((text) => `Code: ${grouped(text)}`);
  const panel = [
    '',
    ...qrLines(io, columns, qr),
    'Type this on your old device:',
    '',
    ...digits,
    '',
    plain,
    '',
  ];
  return panel.join('\n');
}

function qrLines(io: Io, columns: number, qr: Ephemeral<string>): string[] {
  const lines = qr.use((text) => renderUnicodeCompact(text, { border: 2 }).split('\n'));
  // On a low terminal it would push the digits off the screen.
  if ((io.output.rows ?? LOW_ROWS) < LOW_ROWS) return [];
  // A QR code that wraps cannot be read: leave it out.
  if (lines.some((line) => INDENT.length + line.length >= columns)) return [];
  // Explicit white on black: a light terminal theme would turn the code into its negative.
  return [...lines.map((line) => INDENT + (io.colour ? `\x1b[97;40m${line}\x1b[0m` : line)), ''];
}
