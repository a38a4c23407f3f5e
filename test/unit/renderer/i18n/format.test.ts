import { describe, expect, it } from 'vitest';
import { formatsOf } from '../../../../src/renderer/i18n/format.ts';

const en = formatsOf('en');
/** Spaces of languages are not all the same character. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [1, '1 B'],
    [999, '999 B'],
    [1_000, '1 kB'],
    [9_482, '9.5 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [61_400_000_000, '61.4 GB'],
    [212_000_000_000, '212 GB'],
    [5e12, '5 TB'],
    [-5, '0 B'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(plain(en.bytes(bytes))).toBe(text);
  });

  it('of millions of terabytes stay in the largest unit', () => {
    expect(plain(en.bytes(2e18))).toBe('2,000 PB');
  });

  it('are written as the language writes them', () => {
    expect(plain(formatsOf('es').bytes(61_400_000_000))).toBe('61,4 GB');
    expect(plain(formatsOf('zh-CN').bytes(512))).toBe('512 B');
    expect(formatsOf('ar').bytes(61_400_000_000)).toMatch(/غ/);
  });
});

describe('speeds', () => {
  it.each([
    [71_000_000, '71 MB/s'],
    [512, '512 B/s'],
    [0, '0 B/s'],
  ])('%d bytes a second are %s', (speed, text) => {
    expect(plain(en.speed(speed))).toBe(text);
  });
});

describe('times', () => {
  it.each([
    [0, '1 sec'],
    [9.2, '10 sec'],
    [42, '50 sec'],
    [60, '1 min'],
    [61, '2 min'],
    [300, '5 min'],
    [3_600, '1 hr'],
    [4_800, '1 hr, 20 min'],
    [40_000, '11 hr'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(plain(en.duration(seconds))).toBe(text);
  });

  it('never promise less time than is left', () => {
    expect(plain(en.duration(3_599))).toBe('1 hr');
    expect(plain(en.duration(59.5))).toBe('1 min');
  });

  it('count down in minutes and seconds', () => {
    expect(en.clock(252)).toBe('4:12');
    expect(en.clock(5)).toBe('0:05');
    expect(en.clock(-3)).toBe('0:00');
  });
});

describe('shares', () => {
  it('are whole percents, and a hundred only when all is there', () => {
    expect(en.percent(0.634)).toBe('63%');
    expect(en.percent(0.9999)).toBe('99%');
    expect(en.percent(1)).toBe('100%');
    expect(en.percent(-1)).toBe('0%');
  });
});

describe('counts and lists', () => {
  it('are grouped and joined as the language does', () => {
    expect(en.count(18_377)).toBe('18,377');
    expect(formatsOf('es').count(1_000_000)).toBe('1.000.000');
    expect(en.list(['contacts', 'messages', 'files'])).toBe('contacts, messages, and files');
    expect(formatsOf('zh-CN').list(['甲', '乙'])).toBe('甲和乙');
  });
});
