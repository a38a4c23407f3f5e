/** Reads a vCard file of any version as records. */
import type { ReportSkip } from '../kind.ts';
import { isCollectionName } from '../record-merge/collection-name.ts';
import { utf8Chunks } from '../record-merge/utf8-chunks.ts';
import { CardSplitter, type CardPiece } from './card-splitter.ts';
import { formatContactRecord, type ContactRecord } from './record.ts';

/**
 * Every piece of a file in order, by the chunks they came in; UTF-16 has become UTF-8.
 * @param onEnd told once whether the file ends within a card.
 */
export async function* cardPieces(
  input: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  onEnd?: (ending: 'open' | 'whole') => void,
): AsyncGenerator<CardPiece[]> {
  const splitter = new CardSplitter();
  for await (const chunk of utf8Chunks(input, signal)) yield splitter.push(chunk);
  const last = splitter.end();
  onEnd?.(splitter.endsWithinCard ? 'open' : 'whole');
  yield last;
}

/** See `RecordFormat.read`. A collection whose name cannot be a file name everywhere is left out, its cards are not. */
export async function* readContacts(
  input: AsyncIterable<Uint8Array>,
  options: {
    readonly collection: string | undefined;
    readonly skip: ReportSkip;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<string> {
  const collection =
    options.collection !== undefined && isCollectionName(options.collection) ? options.collection : undefined;
  for await (const pieces of cardPieces(input, options.signal)) {
    for (const piece of pieces) {
      if (piece.type === 'skipped') options.skip(piece.reason);
      if (piece.type !== 'card') continue;
      const line = lineOf({ card: piece.bytes, collection });
      if (line === undefined) options.skip('too-large');
      else yield line;
    }
  }
}

function lineOf(record: ContactRecord): string | undefined {
  try {
    return formatContactRecord(record);
  } catch (error) {
    // A card of control characters only becomes six times as long in JSON: too long for a string.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
