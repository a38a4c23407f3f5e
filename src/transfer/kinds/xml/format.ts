/** The record format of a kind that is kept in the "SMS Backup & Restore" form. */
import type { RecordFormat } from '../kind.ts';
import { readElements } from './elements.ts';
import type { BackupKind } from './kind-of-backup.ts';
import { mergeBackup } from './merge.ts';
import { isTooLarge } from '../too-large.ts';

async function* readLines<R>(
  kind: BackupKind<R>,
  input: AsyncIterable<Uint8Array>,
  options: Parameters<RecordFormat['read']>[1],
): AsyncGenerator<string, void, undefined> {
  for await (const batch of readElements(input, kind, options)) {
    for (const element of batch) {
      const record = kind.fromElement(element);
      if (record === undefined) {
        options.skip('malformed');
        continue;
      }
      const line = JSON.stringify(record);
      if (isTooLarge(line)) options.skip('too-large');
      else yield line;
    }
  }
}

/** Collections do not matter to these kinds: several files at the source become one at the destination. */
export const backupFormat = <R extends object>(kind: BackupKind<R>): RecordFormat => ({
  kind: kind.kind,
  fileName: kind.fileName,
  read: (input, options) => readLines(kind, input, options),
  ...(kind.archive === undefined ? {} : { archive: kind.archive }),
  merge: (request) => mergeBackup(kind, request),
});
