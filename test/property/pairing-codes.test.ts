/** The code book under any sequence of attempts, endings, clock movements and clicks. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/transfer/limits.ts';
import { CodeBook, type Attempt } from '../../src/transfer/pairing/code.ts';
import type { Ephemeral } from '../../src/transfer/privacy/ephemeral.ts';

/** What the book may have done at most, kept beside it. */
interface Model {
  now: number;
  readonly shown: Ephemeral<string>[];
  readonly attempts: {
    readonly attempt: Attempt;
    readonly code: Ephemeral<string>;
    readonly since: number;
    readonly source: number;
  }[];
  succeeded: boolean;
}

const command = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('begin' as const), source: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('begin-qr' as const), source: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('abandon' as const), which: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('fail' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('succeed' as const), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.nat(LIMITS.codeMs / 2) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'renew' } as const) },
);

describe('a code', () => {
  it('is guessed at three times at most, nine times in a run, and never after a success or its five minutes', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const model: Model = { now: 0, shown: [], attempts: [], succeeded: false };
        const bornAt = new Map<Ephemeral<string>, number>();
        const book = new CodeBook({
          now: () => model.now,
          randomInt: () => model.shown.length,
          onCode: (code) => {
            model.shown.push(code);
            bornAt.set(code, model.now);
          },
        });
        let guessesOfRun = 0;
        const leftAt = new Map<Ephemeral<string>, number>();
        const guesses = new Map<Ephemeral<string>, number>();
        const guessesFrom = new Map<number, number>();
        book.renew();
        for (const step of commands) {
          switch (step.type) {
            case 'begin': {
              const begun = book.begin('code', String(step.source));
              if (!begun.ok) break;
              const code = begun.attempt.secret as Ephemeral<string>;
              expect(model.succeeded).toBe(false);
              expect(code).toBe(model.shown.at(-1));
              expect(code.wiped).toBe(false);
              expect(model.now - (bornAt.get(code) ?? 0)).toBeLessThan(LIMITS.codeMs);
              expect(guessesFrom.get(step.source) ?? 0).toBeLessThan(LIMITS.sourceAttempts);
              model.attempts.push({ attempt: begun.attempt, code, since: model.now, source: step.source });
              break;
            }
            case 'begin-qr':
              book.begin('qr', String(step.source));
              break;
            case 'abandon':
              model.attempts[step.which % Math.max(1, model.attempts.length)]?.attempt.abandoned();
              break;
            case 'fail': {
              const picked = model.attempts[step.which % Math.max(1, model.attempts.length)];
              if (picked === undefined) break;
              const before = picked.attempt.failed().triesLeft;
              const counted = before < (leftAt.get(picked.code) ?? LIMITS.codeAttempts);
              leftAt.set(picked.code, before);
              if (!counted) break;
              guessesOfRun += 1;
              guesses.set(picked.code, (guesses.get(picked.code) ?? 0) + 1);
              guessesFrom.set(picked.source, (guessesFrom.get(picked.source) ?? 0) + 1);
              break;
            }
            case 'succeed': {
              const picked = model.attempts[step.which % Math.max(1, model.attempts.length)];
              if (picked === undefined) break;
              try {
                picked.attempt.succeeded();
                expect(model.now - picked.since).toBeLessThan(LIMITS.pairingMs);
                // Guesses at its code and this one are no more than the code allows.
                expect(guesses.get(picked.code) ?? 0).toBeLessThan(LIMITS.codeAttempts);
                model.succeeded = true;
              } catch (error) {
                expect(error).toMatchObject({ code: 'PAIRING_FAILED' });
              }
              break;
            }
            case 'wait':
              model.now += step.ms;
              book.tick();
              break;
            case 'renew':
              book.renew();
              model.succeeded = false;
              guessesOfRun = 0;
              guessesFrom.clear();
              break;
          }
          expect(guessesOfRun).toBeLessThanOrEqual(LIMITS.runAttempts);
          // Only the code on the screen is alive.
          expect(model.shown.filter(({ wiped }) => !wiped).length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
