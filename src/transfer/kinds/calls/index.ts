/** Call history as the engine sees it. */
import type { RecordFormat } from '../kind.ts';
import { backupFormat } from '../xml/format.ts';
import type { BackupKind } from '../xml/kind-of-backup.ts';
import { digestOf } from '../xml/record-digest.ts';
import { recordKeys, type RecordKeys } from '../xml/record-keys.ts';
import { callFromElement, callToXml } from './element.ts';
import { callSchema } from './model.ts';
import type { CallRecord } from './model.ts';

/** Number, date, type and duration make a call; the rest of it is about how it was shown. */
const keys = ({ type, duration, date, number }: CallRecord): RecordKeys =>
  recordKeys(`call ${String(date)} ${String(type)} ${String(duration)}`, number);

const digest = (call: CallRecord): Uint8Array =>
  digestOf(JSON.stringify([call.number, call.date, call.type, call.duration]));

export const callsKind: BackupKind<CallRecord> = {
  kind: 'calls',
  fileName: 'calls.xml',
  root: 'calls',
  records: ['call'],
  fromElement: callFromElement,
  fromJson: (value) => callSchema.safeParse(value).data,
  toXml: callToXml,
  digest,
  keys,
};

export const callsFormat: RecordFormat = backupFormat(callsKind);
