/**
 * `<call>` elements of "SMS Backup & Restore", both ways. By allow-list: `subscription_id` can be the SIM's full
 * number (ICCID), `phone_account_address` and `via_number` the person's own; they and all vendor columns stay behind.
 */
import type { XmlElement } from '../xml/elements.ts';
import { OCTET, SECONDS, TYPE, integer, integerOr, milliseconds, text } from '../xml/value.ts';
import { attribute, optionalAttribute, readableDate } from '../xml/write.ts';
import type { CallRecord } from './model.ts';

const INCOMING = 1;

/** The call; undefined when its date is none, or one of its numbers something else. An empty column has its usual value. */
export function callFromElement({ attributes }: XmlElement): CallRecord | undefined {
  const date = milliseconds(attributes['date']);
  const type = integerOr(attributes['type'], TYPE, INCOMING);
  const duration = integerOr(attributes['duration'], SECONDS, 0);
  const presentation = integer(attributes['presentation'], OCTET);
  if (date === null || type === null || duration === null) return undefined;
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
