/**
 * The contacts that the person exported on the phone (Contacts → Export): a .vcf file with the pictures that no command
 * gives. It counts when it holds most of the people the phone shows; those it does not hold come from the phone.
 */
import { foldedName, parseCard } from '../../kinds/contacts/card.ts';
import { cardPieces } from '../../kinds/contacts/read.ts';
import { PhoneFailure, type PhoneLink } from './link.ts';
import type { Puller } from './pull.ts';
import { commandText } from './shell.ts';
import { SHARED_STORAGE } from './storage.ts';

/** Where contacts apps put an export. */
const PLACES = ['*.vcf', 'Download/*.vcf', 'Documents/*.vcf', 'Contacts/*.vcf'];
/** Other .vcf files are single people that somebody sent. */
const MOST_FILES = 20;
const ENOUGH = 0.5;

export interface ContactExport {
  readonly path: string;
  /** Folded as `foldedName` does. */
  readonly names: ReadonlySet<string>;
}

/** @param people folded names of those the phone shows; empty where it does not tell them: then any export counts. */
export async function findExport(
  {
    link,
    puller,
    signal,
  }: { readonly link: PhoneLink; readonly puller: Puller; readonly signal: AbortSignal },
  people: ReadonlySet<string>,
): Promise<ContactExport | undefined> {
  // Newest first, so that of two that hold as many the newer one counts.
  const command = `cd ${SHARED_STORAGE}/ && ls -dt ${PLACES.join(' ')} 2>/dev/null`;
  const { output } = await commandText(link, command, { signal });
  const files = output.split(/\r?\n/).filter((path) => /\.vcf$/i.test(path));
  let best: (ContactExport & { readonly shared: number }) | undefined;
  for (const file of files.slice(0, MOST_FILES)) {
    const path = `${SHARED_STORAGE}/${file}`;
    const names = await namesIn(puller.pull(path, 0, signal), signal);
    const shared = people.size === 0 ? names.size : [...people].filter((name) => names.has(name)).length;
    if (shared > (best?.shared ?? 0)) best = { path, names, shared };
  }
  return best !== undefined && best.shared >= people.size * ENOUGH ? best : undefined;
}

async function namesIn(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Set<string>> {
  const names = new Set<string>();
  try {
    for await (const pieces of cardPieces(bytes, signal)) {
      for (const piece of pieces) {
        if (piece.type !== 'card') continue;
        const card = parseCard(piece.bytes);
        if (card !== undefined) names.add(foldedName(card));
      }
    }
  } catch (error) {
    if (!(error instanceof PhoneFailure)) throw error;
  }
  return names;
}

/** The name of a card of ours, folded as those of an export are. */
export function nameOfCard(bytes: Buffer): string {
  const card = parseCard(bytes);
  return card === undefined ? '' : foldedName(card);
}
