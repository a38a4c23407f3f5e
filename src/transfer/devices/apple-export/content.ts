/** What a file of an export is, told by its first bytes: names are in the language of the account. */

export type Content = 'contacts' | 'calendar' | 'photo-details' | 'media' | 'account' | 'document';

/** As many as any of the forms needs. */
export const HEAD_BYTES = 512;

/** Brands of ISO base media files begin at the fourth byte: HEIC, MOV, MP4, 3GP. */
const isMedia = (head: Buffer): boolean => {
  const text = head.toString('latin1', 0, 16);
  return (
    text.startsWith('\xff\xd8\xff') ||
    text.startsWith('\x89PNG') ||
    text.startsWith('GIF8') ||
    text.startsWith('II*\0') ||
    text.startsWith('MM\0*') ||
    text.startsWith('BM') ||
    (text.startsWith('RIFF') && /^(?:WEBP|AVI )/.test(text.slice(8))) ||
    /^(?:ftyp|moov|mdat|wide|free|skip|pnot)/.test(text.slice(4))
  );
};

/** @param name for its ending alone, which no language changes. */
export function contentOf(head: Buffer, name: string): Content {
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (/^BEGIN:VCARD/i.test(text)) return 'contacts';
  if (/^BEGIN:VCALENDAR/i.test(text)) return 'calendar';
  if (/^"?imgName"?,/i.test(text) && /fileChecksum/i.test(text)) return 'photo-details';
  if (isMedia(head) || /\.aae$/i.test(name)) return 'media';
  // Lists about the account and its devices: serial numbers, sign-ins, purchases.
  if (/\.(?:csv|json|xml|xlsx?|html?|plist|tsv)$/i.test(name)) return 'account';
  return 'document';
}
