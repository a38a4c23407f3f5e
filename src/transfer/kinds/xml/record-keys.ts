/** Which records are one, by digests: whose number it is, however it is spelt, when it was, and what else it says. */
import { numberKeys } from '../number-keys.ts';
import { digestOf } from './record-digest.ts';

export interface RecordKeys {
  /** To be remembered of a record that is there. At least 16 bytes each. */
  readonly known: readonly Uint8Array[];
  /** To be looked for: when one of them is known, the record is there. */
  readonly same: readonly Uint8Array[];
}

/** @param rest what must be equal besides. */
export function recordKeys(rest: string, number: string | null): RecordKeys {
  const { known, same } = numberKeys(number);
  const digest = (key: string): Uint8Array => digestOf(`${rest} ${key}`);
  return { known: known.map(digest), same: same.map(digest) };
}
