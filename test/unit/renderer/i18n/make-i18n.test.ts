import { describe, expect, it } from 'vitest';
import { chooseLanguage, directionOf } from '../../../../src/renderer/i18n/languages.ts';
import { flatTexts, makeI18n, resourcesOf } from '../../../../src/renderer/i18n/make-i18n.ts';

const RESOURCES = resourcesOf({
  '../locales/en/meet.json': {
    enter: 'Enter the code',
    tries_one: '{{count}} try',
    tries_other: '{{count}} tries',
  },
  '../locales/es/meet.json': { enter: 'Escribe el código' },
  '../locales/ar/meet.json': {
    tries_two: 'محاولتان',
    tries_few: '{{count}} محاولات',
    tries_many: '{{count}} محاولة',
  },
});

describe('texts', () => {
  it('are found by the name of their file', () => {
    expect(makeI18n(RESOURCES, 'es', true).t('meet.enter')).toBe('Escribe el código');
  });

  it('that a language lacks are shown in English', () => {
    expect(makeI18n(RESOURCES, 'es', true).t('meet.tries', { count: 2 })).toBe('2 tries');
  });

  it('follow the plural rules of the language', () => {
    const { t } = makeI18n(RESOURCES, 'ar', true);
    expect([2, 3, 11].map((count) => t('meet.tries', { count }))).toEqual([
      'محاولتان',
      '3 محاولات',
      '11 محاولة',
    ]);
  });

  it('that no language has are a fault in tests, and do not break a released window', () => {
    expect(() => makeI18n(RESOURCES, 'en', true).t('meet.nowhere')).toThrow('meet.nowhere');
    expect(makeI18n(RESOURCES, 'en', false).t('meet.nowhere')).toBe('meet.nowhere');
  });

  it('take a name as it is: the page escapes', () => {
    const { t } = makeI18n(resourcesOf({ 'x/en/a.json': { b: 'To {{name}}' } }), 'en', true);
    expect(t('a.b', { name: '<b>&' })).toBe('To <b>&');
  });

  it('go to main flat', () => {
    expect(flatTexts({ file: 'File', notice: { ended: 'Done' } })).toEqual({
      file: 'File',
      'notice.ended': 'Done',
    });
  });
});

describe('the language', () => {
  it.each([
    [['es-MX', 'en'], 'es'],
    [['fr-FR', 'ar-EG', 'en'], 'ar'],
    [['zh-Hant-TW'], 'zh-CN'],
    [['en-GB', 'es'], 'en'],
    [['fr'], 'en'],
    [[], 'en'],
    [['', 'x_y'], 'en'],
  ] as const)('for a person who prefers %j is %s', (preferred, language) => {
    expect(chooseLanguage(preferred)).toBe(language);
  });

  it('of Arabic runs from right to left', () => {
    expect([directionOf('ar'), directionOf('zh-CN')]).toEqual(['rtl', 'ltr']);
  });
});
