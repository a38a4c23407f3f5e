import { describe, expect, it } from 'vitest';
import { PROMISE } from '../../../../src/transfer/privacy/policy.ts';
import { groupClauses } from '../../../../src/renderer/features/promise/promise-groups.ts';

const IDS = PROMISE.map(({ id }) => id);

describe('the promise on one page', () => {
  it('holds every clause once', () => {
    expect(
      groupClauses(IDS)
        .flatMap(({ clauses }) => clauses)
        .sort(),
    ).toEqual([...IDS].sort());
  });

  it('answers each of its four questions with a clause', () => {
    for (const { group, clauses } of groupClauses(IDS)) expect(clauses, group).not.toEqual([]);
  });

  it('loses no clause that it does not know yet', () => {
    const [last] = groupClauses(['constructor', 'of-tomorrow']).filter(({ group }) => group === 'keep');
    expect(last?.clauses).toEqual(['constructor', 'of-tomorrow']);
  });
});
