/** Calls as rows of Android's call log (CallLog.Calls). */
import { callsKind } from '../../../kinds/calls/index.ts';
import type { CallRecord } from '../../../kinds/calls/model.ts';
import { numberKeys } from '../../../kinds/number-keys.ts';
import { CALLS, callOf } from '../calls.ts';
import { printedText, type RowShape } from './row-table.ts';

const MISSED = 3;
/** Android takes a voicemail only from the app that keeps it. */
const VOICEMAIL = 4;
const ALLOWED = 1;

export const CALL_ROWS: RowShape<CallRecord> = {
  name: 'calls',
  table: CALLS,
  recordOf: callOf,
  columns: (call) => ({
    number: call.number ?? '',
    date: call.date,
    duration: call.duration,
    type: call.type,
    presentation: presentationOf(call),
    post_dial_digits: call.post_dial_digits,
    // A call of long ago is no news.
    new: 0,
    is_read: call.type === MISSED ? 1 : undefined,
  }),
  said: (call) =>
    JSON.stringify([numberKeys(printedText(call.number)).tail, call.date, call.duration, call.type]),
  near: (call) => JSON.stringify([call.date, call.duration, call.type]),
  digest: (call) => callsKind.digest({ ...call, number: printedText(call.number) }),
};

/** The column is not null on a phone; a call without a number that says nothing of it is of somebody unknown. */
const presentationOf = ({ presentation, number }: CallRecord): number =>
  presentation ?? (number === null || number === '' ? 3 : ALLOWED);

export const isWritableCall = ({ type }: CallRecord): boolean => type !== VOICEMAIL;
