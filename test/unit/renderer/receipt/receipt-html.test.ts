import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TFunction } from 'i18next';
import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../../../src/main/ipc/contract.ts';
import { receiptHtml } from '../../../../src/renderer/features/receipt/receipt-html.ts';
import { receiptJson } from '../../../../src/renderer/features/receipt/receipt-json.ts';
import { formatsOf } from '../../../../src/renderer/i18n/format.ts';
import { directionOf, type Language } from '../../../../src/renderer/i18n/languages.ts';
import { makeI18n, resourcesOf, type Texts } from '../../../../src/renderer/i18n/make-i18n.ts';
import { KINDS, receiptSchema, SKIP_REASONS, type SkipReason } from '../../../../src/transfer/index.ts';
import { figures, receiptOf } from './receipts.ts';

const LOCALES = fileURLToPath(new URL('../../../../src/renderer/locales/', import.meta.url));
const FILES = readdirSync(LOCALES, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.json'),
);
const RESOURCES = resourcesOf(
  Object.fromEntries(
    FILES.map((name) => [
      name.replaceAll('\\', '/'),
      JSON.parse(readFileSync(LOCALES + name, 'utf8')) as Texts,
    ]),
  ),
);

const page = (receipt: Receipt, language: Language = 'en', t?: TFunction): string =>
  receiptHtml(receipt, {
    t: t ?? makeI18n(RESOURCES, language, true).t,
    formats: formatsOf(language),
    language,
    direction: directionOf(language),
    order: KINDS,
  });

const PARTIAL = receiptOf(
  {
    contacts: figures({ offered: 1_204, added: 1_200, same: 4 }),
    files: figures({
      offered: 20,
      added: 2,
      skipped: (Object.keys(SKIP_REASONS) as SkipReason[]).map((reason) => ({ reason, count: 1 })),
    }),
  },
  { outcome: 'partial' },
);

describe('the receipt as a page', () => {
  it('says how it ended, and every figure and reason of the receipt', () => {
    const html = page(PARTIAL);
    expect(html).toContain('<html lang="en" dir="ltr">');
    const failures = Object.values(SKIP_REASONS).filter(({ onPurpose }) => !onPurpose).length;
    expect(html).toContain(`Arrived, except ${String(failures)} things`);
    expect(html).toContain('<td>1,204</td><td>1,200</td><td>4</td><td>0</td>');
    expect(html.match(/<li /g)).toHaveLength(Object.keys(SKIP_REASONS).length);
    expect(html).toContain('It adds up.');
  });

  it('says so when it does not add up', () => {
    const html = page(receiptOf({ files: figures({ offered: 9, added: 1 }) }, { outcome: 'partial' }));
    expect(html).toContain('8 things are not accounted for.');
    expect(html).not.toContain('It adds up.');
  });

  it('is in the person’s language and direction', () => {
    const html = page(PARTIAL, 'ar');
    expect(html).toContain('<html lang="ar" dir="rtl">');
    expect(html).toMatch(/<h1 class="attention">[^<]*\p{Script=Arabic}/u);
  });

  it.each(['complete', 'partial', 'interrupted', 'dry-run'] as const)(
    'of a move that ended %s stands by itself: no script, nothing loaded',
    (outcome) => {
      const html = page({ ...PARTIAL, outcome });
      expect(html).toMatch(/^<!doctype html>/);
      expect(html).not.toMatch(/<(?:script|link|img|iframe|object|embed|base|form)\b/i);
      expect(html).not.toMatch(/https?:|url\(|@import|\bsrc=|\bhref=|\bon\w+=/i);
      expect(html).toContain("default-src 'none'");
    },
  );

  it('escapes every text: none becomes markup, in an element or in an attribute', () => {
    const hostile = `<img src=x onerror="alert('1')">&`;
    const html = page(PARTIAL, 'en', ((): string => hostile) as unknown as TFunction);
    expect(html).not.toContain('<img');
    expect(html).not.toContain('onerror="');
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;');
  });

  it('writes an empty receipt as well', () => {
    const html = page(receiptOf({}, { bytes: { payload: 0, wire: 0, resumed: 0 }, seconds: 0 }));
    expect(html).toContain('There was nothing to move');
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('the receipt as data', () => {
  it('is what the command line writes: the event and the receipt, nothing else', () => {
    const { event, ...rest } = JSON.parse(receiptJson(PARTIAL)) as { event: string };
    expect(event).toBe('receipt');
    expect(receiptSchema.parse(rest)).toEqual(PARTIAL);
  });
});
