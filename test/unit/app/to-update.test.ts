import { describe, expect, it } from 'vitest';
import { fromHostSchema } from '../../../src/main/app/host/host-messages.ts';
import { toUpdate } from '../../../src/main/app/host/to-update.ts';
import type { AppFacts, MoveEvent } from '../../../src/transfer/index.ts';

const app = (id: string, minSdk: number): AppFacts => ({
  package: id,
  versionCode: 1,
  minSdk,
  targetSdk: 34,
  abis: [],
  requiredFeatures: [],
  requiredLibraries: [],
  signers: [],
  lineage: [],
  splits: [],
  splitsRequired: false,
  requiredSplitTypes: [],
  needsGoogle: false,
  needsHuawei: false,
  testOnly: false,
  sizeBytes: 1,
});

const PLAN: MoveEvent = {
  type: 'plan',
  plan: {
    peer: { name: 'New phone', platform: 'android', android: { sdk: 33, abis: [], installed: [] } },
    kinds: ['apps'],
    verdicts: [
      { package: 'a.new', verdict: 'no', reasons: ['OLDER_SDK', 'DATA_STAYS'] },
      { package: 'a.plain', verdict: 'yes', reasons: ['DATA_STAYS'] },
      { package: 'a.stranger', verdict: 'no', reasons: ['OLDER_SDK'] },
    ],
    freeBytes: 1_000,
  },
};

describe('the plan, as the window is told it', () => {
  const update = toUpdate(PLAN, { role: 'sender', offered: [app('a.new', 34), app('a.plain', 21)] });

  it('has the facts of the case beside the reasons that have any', () => {
    expect(update).toEqual({
      type: 'plan',
      peer: 'New phone',
      kinds: ['apps'],
      verdicts: [
        {
          package: 'a.new',
          verdict: 'no',
          reasons: ['OLDER_SDK', 'DATA_STAYS'],
          facts: [{ reason: 'OLDER_SDK', needs: '14', has: '13' }],
        },
        { package: 'a.plain', verdict: 'yes', reasons: ['DATA_STAYS'] },
        { package: 'a.stranger', verdict: 'no', reasons: ['OLDER_SDK'] },
      ],
      freeBytes: 1_000,
    });
  });

  it('passes main’s check as it is', () => {
    expect(fromHostSchema.parse({ type: 'update', update })).toEqual({ type: 'update', update });
  });

  it('is nothing to a receiver, who has made it', () => {
    expect(toUpdate(PLAN, { role: 'receiver' })).toBeUndefined();
  });
});
