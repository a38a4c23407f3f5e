/** An app as the sender describes it, with what a test is about. */
import type { AppFacts } from '../../../../src/main/ipc/contract.ts';

export const appFacts = (id: string, part: Partial<AppFacts> = {}): AppFacts => ({
  package: id,
  versionCode: 1,
  minSdk: 21,
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
  ...part,
});
