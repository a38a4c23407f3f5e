import { describe, expect, it } from 'vitest';
import type { AppFacts, DeviceFacts } from '../../../src/transfer/compat/facts.ts';
import { judgeApp } from '../../../src/transfer/compat/judge.ts';
import { factsOf, reasonFactsSchema } from '../../../src/transfer/compat/reason-facts.ts';

const app = (facts: Partial<AppFacts> = {}): AppFacts => ({
  package: 'org.example.notes',
  versionCode: 10,
  minSdk: 24,
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
  sizeBytes: 1_000,
  ...facts,
});

const phone = (sdk: number, features?: string[]): DeviceFacts => ({
  platform: 'android',
  android: { sdk, abis: [], installed: [], features },
});

function told(of: AppFacts, device: DeviceFacts, freeBytes = 1_000_000): unknown[] {
  const facts = factsOf(judgeApp(of, device, { freeBytes }), of, device, { freeBytes });
  // What is told crosses to another process, which checks it.
  expect(facts.map((each) => reasonFactsSchema.parse(each))).toEqual(facts);
  return facts;
}

describe('the facts behind a verdict', () => {
  it('are the releases of Android by the names people know', () => {
    expect(told(app({ minSdk: 34 }), phone(33))).toEqual([{ reason: 'OLDER_SDK', needs: '14', has: '13' }]);
    expect(told(app({ targetSdk: 22 }), phone(35))).toEqual([
      { reason: 'DEPRECATED_SDK', madeFor: '5.1', has: '15' },
    ]);
  });

  it('are silent of a release nobody knows yet', () => {
    expect(told(app({ minSdk: 999 }), phone(33))).toEqual([]);
  });

  it('are the space for the copy that arrives and the one that is installed', () => {
    expect(told(app(), phone(33), 1_500)).toEqual([
      { reason: 'NO_SPACE', needsBytes: 2_000, hasBytes: 1_500 },
    ]);
  });

  it('are the features the device lacks, not those it has, with or without a version', () => {
    const needs = ['android.hardware.nfc', 'android.hardware.camera', 'android.hardware.vulkan.version'];
    const has = ['android.hardware.camera', 'android.hardware.vulkan.version=4198400'];
    expect(told(app({ requiredFeatures: needs }), phone(33, has))).toEqual([
      { reason: 'MISSING_FEATURE', features: ['android.hardware.nfc'] },
    ]);
  });

  it('are none where a sentence says it all, and at a device that is no phone', () => {
    expect(told(app({ testOnly: true }), phone(33))).toEqual([]);
    expect(told(app({ minSdk: 99 }), { platform: 'computer' })).toEqual([]);
  });
});
