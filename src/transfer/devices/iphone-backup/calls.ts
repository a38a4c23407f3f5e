/** CallHistory.storedata as calls of "SMS Backup & Restore". Only backups with a password have it (Apple 108353). */
import { callToXml } from '../../kinds/calls/element.ts';
import type { CallRecord } from '../../kinds/calls/model.ts';
import { cocoaMs, type Database, numberOf, textOf } from './sqlite.ts';

const INCOMING = 1;
const OUTGOING = 2;
const MISSED = 3;
/** Presentation of a number that the other side withheld. */
const RESTRICTED = 2;
const ALLOWED = 1;

export async function* callElements(history: Database): AsyncGenerator<string, void> {
  const column = (name: string): string => history.column('ZCALLRECORD', name);
  const handles = new Map<number, string>();
  const joined = joinTable(history);
  if (joined !== undefined) {
    // A call of several people, and FaceTime since iOS 13, has them in a table of their own.
    for (const [call, value] of await history.all(joined)) {
      const number = textOf(value);
      if (number !== undefined && !handles.has(Number(call))) handles.set(Number(call), number);
    }
  }
  const rows = history.rows(
    `SELECT Z_PK, ZDATE, ZDURATION, ${['ZADDRESS', 'ZORIGINATED', 'ZANSWERED'].map(column).join(', ')} FROM ZCALLRECORD ORDER BY ZDATE, Z_PK`,
  );
  for await (const [id, date, duration, address, originated, answered] of rows) {
    const seconds = numberOf(date);
    if (seconds === undefined) continue;
    const number = textOf(address) ?? handles.get(Number(id)) ?? null;
    const call: CallRecord = {
      number,
      duration: Math.max(0, Math.round(numberOf(duration) ?? 0)),
      date: Math.round(cocoaMs(seconds)),
      type: numberOf(originated) === 1 ? OUTGOING : numberOf(answered) === 1 ? INCOMING : MISSED,
      presentation: number === null ? RESTRICTED : ALLOWED,
      post_dial_digits: null,
    };
    yield callToXml(call);
  }
}

function joinTable(history: Database): string | undefined {
  if (!history.has('ZHANDLE') || !history.has('Z_2REMOTEPARTICIPANTHANDLES')) return undefined;
  const link = 'Z_2REMOTEPARTICIPANTHANDLES';
  const to = [
    'Z_4REMOTEPARTICIPANTHANDLES',
    'Z_5REMOTEPARTICIPANTHANDLES',
    'Z_3REMOTEPARTICIPANTHANDLES',
  ].find((name) => history.has(link, name));
  if (to === undefined) return undefined;
  return `SELECT l.Z_2REMOTEPARTICIPANTCALLS, h.ZVALUE FROM ${link} l JOIN ZHANDLE h ON h.Z_PK = l.${to} ORDER BY h.Z_PK`;
}
