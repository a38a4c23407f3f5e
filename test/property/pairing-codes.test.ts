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
  }[];
  succeeded: boolean;
}

const command = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ type: 'begin' } as const) },
  { weight: 1, arbitrary: fc.constant({ type: 'begin-qr' } as const) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('fail' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('succeed' as const), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.nat(LIMITS.codeMs / 2) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'renew' } as const) },
);

describe('a code', () => {
  it('is tried three times at most, one at a time, nine in a run, and never after a success or its five minutes', () => {
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
        let codeAttemptsOfRun = 0;
        book.renew();
        for (const step of commands) {
          switch (step.type) {
            case 'begin': {
              const begun = book.begin();
              if (!begun.ok) break;
              const code = begun.attempt.secret as Ephemeral<string>;
              codeAttemptsOfRun += 1;
              expect(model.succeeded).toBe(false);
              expect(code).toBe(model.shown.at(-1));
              expect(code.wiped).toBe(false);
              expect(model.now - (bornAt.get(code) ?? 0)).toBeLessThan(LIMITS.codeMs);
              model.attempts.push({ attempt: begun.attempt, code, since: model.now });
              break;
            }
            case 'begin-qr':
              // Takes the single place and gives it back by time.
              book.begin('qr');
              model.now += LIMITS.pairingMs;
              book.tick();
              break;
            case 'fail':
              model.attempts[step.which % Math.max(1, model.attempts.length)]?.attempt.failed();
              break;
            case 'succeed': {
              const picked = model.attempts[step.which % Math.max(1, model.attempts.length)];
              if (picked === undefined) break;
              try {
                picked.attempt.succeeded();
                expect(model.now - picked.since).toBeLessThan(LIMITS.pairingMs);
                expect(picked).toBe(model.attempts.at(-1));
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
              codeAttemptsOfRun = 0;
              break;
          }
          expect(codeAttemptsOfRun).toBeLessThanOrEqual(LIMITS.runAttempts);
          const perCode = new Map<Ephemeral<string>, number>();
          for (const { code } of model.attempts) perCode.set(code, (perCode.get(code) ?? 0) + 1);
          for (const tries of perCode.values()) expect(tries).toBeLessThanOrEqual(LIMITS.codeAttempts);
          // Only the code on the screen is alive.
          expect(model.shown.filter(({ wiped }) => !wiped).length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
