/**
 * The text of an edited message as it last was. `message_summary_info` is a property list: `ec` has the versions of each
 * part of the message, the oldest first, each a typedstream (`t`); `otr` names all parts, `rp` those that were unsent.
 * Documented by imessage-exporter.
 */
import { isDictionary, parsePropertyList, type PropertyList } from './property-list.ts';
import { textOfTypedStream } from './typed-stream.ts';

/** Undefined where a part was never edited, so that only the message itself has it, or where nothing is left. */
export function textAfterEdits(summary: Buffer): string | undefined {
  const info = parsePropertyList(summary);
  const edits = info?.['ec'];
  if (!isDictionary(edits)) return undefined;
  const all = info?.['otr'];
  const unsent = info?.['rp'];
  const gone = new Set(Array.isArray(unsent) ? (unsent as readonly PropertyList[]).map(Number) : []);
  const parts = Object.keys(isDictionary(all) ? all : edits)
    .sort((one, other) => Number(one) - Number(other))
    .filter((part) => !gone.has(Number(part)));
  const texts = parts.map((part) => lastVersion(edits[part]));
  if (texts.length === 0 || texts.includes(undefined)) return undefined;
  return texts.join('\n');
}

function lastVersion(versions: PropertyList | undefined): string | undefined {
  const last = Array.isArray(versions) ? (versions as readonly PropertyList[]).at(-1) : undefined;
  const stream = isDictionary(last) ? last['t'] : undefined;
  return Buffer.isBuffer(stream) ? textOfTypedStream(stream) : undefined;
}
