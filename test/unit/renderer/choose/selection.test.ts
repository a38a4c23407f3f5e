import { describe, expect, it } from 'vitest';
import type { AppFacts, Kind, KindOffer } from '../../../../src/main/ipc/contract.ts';
import {
  chosenTotal,
  everything,
  fitInto,
  offerRows,
  rowTotal,
} from '../../../../src/renderer/features/choose/selection.ts';
import { KINDS } from '../../../../src/transfer/index.ts';
import { appFacts } from '../apps/facts.ts';

const offered = (kind: Kind, items: number, bytes: number): KindOffer => ({
  kind,
  items,
  entries: items,
  bytes,
  left: [],
});

const OFFER = [
  offered('contacts', 1_204, 2_000_000),
  offered('apps', 2, 300),
  offered('files', 9_482, 61_000_000),
];
const APPS: readonly AppFacts[] = [
  appFacts('org.one', { sizeBytes: 100 }),
  appFacts('org.two', { sizeBytes: 200 }),
];
const ALL_APPS = new Set(['org.one', 'org.two']);

describe('the rows', () => {
  it('are the six kinds in their order, also those that were not offered', () => {
    const rows = offerRows(OFFER, KINDS, KINDS);
    expect(rows.map(({ kind }) => kind)).toEqual([...KINDS]);
    expect(rows.find(({ kind }) => kind === 'messages')).toMatchObject({ items: 0, choice: 'none' });
  });

  it('say of what the new device does not take that it does not', () => {
    const rows = offerRows(OFFER, ['contacts'], KINDS);
    expect(rows.find(({ kind }) => kind === 'files')?.choice).toBe('refused');
    expect(everything(rows)).toEqual(new Set(['contacts']));
  });
});

describe('what is chosen', () => {
  const rows = offerRows(OFFER, KINDS, KINDS);

  it('is everything there is, until something is taken out', () => {
    const kinds = everything(rows);
    expect(kinds).toEqual(new Set(['contacts', 'apps', 'files']));
    expect(chosenTotal(rows, APPS, { kinds, apps: ALL_APPS })).toEqual({
      items: 10_688,
      bytes: 63_000_300,
    });
  });

  it('counts of the apps only those chosen', () => {
    const apps = rows.find(({ kind }) => kind === 'apps')!;
    const chosen = { kinds: new Set<Kind>(['apps']), apps: new Set(['org.two']) };
    expect(rowTotal(apps, APPS, chosen)).toEqual({ items: 1, bytes: 200 });
    expect(chosenTotal(rows, APPS, chosen)).toEqual({ items: 1, bytes: 200 });
  });

  it('counts nothing of a kind that cannot be chosen, whatever the set says', () => {
    const refused = offerRows(OFFER, ['contacts'], KINDS);
    const all = { kinds: new Set<Kind>(KINDS), apps: ALL_APPS };
    expect(chosenTotal(refused, APPS, all)).toEqual({ items: 1_204, bytes: 2_000_000 });
  });
});

describe('the free space', () => {
  const rows = offerRows(OFFER, KINDS, KINDS);
  const all = { kinds: everything(rows), apps: ALL_APPS };

  it('is enough to the last byte', () => {
    expect(fitInto(63_000_300, rows, APPS, all)).toEqual({ fits: true });
    expect(fitInto(63_000_299, rows, APPS, all)).toMatchObject({ fits: false, missingBytes: 1 });
  });

  it('not being enough, the smallest kind that frees enough space is named', () => {
    expect(fitInto(62_000_000, rows, APPS, all)).toEqual({
      fits: false,
      missingBytes: 1_000_300,
      without: 'contacts',
    });
    expect(fitInto(30_000_000, rows, APPS, all)).toMatchObject({ without: 'files' });
  });

  it('is the smallest that is named, wherever it stands', () => {
    const offer = [offered('contacts', 1, 90), offered('calls', 1, 50), offered('files', 1, 70)];
    const three = offerRows(offer, KINDS, KINDS);
    const chosen = { kinds: everything(three), apps: ALL_APPS };
    expect(fitInto(170, three, [], chosen)).toMatchObject({ missingBytes: 40, without: 'calls' });
  });

  it('nothing is named when no kind alone frees enough space, or there is only one', () => {
    expect(fitInto(0, rows, APPS, all)).toMatchObject({ fits: false, without: undefined });
    const files = { kinds: new Set<Kind>(['files']), apps: ALL_APPS };
    expect(fitInto(1, rows, APPS, files)).toMatchObject({ fits: false, without: undefined });
  });
});
