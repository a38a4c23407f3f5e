/**
 * What the other device calls itself, fit to stand in a sentence: another person chose it, so marks that turn the
 * direction of what follows are taken out, and a name of the other direction is set apart (UAX #9, isolates).
 */
const TURNING = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

export function deviceName(name: string, direction: 'ltr' | 'rtl'): string {
  const plain = name.replace(TURNING, '');
  return direction === 'rtl' || RIGHT_TO_LEFT.test(plain) ? `\u2068${plain}\u2069` : plain;
}
