import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MoverError } from '../../../../src/transfer/errors.ts';
import { ContactMerge } from '../../../../src/transfer/kinds/contacts/contact-merge.ts';
import { mergeFailure } from '../../../../src/transfer/kinds/record-merge/failures.ts';
import { DigestSum } from '../../../../src/transfer/kinds/record-merge/digest-sum.ts';
import { HashMultimap } from '../../../../src/transfer/kinds/record-merge/hash-multimap.ts';
import { OutputFile } from '../../../../src/transfer/kinds/record-merge/output-file.ts';
import { RecordStore } from '../../../../src/transfer/kinds/record-merge/record-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openmover-splice-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the index of records', () => {
  it('finds every record again, in the order in which it came, however much it grew', () => {
    const map = new HashMultimap();
    const hash = (n: number): number => Math.imul(n, 2_654_435_761) >>> 0;
    for (let n = 0; n < 50_000; n++) map.add(hash(n % 10_000), n);
    for (let n = 0; n < 10_000; n++) {
      expect(map.get(hash(n))).toEqual([n, n + 10_000, n + 20_000, n + 30_000, n + 40_000]);
    }
    expect(map.get(hash(10_001))).toEqual([]);
  });

  it('is not slowed down by a million records of one hash', () => {
    const map = new HashMultimap();
    for (let n = 0; n < 1_000_000; n++) map.add(0xffff_ffff, n);
    expect(map.get(0xffff_ffff)).toEqual(Array.from({ length: 16 }, (_, n) => n));
  });

  it('takes at most 64 bytes for a contact with two ways to reach it', () => {
    const store = new RecordStore(folder);
    const merge = new ContactMerge(store, () => '');
    const card = (n: number): Buffer =>
      Buffer.from(`BEGIN:VCARD\nFN:P${n}\nTEL:+49170${1_000_000 + n}\nEMAIL:p${n}@example.org\nEND:VCARD\n`);
    const perRecord: number[] = [];
    for (let n = 1; n <= 12_000; n++) {
      merge.take(card(n), 0);
      if (n > 4_000) perRecord.push(merge.byteLength / n);
    }
    store.close();
    expect(Math.max(...perRecord)).toBeLessThanOrEqual(64);
  });
});

describe('the store of records', () => {
  it('gives back what lies in files and what came, and leaves nothing behind', () => {
    const paths = Array.from({ length: 20 }, (_, n) => join(folder, `file-${n}`));
    const work = mkdtempSync(join(folder, 'work-'));
    const store = new RecordStore(work);
    for (const [n, path] of paths.entries()) {
      writeFileSync(path, `__record ${n}__`);
      store.addSource(path, 11 + `${n}`.length);
      store.addExisting(2, 7 + `${n}`.length);
    }
    const came = store.addIncoming(Buffer.from('came'), 7);
    store.replace(3, Buffer.from('new version'), 0);
    for (const n of [0, 19, 4, 10]) expect(store.read(n).toString()).toBe(`record ${n}`);
    expect(store.read(3).toString()).toBe('new version');
    expect(store.read(came).toString()).toBe('came');
    expect([store.isNew(3), store.isNew(4), store.sourceOf(3), store.sourceOf(came)]).toEqual([
      true,
      false,
      3,
      undefined,
    ]);
    expect(store.label(came)).toBe(7);
    store.close();
    expect(readdirSync(work)).toEqual([]);
  });

  it('says so when a file became shorter', () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'short');
    const store = new RecordStore(mkdtempSync(join(folder, 'work-')));
    store.addSource(path, 100);
    const record = store.addExisting(0, 100);
    expect(() => store.read(record)).toThrow(RangeError);
    store.close();
  });
});

describe('what was written', () => {
  it('is compared whatever the order, and one byte makes a difference', () => {
    const tally = (...records: string[]): DigestSum => {
      const sum = new DigestSum();
      for (const record of records) sum.addRecord(Buffer.from(record));
      return sum;
    };
    expect(tally('a\r\n', 'b').equals(tally('b\n', 'a'))).toBe(true);
    expect(tally('a', 'b').equals(tally('a', 'c'))).toBe(false);
    expect(tally('a', 'a').equals(tally('a'))).toBe(false);
    expect(tally('ab').equals(tally('a', 'b'))).toBe(false);
  });

  it('never replaces a file', () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'there');
    expect(() => new OutputFile(path)).toThrow(/EEXIST/);
  });
});

describe('a failure while merging', () => {
  const errno = (code: string): Error => Object.assign(new Error(code), { code });
  const going = new AbortController().signal;

  it.each([
    ['ENOSPC', 'NO_SPACE'],
    ['EDQUOT', 'NO_SPACE'],
    ['EIO', 'DESTINATION_FAILED'],
    ['EACCES', 'DESTINATION_FAILED'],
  ])('%s is %s', (code, expected) => {
    expect(mergeFailure(errno(code), going)).toMatchObject({ code: expected });
  });

  it('is what the signal says once it was told to stop', () => {
    const reason = new MoverError('CANCELLED');
    expect(mergeFailure(errno('EIO'), AbortSignal.abort(reason))).toBe(reason);
  });

  it('keeps a code it has, and is ours when it has none', () => {
    const known = new MoverError('NO_SPACE');
    expect(mergeFailure(known, going)).toBe(known);
    expect(mergeFailure(new TypeError('bug'), going)).toMatchObject({ code: 'UNEXPECTED' });
  });
});
