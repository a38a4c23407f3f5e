/** iCloud's cards become those of a phone: groups as categories, photos in the card. */
import { describe, expect, it } from 'vitest';
import { readCard, withGroups, withPhoto } from '../../../../src/transfer/devices/icloud/cards.ts';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, ...Array.from({ length: 200 }, (_, index) => index)]);

const card = (...lines: readonly string[]): string =>
  ['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'END:VCARD', ''].join('\r\n');

describe('a card of iCloud', () => {
  it.each(['X-ADDRESSBOOKSERVER-KIND:group', 'KIND:Group'])('is known as a group by %s', (line) => {
    const facts = readCard(card('UID:G', 'FN:Family', line, 'X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:AB-1'));
    expect(facts).toMatchObject({ uid: 'g', name: 'Family', isGroup: true, members: ['ab-1'] });
  });

  it('keeps a photo that is in it already', () => {
    const text = card('PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg==', 'FN:Anna');
    expect(readCard(text).photoLink).toBeUndefined();
    expect(withPhoto(text, PNG)).toBe(text);
  });

  it('keeps a photo that a data address holds', () => {
    const text = card('PHOTO;VALUE=uri:data:image/jpeg;base64,/9j/4AAQSkZJRg==', 'FN:Anna');
    expect(readCard(text).photoLink).toBeUndefined();
  });

  it('gets the photo in place of a folded link, in lines of 75', () => {
    const text = card('PHOTO;X-ABCROP-RECTANGLE=1;VALUE=uri:https://gateway.icl', ' oud.com/1', 'FN:Anna');
    expect(readCard(text).photoLink).toBe('https://gateway.icloud.com/1');
    const whole = withPhoto(text, PNG);
    expect(whole).not.toContain('gateway');
    expect(whole.replaceAll('\r\n ', '')).toContain(
      `PHOTO;ENCODING=b;TYPE=PNG:${PNG.toString('base64')}\r\nFN:Anna`,
    );
    expect(Math.max(...whole.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(75);
  });

  it('loses a link whose photo is a page of text, and nothing else', () => {
    const text = card('FN:Anna', 'PHOTO;VALUE=URI:https://gateway.icloud.com/1', 'TEL:1');
    expect(withPhoto(text, Buffer.from('<html>'))).toBe(card('FN:Anna', 'TEL:1'));
  });

  it('belongs to its groups before it ends', () => {
    expect(withGroups(card('FN:Anna'), ['Family', 'A\\,B'])).toBe(card('FN:Anna', 'CATEGORIES:Family,A\\,B'));
  });
});
