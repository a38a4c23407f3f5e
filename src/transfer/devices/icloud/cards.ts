/**
 * Cards of iCloud as a phone takes them: a picture that is only named by its address at Apple is put into the card, and a
 * group, which Apple keeps as a card of its own with a list of members, becomes a category of each of them.
 */
const LINE = /\r\n|\n|\r/;

/** Folded lines joined (RFC 2426, section 2.6). */
const unfolded = (card: string): string[] => card.replace(/(?:\r\n|\n|\r)[ \t]/g, '').split(LINE);

const valueOf = (line: string): string => line.slice(line.indexOf(':') + 1);

export interface Group {
  readonly name: string;
  /** UIDs. */
  readonly members: readonly string[];
}

/** Undefined for a card of a person. */
export function groupOf(card: string): Group | undefined {
  const lines = unfolded(card);
  if (
    !lines.some(
      (line) => /^X-ADDRESSBOOKSERVER-KIND[;:]/i.test(line) && valueOf(line).toLowerCase() === 'group',
    )
  ) {
    return undefined;
  }
  const name =
    lines.find((line) => /^FN[;:]/i.test(line)) ?? lines.find((line) => /^N[;:]/i.test(line)) ?? ':';
  return {
    name: valueOf(name).replace(/;+$/, ''),
    members: lines
      .filter((line) => /^X-ADDRESSBOOKSERVER-MEMBER[;:]/i.test(line))
      .map((line) =>
        valueOf(line)
          .replace(/^urn:uuid:/i, '')
          .toUpperCase(),
      ),
  };
}

export function uidOf(card: string): string | undefined {
  const line = unfolded(card).find((each) => /^UID[;:]/i.test(each));
  return line === undefined
    ? undefined
    : valueOf(line)
        .replace(/^urn:uuid:/i, '')
        .toUpperCase();
}

/** @param names escaped as they stand in a card. */
export function withCategories(card: string, names: readonly string[]): string {
  if (names.length === 0) return card;
  return card.replace(/^END:VCARD/im, `CATEGORIES:${names.join(',')}\r\nEND:VCARD`);
}

/** The address of a card's picture, where it is no more than that. */
export function pictureAddress(card: string): string | undefined {
  const line = unfolded(card).find((each) => /^(?:[\w-]+\.)?PHOTO;/i.test(each) && /VALUE=uri/i.test(each));
  return line === undefined ? undefined : valueOf(line).trim();
}

/** The card with the picture in it, or without one: its address belongs to the account and stays behind. */
export function withPicture(card: string, picture: Buffer | undefined): string {
  const lines = unfolded(card).filter(
    (line) => !(/^(?:[\w-]+\.)?PHOTO;/i.test(line) && /VALUE=uri/i.test(line)),
  );
  if (picture === undefined) return lines.join('\r\n');
  const type = picture[0] === 0x89 ? 'PNG' : picture[0] === 0x47 ? 'GIF' : 'JPEG';
  const folded = picture.toString('base64').replace(/.{74}/g, '$&\r\n ');
  const photo = `PHOTO;ENCODING=b;TYPE=${type}:${folded.replace(/\r\n $/, '')}`;
  return lines.map((line) => (/^END:VCARD/i.test(line) ? `${photo}\r\n${line}` : line)).join('\r\n');
}
