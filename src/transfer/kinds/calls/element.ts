/**
 * `<call>` elements of "SMS Backup & Restore", both ways. By allow-list: `subscription_id` can be the SIM's full
 * number (ICCID), `phone_account_address` and `via_number` the person's own; they and all vendor columns stay behind.
 */
import type { XmlElement } from '../xml/elements.ts';
import { MILLISECONDS, OCTET, SECONDS, integer, text } from '../xml/value.ts';
import { attribute, optionalAttribute, readableDate } from '../xml/write.ts';
import type { CallRecord } from './model.ts';

const ALLOWED_PRESENTATION = 1;

/** The call; undefined when its date, type or duration is none, or it names no number and does not say why. */
export function callFromElement({ attributes }: XmlElement): CallRecord | undefined {
  const date = integer(attributes['date'], MILLISECONDS);
  const type = integer(attributes['type'], OCTET);
  const duration = integer(attributes['duration'], SECONDS);
  const presentation = integer(attributes['presentation'], OCTET);
  if (date === null || type === null || duration === null) return undefined;
  if (attributes['number'] === undefined && (presentation ?? ALLOWED_PRESENTATION) === ALLOWED_PRESENTATION) {
    return undefined;
  }
  return {
    number: text(attributes['number']),
    duration,
    date,
    type,
    presentation,
    post_dial_digits: text(attributes['post_dial_digits']),
  };
}

export const callToXml = (call: CallRecord): string =>
  '<call' +
  attribute('number', call.number) +
  attribute('duration', call.duration) +
  attribute('date', call.date) +
  attribute('type', call.type) +
  optionalAttribute('presentation', call.presentation) +
  optionalAttribute('post_dial_digits', call.post_dial_digits) +
  attribute('readable_date', readableDate(call.date)) +
  ' />';
