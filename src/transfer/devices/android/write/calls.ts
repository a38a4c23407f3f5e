/** The call history of another device into a phone's own. */
import { callsKind } from '../../../kinds/calls/index.ts';
import { writeBackup } from './backup-records.ts';
import { CALL_ROWS, isWritableCall } from './call-rows.ts';
import { RowWriter } from './row-table.ts';
import { countOf, type PhoneWriting, type RecordsWritten } from './writing.ts';

export async function writeCalls(writing: PhoneWriting): Promise<RecordsWritten> {
  const { link, dialect, signal, made } = writing;
  return await writeBackup(
    {
      kind: callsKind,
      begin: countOf,
      normal: (call) => ({ ...call, number: call.number === '' ? null : call.number }),
      tableOf: (call) => (isWritableCall(call) ? 0 : undefined),
      tables: [new RowWriter(CALL_ROWS, { link, dialect, signal, made })],
      noun: 'calls',
      fileStem: 'OpenMover calls',
    },
    writing,
  );
}
