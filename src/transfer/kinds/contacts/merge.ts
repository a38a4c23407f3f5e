/**
 * Merges contacts into the address books of a destination. Memory holds hashes and places only (`splice/`); cards are read
 * from disk when they may match.
 */
import { MoverError } from '../../errors.ts';
import type { MergeRequest, MergeResult, SkipReason } from '../kind.ts';
import { mergeFailure } from '../record-merge/failures.ts';
import { Labels } from '../record-merge/labels.ts';
import { yieldEvery } from '../../yield-every.ts';
import { RecordStore } from '../record-merge/record-store.ts';
import { openSources, type Source } from '../record-merge/sources.ts';
import { ContactMerge } from './contact-merge.ts';
import { cardPieces } from './read.ts';
import { parseContactRecord } from './record.ts';
import { writeAddressBooks } from './write.ts';

/** Collections that differ only in case or normal form share a file. */
const bookOf = (collection: string | undefined): string => (collection ?? '').normalize('NFC').toLowerCase();

/** See `RecordFormat.merge`. */
export async function mergeContacts(request: MergeRequest): Promise<MergeResult> {
  const { signal, workFolder } = request;
  signal.throwIfAborted();
  const counts = { added: 0, merged: 0, same: 0 };
  let malformed = 0;
  let opened: RecordStore | undefined;
  try {
    const sources = await openSources(request.existing, workFolder, signal);
    const store = new RecordStore(workFolder);
    opened = store;
    const collections = new Labels();
    const merge = new ContactMerge(store, (record) => {
      const source = store.sourceOf(record);
      return bookOf(
        source === undefined ? collections.at(store.label(record)) : request.existing[source]?.collection,
      );
    });
    await indexExisting(merge, store, sources, signal);
    const pause = yieldEvery(signal);
    for await (const line of request.incoming()) {
      await pause();
      const record = parseContactRecord(line);
      const label = record === undefined ? undefined : collections.of(record.collection);
      if (record === undefined || label === undefined) malformed++;
      else counts[merge.take(record.card, label)]++;
    }
    const targets = collections.values.map((collection) => request.target(collection));
    const before = store.existing;
    const written = await writeAddressBooks({ store, sources, targets, workFolder, signal });
    if (written.after !== before + counts.added) throw new MoverError('UNEXPECTED');
    const skipped = malformed === 0 ? [] : [{ reason: 'malformed' as SkipReason, count: malformed }];
    return { ...counts, skipped, before, ...written };
  } catch (error) {
    throw mergeFailure(error, signal);
  } finally {
    opened?.close();
  }
}

async function indexExisting(
  merge: ContactMerge,
  store: RecordStore,
  sources: readonly Source[],
  signal: AbortSignal,
): Promise<void> {
  const pause = yieldEvery(signal);
  for (const source of sources) {
    store.addSource(source.path, source.sizeBytes);
    let offset = 0;
    const pieces = cardPieces(source.read(), signal, (ending) => {
      source.isCutOff = ending === 'open';
    });
    for await (const some of pieces) {
      await pause();
      for (const piece of some) {
        if (piece.type === 'card') {
          merge.addExisting(offset, piece.bytes);
          source.sum.addRecord(piece.bytes);
        }
        offset += piece.bytes.length;
      }
    }
  }
}
