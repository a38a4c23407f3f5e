import { describe, expect, it } from 'vitest';
import { CodeBook, type Attempt } from '../../../src/transfer/pairing/code.ts';
import type { SecretKind } from '../../../src/transfer/pairing/machine.ts';
import { LIMITS } from '../../../src/transfer/limits.ts';
import type { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import { failureOf } from './two-devices.ts';

interface Shown {
  readonly code: Ephemeral<string>;
  readonly digits: string;
  readonly expiresAt: number;
  readonly triesLeft: number;
}

function makeBook(draws: readonly number[] = []) {
  const clock = { now: 1_000_000 };
  const shown: Shown[] = [];
  let locks = 0;
  let drawn = 0;
  const book = new CodeBook({
    now: () => clock.now,
    randomInt: () => draws[drawn++] ?? drawn,
    onCode: (code, expiresAt, triesLeft) => {
      shown.push({ code, digits: code.use((text) => text), expiresAt, triesLeft });
    },
    onLocked: () => {
      locks += 1;
    },
  });
  const begin = (kind: SecretKind = 'code', source = 'one'): Attempt => {
    const begun = book.begin(kind, source);
    if (!begun.ok) throw new Error(begun.reason);
    return begun.attempt;
  };
  const fail = (times: number): void => {
    for (let count = 0; count < times; count += 1) begin('code', `device ${String(count)}`).failed();
  };
  return { book, clock, shown, begin, fail, locks: () => locks };
}

describe('what is shown', () => {
  it('nothing before the first renewal; then a code of six digits, leading zeros and all', () => {
    const { book, shown } = makeBook([7]);
    expect(shown).toEqual([]);
    expect(book.begin('code', 'one')).toEqual({ ok: false, reason: 'busy' });
    book.renew();
    expect(shown.map(({ digits }) => digits)).toEqual(['000007']);
    expect(shown[0]?.triesLeft).toBe(3);
  });

  it('codes of the real source are six digits and not all the same', () => {
    const codes = new Set<string>();
    const book = new CodeBook({ onCode: (code) => codes.add(code.use((text) => text)) });
    for (let count = 0; count < 20; count += 1) book.renew();
    expect([...codes].every((code) => /^\d{6}$/.test(code))).toBe(true);
    expect(codes.size).toBeGreaterThan(1);
  });

  it('an old code is replaced after five minutes and wiped', () => {
    const { book, clock, shown } = makeBook();
    book.renew();
    expect(shown[0]?.expiresAt).toBe(clock.now + 5 * 60_000);
    clock.now += LIMITS.codeMs - 1;
    book.tick();
    expect(shown).toHaveLength(1);
    clock.now += 1;
    book.tick();
    expect(shown).toHaveLength(2);
    expect(shown[0]?.code.wiped).toBe(true);
    expect(shown[1]?.code.wiped).toBe(false);
  });

  it('an old code is not taken even when nobody ticked', () => {
    const { book, clock, shown, begin } = makeBook();
    book.renew();
    clock.now += LIMITS.codeMs;
    expect(begin().secret).toBe(shown[1]?.code);
  });

  it('a code that grows old during an exchange is replaced after it, so the person sees a failure first', () => {
    const { book, clock, shown, begin } = makeBook();
    book.renew();
    clock.now += LIMITS.codeMs - 1;
    const attempt = begin();
    clock.now += 2;
    book.tick();
    expect(shown).toHaveLength(1);
    attempt.failed();
    book.tick();
    expect(shown).toHaveLength(2);
  });
});

describe('attempts', () => {
  it('two of one address at a time: its third is busy, and another address is served', () => {
    const { book, begin } = makeBook();
    book.renew();
    const [first] = [begin(), begin('qr')];
    expect(book.begin('code', 'one')).toEqual({ ok: false, reason: 'busy' });
    begin('code', 'two').succeeded();
    book.renew();
    expect(failureOf(() => first.succeeded())).toBe('PAIRING_FAILED');
  });

  it('an exchange that is broken off uses up no try and frees its place', () => {
    const { book, shown, begin, locks } = makeBook();
    book.renew();
    for (let count = 0; count < 100; count += 1) begin().abandoned();
    expect(shown).toHaveLength(1);
    expect(locks()).toBe(0);
    expect(begin().failed()).toEqual({ triesLeft: 2 });
  });

  it('however many addresses begin and fall silent, the next one is served at once', () => {
    const { book, begin } = makeBook();
    book.renew();
    for (let count = 0; count < 200; count += 1) begin('qr', `device ${String(count)}`);
    begin('code', 'an honest one').succeeded();
  });

  it('guesses that are under way together count together: the fourth cannot succeed, even if it is right', () => {
    const { book, shown, begin } = makeBook();
    book.renew();
    const guesses = ['a', 'b', 'c', 'd'].map((source) => begin('code', source));
    for (const guess of guesses.slice(0, 3)) guess.failed();
    expect(shown).toHaveLength(2);
    expect(failureOf(() => guesses[3]?.succeeded())).toBe('PAIRING_FAILED');
  });

  it('one address cannot lock the run: after six wrong codes only it is shut out', () => {
    const { book, begin, locks } = makeBook();
    book.renew();
    for (let count = 0; count < LIMITS.sourceAttempts; count += 1) begin('code', 'an attacker').failed();
    expect(book.begin('code', 'an attacker')).toEqual({ ok: false, reason: 'locked' });
    expect(locks()).toBe(0);
    begin('code', 'an honest one').succeeded();
  });

  it('three failures burn a code', () => {
    const { book, shown, begin } = makeBook();
    book.renew();
    expect([begin().failed(), begin().failed(), begin().failed()]).toEqual([
      { triesLeft: 2 },
      { triesLeft: 1 },
      { triesLeft: 0 },
    ]);
    expect(shown).toHaveLength(2);
    expect(shown[0]?.code.wiped).toBe(true);
    expect(begin().secret).toBe(shown[1]?.code);
  });

  it('a failure told twice counts once', () => {
    const { book, shown, begin } = makeBook();
    book.renew();
    const attempt = begin();
    for (let count = 0; count < 5; count += 1) expect(attempt.failed()).toEqual({ triesLeft: 2 });
    expect(shown).toHaveLength(1);
  });

  it('an exchange that takes too long is over, cannot succeed any more, and used up no try', () => {
    const { book, clock, begin } = makeBook();
    book.renew();
    const late = begin();
    clock.now += LIMITS.pairingMs;
    book.tick();
    const next = begin();
    expect(failureOf(() => late.succeeded())).toBe('PAIRING_FAILED');
    expect(late.failed()).toEqual({ triesLeft: 3 });
    expect(next.failed()).toEqual({ triesLeft: 2 });
  });

  it('a late success is refused even when nobody ticked', () => {
    const { book, clock, begin } = makeBook();
    book.renew();
    const late = begin();
    clock.now += LIMITS.pairingMs;
    expect(failureOf(() => late.succeeded())).toBe('PAIRING_FAILED');
  });

  it('a success burns both secrets; the next pairing needs a person', () => {
    const { book, shown, begin } = makeBook();
    book.renew();
    const { qrSecret } = book;
    begin().succeeded();
    expect(shown[0]?.code.wiped).toBe(true);
    expect(qrSecret?.wiped).toBe(true);
    expect(book.qrSecret).toBeUndefined();
    expect(book.begin('code', 'one')).toEqual({ ok: false, reason: 'busy' });
    book.renew();
    expect(begin().secret).toBe(shown[1]?.code);
  });

  it('nine failures lock the run until the person says go on', () => {
    const { book, shown, fail, locks } = makeBook();
    book.renew();
    fail(8);
    expect([book.locked, locks()]).toEqual([false, 0]);
    fail(1);
    expect([book.locked, locks()]).toEqual([true, 1]);
    expect(book.begin('code', 'one')).toEqual({ ok: false, reason: 'locked' });
    expect(shown.every(({ code }) => code.wiped)).toBe(true);
    expect(shown).toHaveLength(3);
    book.renew();
    expect(book.begin('code', 'one').ok).toBe(true);
  });

  it('closing wipes everything and ends the attempt under way', () => {
    const { book, shown, begin } = makeBook();
    book.renew();
    const { qrSecret } = book;
    const attempt = begin();
    book.close();
    book.close();
    expect(shown[0]?.code.wiped && qrSecret?.wiped).toBe(true);
    expect(failureOf(() => attempt.succeeded())).toBe('PAIRING_FAILED');
  });
});

describe('the QR secret', () => {
  it('has 16 bytes and outlives the codes that failures burn, so that a picture taken stays good', () => {
    const { book, fail } = makeBook();
    book.renew();
    const before = book.qrSecret?.use((bytes) => bytes.toString('hex'));
    expect(before).toHaveLength(32);
    fail(3);
    expect(book.qrSecret?.use((bytes) => bytes.toString('hex'))).toBe(before);
  });

  it('goes to an initiator that scanned it, and its failures use up no code', () => {
    const { book, shown, begin } = makeBook();
    book.renew();
    for (let count = 0; count < 20; count += 1) {
      const attempt = begin('qr', `device ${String(count)}`);
      expect(attempt.secret).toBe(book.qrSecret);
      expect(attempt.failed()).toEqual({ triesLeft: 3 });
    }
    expect(shown).toHaveLength(1);
    expect(book.locked).toBe(false);
  });

  it('is another one after every success', () => {
    const { book, begin } = makeBook();
    book.renew();
    const first = book.qrSecret?.use((bytes) => bytes.toString('hex'));
    begin('qr').succeeded();
    book.renew();
    expect(book.qrSecret?.use((bytes) => bytes.toString('hex'))).not.toBe(first);
  });
});
