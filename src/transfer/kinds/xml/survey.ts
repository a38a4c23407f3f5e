/** What a backup file holds, told by reading all of it: to know what is there already, and to check what was written. */
import { parse } from 'node:path';
import { readBytes } from '../../disk/read-bytes.ts';
import { DigestSum } from '../record-merge/digest-sum.ts';
import type { ReportSkip } from '../kind.ts';
import { readElements } from './elements.ts';
import type { BackupKind } from './kind-of-backup.ts';
import { parseLine } from './record-line.ts';

export interface Survey {
  /** No spot of the file was unreadable, so it may be added to. */
  readonly wellFormed: boolean;
  /** Record elements, the malformed among them included: what `count` counts. */
  readonly elements: number;
  readonly sum: DigestSum;
}

type Seen<R> = (record: R) => void;

const ignoreSkips: ReportSkip = () => undefined;

/**
 * Reads a whole file of a kind, whichever form it is in; `seen` gets each record.
 * @throws the file system's error, or the signal's reason.
 */
export function surveyAny<R extends object>(
  kind: BackupKind<R>,
  path: string,
  signal: AbortSignal,
  seen: Seen<R>,
): Promise<Survey> {
  const isArchive = parse(path).ext.toLowerCase() === kind.archive?.ending;
  return isArchive ? surveyArchive(kind, path, signal, seen) : surveyFile(kind, path, signal, seen);
}

/** What is in an archive that is there stays there, and is not added a second time. */
async function surveyArchive<R extends object>(
  kind: BackupKind<R>,
  path: string,
  signal: AbortSignal,
  seen: Seen<R>,
): Promise<Survey> {
  const sum = new DigestSum();
  try {
    for await (const line of kind.archive?.read(path, { skip: ignoreSkips, signal }) ?? []) {
      const record = parseLine(kind, line);
      if (typeof record === 'string') continue;
      sum.addDigest(kind.digest(record));
      seen(record);
    }
  } catch {
    signal.throwIfAborted();
    // Damaged, or no such archive: whoever reads the device makes no more of it.
  }
  return { wellFormed: false, elements: sum.count, sum };
}

/**
 * Reads a whole backup file; `seen` gets each record.
 * @throws the file system's error, or the signal's reason.
 */
export async function surveyFile<R>(
  kind: BackupKind<R>,
  path: string,
  signal: AbortSignal,
  seen: Seen<R> = () => undefined,
): Promise<Survey> {
  let wellFormed = false;
  let elements = 0;
  const sum = new DigestSum();
  const end = (whole: boolean): void => {
    wellFormed = whole;
  };
  const input = readBytes(path, { flags: 'r', signal });
  for await (const batch of readElements(input, kind, { skip: ignoreSkips, signal, end })) {
    for (const element of batch) {
      elements += 1;
      const record = kind.fromElement(element);
      if (record === undefined) continue;
      sum.addDigest(kind.digest(record));
      seen(record);
    }
  }
  return { wellFormed, elements, sum };
}
