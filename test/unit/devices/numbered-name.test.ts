import { describe, expect, it } from 'vitest';
import { numberedName } from '../../../src/transfer/devices/numbered-name.ts';
import { LIMITS } from '../../../src/transfer/limits.ts';

describe('a name beside another', () => {
  it.each([
    ['photo.jpg', 1, 'photo.jpg'],
    ['photo.jpg', 2, 'photo (2).jpg'],
    ['photo (2).jpg', 2, 'photo (2) (2).jpg'],
    ['README', 3, 'README (3)'],
    ['.bashrc', 2, '.bashrc (2)'],
    ['archive.tar.gz', 2, 'archive.tar (2).gz'],
    [
      'Dr. No and all that came after it in the series',
      2,
      'Dr. No and all that came after it in the series (2)',
    ],
  ])('of the file %s, number %i, is %s', (name, count, expected) => {
    expect(numberedName(name, count, 'file')).toBe(expected);
  });

  it('keeps a folder’s name whole', () => {
    expect(numberedName('v1.2', 2, 'folder')).toBe('v1.2 (2)');
  });

  it('is cut to what a file system takes, never within a character', () => {
    for (const name of [
      `${'x'.repeat(251)}.jpg`,
      `${'é'.repeat(125)}.jpg`,
      `${'\u{1F600}'.repeat(62)}.jpg`,
    ]) {
      const beside = numberedName(name, 10, 'file');
      expect(Buffer.byteLength(beside)).toBeLessThanOrEqual(LIMITS.nameBytes);
      expect(Buffer.byteLength(beside)).toBeGreaterThan(LIMITS.nameBytes - 4);
      expect(beside.endsWith(' (10).jpg')).toBe(true);
      expect(beside).not.toContain('\uFFFD');
      expect(Buffer.from(beside).toString()).toBe(beside);
    }
  });
});
