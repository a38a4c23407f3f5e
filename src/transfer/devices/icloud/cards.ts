/**
 * What iCloud's cards need to be a phone's: its groups are cards of their own that name their members
 * (`X-ADDRESSBOOKSERVER-KIND:group`; `KIND:group` in RFC 6350, 6.1.4), and a photo may be a link that only the account can
 * follow. Text is latin1, a character a byte, as in content-line.ts.
 */
import { contentLines, foldLine, parseProperty, type Property } from '../../kinds/content-line.ts';

export interface CardFacts {
  readonly uid: string | undefined;
  /** What a person calls it: of a group, what its members belong to. As written: escaped. */
  readonly name: string;
  readonly isGroup: boolean;
  /** UIDs. */
  readonly members: readonly string[];
  readonly photoLink: string | undefined;
}

const LINE_END = '\r\n';
const PICTURES = [
  { type: 'JPEG', starts: Buffer.from([0xff, 0xd8, 0xff]) },
  { type: 'PNG', starts: Buffer.from([0x89, 0x50, 0x4e, 0x47]) },
  { type: 'GIF', starts: Buffer.from('GIF8') },
] as const;

export function readCard(text: string): CardFacts {
  let uid: string | undefined;
  let name = '';
  let isGroup = false;
  let photoLink: string | undefined;
  const members: string[] = [];
  for (const { text: line } of contentLines(text)) {
    const property = parseProperty(line);
    if (property === undefined) continue;
    const value = property.value.trim();
    if (property.name === 'UID') uid = uidOf(value);
    else if (property.name === 'FN') name = value;
    else if (property.name === 'KIND' || property.name === 'X-ADDRESSBOOKSERVER-KIND') {
      isGroup = value.toLowerCase() === 'group';
    } else if (property.name === 'MEMBER' || property.name === 'X-ADDRESSBOOKSERVER-MEMBER') {
      members.push(uidOf(value));
    } else if (property.name === 'PHOTO') photoLink ??= linkOf(property);
  }
  return { uid, name, isGroup, members, photoLink };
}

/** The card with the photo in place of the link, or without any where it could not be had. */
export function withPhoto(text: string, photo: Uint8Array | undefined): string {
  const type = photo === undefined ? undefined : pictureType(photo);
  let result = '';
  let at = 0;
  for (const { text: line, start, end } of contentLines(text)) {
    const property = parseProperty(line);
    if (property?.name !== 'PHOTO' || linkOf(property) === undefined) continue;
    result += text.slice(at, start);
    if (photo !== undefined && type !== undefined && !result.includes('\nPHOTO')) {
      result += foldLine(photoLine(photo, type, isVersion4(text)), LINE_END) + LINE_END;
    }
    at = end;
  }
  return result + text.slice(at);
}

/** The card with the groups it belongs to as categories: what phones take. */
export function withGroups(text: string, groups: readonly string[]): string {
  const end = text.search(/^END[ \t]*:[ \t]*VCARD/im);
  if (groups.length === 0 || end < 0) return text;
  const line = foldLine(`CATEGORIES:${groups.join(',')}`, LINE_END);
  return `${text.slice(0, end)}${line}${LINE_END}${text.slice(end)}`;
}

/** Undefined for what is no picture, such as a page that says why there is none. */
export function pictureType(bytes: Uint8Array): (typeof PICTURES)[number]['type'] | undefined {
  return PICTURES.find(({ starts }) => starts.equals(bytes.subarray(0, starts.length)))?.type;
}

const isVersion4 = (text: string): boolean => /^VERSION[ \t]*:[ \t]*4/im.test(text);

function photoLine(photo: Uint8Array, type: string, version4: boolean): string {
  const base64 = Buffer.from(photo).toString('base64');
  return version4
    ? `PHOTO:data:image/${type.toLowerCase()};base64,${base64}`
    : `PHOTO;ENCODING=b;TYPE=${type}:${base64}`;
}

const uidOf = (value: string): string => value.replace(/^urn:uuid:/i, '').toLowerCase();

function linkOf({ value, parameters }: Property): string | undefined {
  const link = value.trim().replace(/\\([,;:\\])/g, '$1');
  const isLink =
    /^[a-z][a-z0-9+.-]*:\/\//i.test(link) ||
    (parameters.some((parameter) => parameter.name === 'VALUE' && /^"?ur[il]"?$/i.test(parameter.value)) &&
      !/^data:/i.test(link));
  return isLink ? link : undefined;
}
