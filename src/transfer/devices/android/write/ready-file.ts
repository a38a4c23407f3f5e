/** A file in the phone's Download folder with what the phone lets no computer write, for an app there to take in. */
import { createHash, randomBytes } from 'node:crypto';
import type { PhoneLink } from '../link.ts';
import { commandText, quoted } from '../shell.ts';
import { pushFile } from './push.ts';
import { endingSignal, type MadeRow, type ReportMade } from './writing.ts';

const FOLDER = '/sdcard/Download';

export interface ReadyFile {
  /** `OpenMover messages` */
  readonly stem: string;
  /** `.xml` */
  readonly ending: string;
  /** Asked for again when the phone goes away meanwhile. */
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/**
 * Writes it beside whatever is there, or finds it there already.
 * @returns its name. @throws PhoneFailure where the phone has no space or does not take it.
 */
export async function leaveFile(
  link: PhoneLink,
  file: ReadyFile,
  { signal, made }: { readonly signal: AbortSignal; readonly made: ReportMade },
): Promise<string> {
  const aside = `${FOLDER}/.openmover-${randomBytes(8).toString('hex')}`;
  try {
    const digest = await link.patiently(signal, async () => {
      const hash = createHash('sha256');
      await pushFile(link, aside, hashed(file.bytes(), hash), signal);
      return hash.digest('hex');
    });
    const known = await digests(link, file, signal);
    const same = [...known].find(([, each]) => each === digest)?.[0];
    if (same !== undefined) return same;
    for (let nth = 1; ; nth += 1) {
      const name = `${file.stem}${nth === 1 ? '' : ` (${String(nth)})`}${file.ending}`;
      if (known.has(name)) continue;
      const path = `${FOLDER}/${name}`;
      await made([{ type: 'row', table: 'file', id: 0, digest, path }], signal);
      const move = `if [ -e ${quoted(path)} ]; then echo taken; else mv ${quoted(aside)} ${quoted(path)}; fi`;
      const { output } = await commandText(link, `${move}; sha256sum ${quoted(path)}`, { signal });
      if (output.includes(digest)) return name;
      if (!output.includes('taken')) throw new Error('a file did not arrive intact');
    }
  } finally {
    const ending = signal.aborted ? endingSignal() : signal;
    await commandText(link, `rm -f ${quoted(aside)}`, { signal: ending }).catch(() => undefined);
  }
}

async function* hashed(
  bytes: AsyncIterable<Uint8Array>,
  hash: { update(bytes: Uint8Array): unknown },
): AsyncGenerator<Uint8Array, void> {
  for await (const piece of bytes) {
    hash.update(piece);
    yield piece;
  }
}

/** Of those that earlier moves have left, by name. */
async function digests(
  link: PhoneLink,
  { stem, ending }: ReadyFile,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const pattern = `${quoted(`${FOLDER}/${stem}`)}*${quoted(ending)}`;
  const { output } = await commandText(link, `sha256sum ${pattern} 2>/dev/null`, { signal });
  return new Map(
    [...output.matchAll(/^([0-9a-f]{64})\s+\*?(.*?)\r?$/gm)].map(([, digest = '', path = '']) => [
      path.slice(path.lastIndexOf('/') + 1),
      digest,
    ]),
  );
}

/** Takes such a file back that is still as it was written. */
export async function removeFile(
  link: PhoneLink,
  { path = '', digest }: MadeRow,
  signal: AbortSignal,
): Promise<'removed' | 'gone' | 'left'> {
  const at = quoted(path);
  const look = `if [ -e ${at} ]; then sha256sum ${at}; else echo gone; fi`;
  const before = (await commandText(link, look, { signal })).output;
  if (before.trim() === 'gone') return 'gone';
  if (!before.includes(digest)) return 'left';
  const after = await commandText(link, `rm -f ${at}; ${look}`, { signal });
  return after.output.trim() === 'gone' ? 'removed' : 'left';
}
