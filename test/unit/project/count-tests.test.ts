import { describe, expect, it } from 'vitest';
import { countTests } from '../../support/count-tests.ts';

const report = (more: object): string =>
  JSON.stringify({
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
    ...more,
  });

describe('the count of a layer', () => {
  it('is what its report says', () => {
    expect(countTests(report({ numPassedTests: 7, numFailedTests: 2 }), 1)).toEqual({ passed: 7, failed: 2 });
  });

  it('takes a skipped test for a failed one', () => {
    expect(countTests(report({ numPassedTests: 7, numPendingTests: 1, numTodoTests: 1 }), 0).failed).toBe(2);
  });

  it('is never all good when a file did not load, nothing ran, or the run broke off', () => {
    const unloaded = [{ status: 'failed', assertionResults: [] }];
    expect(countTests(report({ numPassedTests: 7, testResults: unloaded }), 1).failed).toBe(1);
    expect(countTests(report({}), 0).failed).toBe(1);
    expect(countTests(report({ numPassedTests: 7 }), 1).failed).toBe(1);
    expect(countTests(undefined, 0).failed).toBe(1);
  });
});
