/**
 * Finds the person's own number in an MMS, so that it can stay behind: Android itself writes `insert-address-token`
 * in its place (PduHeaders.FROM_INSERT_ADDRESS_TOKEN_STR). A wrong guess would lose somebody else's number, so the
 * rule needs evidence from the same message; without it, addresses stay as they are.
 *
 * - A message that was not received is from the owner: its 137 (from) address, unless that is one of the
 *   participants (`address` of the message, which Android fills with everybody but the owner).
 * - A received message reached the owner: when exactly one of its recipients (151, 130, 129) is not a participant
 *   and all the others are, that one is the owner. In a conversation of two that is the only recipient.
 *   Google Messages keeps an RCS message with the conversation's id in `address` and all other members as 130, the
 *   sender too (which no MMS does): those are participants then.
 *   A recipient hidden by bcc is listed nowhere, and all listed ones are participants then: nothing is replaced.
 */
import type { MmsRecord } from './model.ts';

export const OWN_NUMBER = 'insert-address-token';

const RECEIVED = 1;
const FROM = 137;
const CC = 130;
const RECIPIENTS: readonly number[] = [151, CC, 129];

/** Android's own measure of "perhaps the same number": seven digits from the right (PhoneNumberUtils.MIN_MATCH). */
const MIN_MATCH = 7;

/** A number without punctuation, international and trunk zeros; any other address in lower case. */
function canonical(address: string): string {
  const digits = address.replace(/[\s().+/-]/g, '');
  return /^\d+$/.test(digits) ? digits.replace(/^0+/, '') : address.trim().toLowerCase();
}

const isNumber = (value: string): boolean => /^\d+$/.test(value);

/** Clearly the same: equal, or one is the other with a country code before it. */
function isSame(a: string, b: string): boolean {
  if (a === b) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return isNumber(a) && isNumber(b) && short.length >= MIN_MATCH && long.endsWith(short);
}

/** Perhaps the same, however it is spelt. */
const mayBeSame = (a: string, b: string): boolean =>
  isSame(a, b) || (isNumber(a) && isNumber(b) && a.slice(-MIN_MATCH) === b.slice(-MIN_MATCH));

/** Perhaps one person's, however each is spelt. */
export const samePerson = (a: string, b: string): boolean => mayBeSame(canonical(a), canonical(b));

/** The addresses of `addrs` that are the owner's own, as they are spelt there. */
export function ownAddresses(message: Pick<MmsRecord, 'msg_box' | 'address' | 'addrs'>): ReadonlySet<string> {
  const participants = (message.address ?? '').split('~').map(canonical).filter(Boolean);
  const withType = (wanted: number): string[] =>
    message.addrs.flatMap(({ type, address }) =>
      type === wanted && address !== null ? [canonical(address)] : [],
    );
  const own = new Set<string>();
  if (message.msg_box !== RECEIVED) {
    for (const { type, address } of message.addrs) {
      if (type !== FROM || address === null) continue;
      if (!participants.some((participant) => isSame(participant, canonical(address)))) own.add(address);
    }
    return own;
  }
  const copied = withType(CC);
  if (withType(FROM).some((sender) => copied.includes(sender))) participants.push(...copied);
  if (participants.length === 0) return own;
  let found: string | undefined;
  for (const { type, address } of message.addrs) {
    if (!RECIPIENTS.includes(type) || address === null) continue;
    const recipient = canonical(address);
    if (participants.some((participant) => mayBeSame(participant, recipient))) continue;
    if (found !== undefined && !isSame(found, recipient)) return new Set();
    found ??= recipient;
    own.add(address);
  }
  return own;
}
