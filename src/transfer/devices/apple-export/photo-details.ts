/**
 * `Photo Details*.csv` beside the photos of an export: when each was taken, and whether it was deleted
 * (`imgName,fileChecksum,favorite,hidden,deleted,originalCreationDate,viewCount,importDate`).
 */
import { parse } from 'csv-parse';
import { Readable } from 'node:stream';
import type { Member } from './archive.ts';

export interface PhotoDetails {
  /** Milliseconds since 1970. */
  readonly takenMs: number | undefined;
  readonly deleted: boolean;
}

const MOST_COLUMNS = 100;

/** Adds the rows of a list to those of its folder, by the names of the files. */
export async function readPhotoDetails(
  member: Member,
  details: Map<string, PhotoDetails>,
  signal: AbortSignal,
): Promise<void> {
  const rows = Readable.from(member.open(0, signal)).pipe(
    parse({
      bom: true,
      relaxColumnCount: true,
      relaxQuotes: true,
      skipEmptyLines: true,
      maxRecordSize: 1_000_000,
    }),
  );
  let columns: readonly string[] | undefined;
  for await (const row of rows as AsyncIterable<string[]>) {
    signal.throwIfAborted();
    if (columns === undefined) {
      columns = row.slice(0, MOST_COLUMNS).map((name) => name.trim().toLowerCase());
      continue;
    }
    const value = (name: string): string => row[columns?.indexOf(name) ?? -1]?.trim() ?? '';
    const name = value('imgname');
    if (name === '') continue;
    details.set(name.normalize('NFC'), {
      takenMs: timeOf(value('originalcreationdate')),
      deleted: value('deleted').toLowerCase() === 'yes',
    });
  }
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** `Friday October 06,2023 12:11 PM GMT` */
const WRITTEN = /(\p{L}{3})\p{L}*\s+(\d{1,2}),\s*(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP])M\s+GMT/iu;

function timeOf(text: string): number | undefined {
  const [, month = '', day, year, hour, minute, second = '0', half = ''] = WRITTEN.exec(text) ?? [];
  const index = MONTHS.indexOf(month.toLowerCase());
  if (index < 0) {
    const iso = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(iso) ? undefined : iso;
  }
  const hours = (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  return Date.UTC(Number(year), index, Number(day), hours, Number(minute), Number(second));
}
