/**
 * What went wrong with messages and calls in 0.1.0, each kind of it with what is right: a table of the destination before
 * and what arrives. The files beside the repository that these are made after are tried too where they are.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { callsFormat } from '../../src/transfer/kinds/calls/index.ts';
import type { RecordFormat } from '../../src/transfer/kinds/kind.ts';
import { messagesFormat } from '../../src/transfer/kinds/messages/index.ts';
import { Destination, readAll } from './kinds/xml/run-format.ts';

const smses = (...elements: string[]): string =>
  `<smses count="${String(elements.length)}">${elements.join('')}</smses>`;
const sms = (address: string): string =>
  `<sms protocol="0" address="${address}" date="1700000000000" type="1" subject="null" body="Hi" read="1" status="-1" locked="0" />`;
const TEXT = '<part seq="0" ct="text/plain" chset="106" text="pic" />';
const LAYOUT = '<part seq="-1" ct="application/smil" text="&lt;smil&gt;a&lt;/smil&gt;" />';
const mms = (number: string, ...parts: string[]): string =>
  `<mms date="1700000000000" msg_box="1" m_type="132" address="${number}" read="1"><parts>${parts.join('')}</parts><addrs><addr address="${number}" type="137" charset="106" /><addr address="+491709999999" type="151" charset="106" /></addrs></mms>`;

interface Case {
  readonly name: string;
  /** Of the case beside the repository. */
  readonly file: string;
  readonly format: RecordFormat;
  readonly there: string | undefined;
  readonly arrives: string;
  readonly result: Readonly<Record<'added' | 'same', number>>;
}

const cases: readonly Case[] = [
  {
    name: 'a number spelt in three ways is one',
    file: 'F07a-sms-number-spelt',
    format: messagesFormat,
    there: smses(sms('+491701234567')),
    arrives: smses(sms('+49 170 1234567'), sms('0170 1234567')),
    result: { added: 0, same: 2 },
  },
  {
    name: 'so it is in an MMS',
    file: 'F07c-mms-number-spelt',
    format: messagesFormat,
    there: smses(mms('+491701234567', TEXT)),
    arrives: smses(mms('0170 1234567', TEXT)),
    result: { added: 0, same: 1 },
  },
  {
    name: 'an MMS without its layout is the same',
    file: 'F07d-mms-smil-differs',
    format: messagesFormat,
    there: smses(mms('+491701234567', LAYOUT, TEXT)),
    arrives: smses(mms('+491701234567', TEXT)),
    result: { added: 0, same: 1 },
  },
  {
    name: 'a message with an empty address arrives',
    file: 'F13a-sms-empty-address',
    format: messagesFormat,
    there: undefined,
    arrives: smses(sms('')),
    result: { added: 1, same: 0 },
  },
  {
    name: "a call without a duration, and one of a maker's own type, arrive",
    file: 'F13b-call-no-duration',
    format: callsFormat,
    there: undefined,
    arrives:
      '<calls count="2"><call number="+491701234567" duration="null" date="1700000000000" type="3" /><call number="+491701234567" duration="5" date="1700000009000" type="500" /></calls>',
    result: { added: 2, same: 0 },
  },
];

async function expectMerge(
  { format, result }: Case,
  there: string | undefined,
  arrives: string,
): Promise<void> {
  const destination = new Destination(format, there);
  try {
    const { lines, skips } = await readAll(format, arrives);
    expect(skips).toEqual([]);
    expect(await destination.merge(lines)).toMatchObject({ ...result, merged: 0, skipped: [] });
    expect(await destination.merge(lines)).toMatchObject({ added: 0, same: lines.length, replacements: [] });
  } finally {
    destination.remove();
  }
}

describe('a case of messages or calls', () => {
  it.each(cases)('$name', (each) => expectMerge(each, each.there, each.arrives));
});

const outside = fileURLToPath(new URL('../../../shared/cases/records', import.meta.url));

describe('the case beside the repository', () => {
  if (!existsSync(outside)) {
    it('is absent here', () => {
      expect(existsSync(outside)).toBe(false);
    });
    return;
  }
  it.each(cases)('$file comes out right', (each) => {
    const ending = each.format.kind === 'calls' ? 'calls.xml' : 'xml';
    const [there = '', arrives = ''] = ['dest', 'src'].map(
      (side) => `${outside}/${each.file}.${side}.${ending}`,
    );
    return expectMerge(
      each,
      existsSync(there) ? readFileSync(there, 'utf8') : undefined,
      readFileSync(arrives, 'utf8'),
    );
  });
});
