import { describe, expect, it } from 'vitest';
import {
  type AndroidFacts,
  type AppFacts,
  appFactsSchema,
  appVerdictSchema,
  type DeviceFacts,
  type InstalledApp,
} from '../../../src/transfer/compat/facts.ts';
import {
  explainReason,
  judgeApp,
  judgeApps,
  REASON_IDS,
  REASONS,
  skipReasonOf,
} from '../../../src/transfer/compat/judge.ts';
import { reasonText } from '../../../src/transfer/compat/table.ts';

const PACKAGE = 'org.example.notes';
const SIGNER = 'a'.repeat(64);
const FORMER_SIGNER = 'b'.repeat(64);
const STRANGER = 'c'.repeat(64);
const PLENTY = { freeBytes: 1_000_000_000 };

const app = (facts: Partial<AppFacts> = {}): AppFacts => ({
  package: PACKAGE,
  versionCode: 10,
  minSdk: 24,
  targetSdk: 34,
  abis: [],
  requiredFeatures: [],
  requiredLibraries: [],
  signers: [SIGNER],
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

const phone = (facts: Partial<AndroidFacts> = {}): DeviceFacts => ({
  platform: 'android',
  android: { sdk: 34, abis: ['arm64-v8a'], installed: [], ...facts },
});

const installed = (facts: Partial<InstalledApp> = {}): Partial<AndroidFacts> => ({
  installed: [{ package: PACKAGE, versionCode: 9, signers: [SIGNER], system: false, ...facts }],
});

const verdictOf = (facts: Partial<AppFacts>, device: Partial<AndroidFacts> = {}, space = PLENTY) =>
  judgeApp(app(facts), phone(device), space);

const NOTE = 'DATA_STAYS';

describe('an app that nothing is against', () => {
  it('moves, with the note that its data does not', () => {
    expect(verdictOf({})).toEqual({ package: PACKAGE, verdict: 'yes', reasons: [NOTE] });
  });

  it('updates an older copy of the same publisher', () => {
    expect(verdictOf({}, installed()).verdict).toBe('yes');
  });
});

describe('every row of the decision table', () => {
  it('OLDER_SDK: the device runs an older Android than the app needs', () => {
    expect(verdictOf({ minSdk: 35 })).toMatchObject({ verdict: 'no', reasons: ['OLDER_SDK', NOTE] });
    expect(verdictOf({ minSdk: 34 }).verdict).toBe('yes');
  });

  it('DEPRECATED_SDK: Android 14 takes no new apps made for Android 5, Android 15 none for 6', () => {
    expect(verdictOf({ minSdk: 1, targetSdk: 22 })).toMatchObject({
      verdict: 'no',
      reasons: ['DEPRECATED_SDK', NOTE],
    });
    expect(verdictOf({ minSdk: 1, targetSdk: 23 }).verdict).toBe('yes');
    expect(verdictOf({ minSdk: 1, targetSdk: 23 }, { sdk: 35 }).reasons).toContain('DEPRECATED_SDK');
    expect(verdictOf({ minSdk: 1, targetSdk: 24 }, { sdk: 35 }).verdict).toBe('yes');
    expect(verdictOf({ minSdk: 1, targetSdk: 22 }, { sdk: 33 }).verdict).toBe('yes');
  });

  it('DEPRECATED_SDK: an app that is installed already may be updated', () => {
    expect(verdictOf({ targetSdk: 22 }, installed()).verdict).toBe('yes');
  });

  it('NO_MATCHING_ABIS: no native library is for a processor of the device', () => {
    expect(verdictOf({ abis: ['x86_64', 'x86'] })).toMatchObject({
      verdict: 'no',
      reasons: ['NO_MATCHING_ABIS', NOTE],
    });
    expect(verdictOf({ abis: ['x86', 'arm64-v8a'] }).verdict).toBe('yes');
    expect(verdictOf({ abis: ['x86'] }, { abis: [] }).verdict).toBe('yes');
  });

  it('MISSING_SPLIT: the base needs splits and came alone', () => {
    expect(verdictOf({ splitsRequired: true })).toMatchObject({
      verdict: 'no',
      reasons: ['MISSING_SPLIT', NOTE],
    });
    expect(verdictOf({ splitsRequired: true, splits: ['config.en'] }).verdict).toBe('yes');
  });

  it('MISSING_SPLIT: a kind of split the base names is not among those present', () => {
    const needs = { requiredSplitTypes: ['base__abi', 'base__density'], abis: ['arm64-v8a'] };
    const both = ['config.arm64_v8a', 'config.xxhdpi'];
    const said = { splits: both, splitTypes: ['base__abi', 'base__density'] };
    expect(verdictOf({ ...needs, ...said }).verdict).toBe('yes');
    expect(verdictOf({ ...needs, ...said, splitTypes: ['base__abi'] }).reasons).toContain('MISSING_SPLIT');
    expect(verdictOf({ ...needs, splits: both }).verdict).toBe('yes');
    expect(verdictOf({ ...needs, splits: ['config.arm64_v8a'] }).reasons).toContain('MISSING_SPLIT');
    expect(verdictOf({ ...needs, abis: [], splits: ['config.xxhdpi'] }).reasons).toContain('MISSING_SPLIT');
  });

  it('MISSING_LIBRARY: a required library is not on the device', () => {
    const needs = { requiredLibraries: ['com.example.pen'] };
    expect(verdictOf(needs, { libraries: ['android.test.base'] })).toMatchObject({
      verdict: 'no',
      reasons: ['MISSING_LIBRARY', NOTE],
    });
    expect(verdictOf(needs, { libraries: ['com.example.pen'] }).verdict).toBe('yes');
    expect(verdictOf(needs).verdict).toBe('yes');
  });

  it('MISSING_LIBRARY: native libraries are insisted on from Android 12, for apps made for it', () => {
    const needs = { requiredNativeLibraries: ['libpen.so'], minSdk: 21 };
    expect(verdictOf(needs, { libraries: [] }).reasons).toContain('MISSING_LIBRARY');
    expect(verdictOf(needs, { libraries: [], sdk: 30 }).verdict).toBe('yes');
    expect(verdictOf({ ...needs, targetSdk: 30 }, { libraries: [] }).verdict).toBe('yes');
  });

  it('OTHER_PUBLISHER: the installed copy has another signer and no lineage leads to ours', () => {
    expect(verdictOf({}, installed({ signers: [STRANGER] }))).toMatchObject({
      verdict: 'no',
      reasons: ['OTHER_PUBLISHER', NOTE],
    });
    expect(verdictOf({ lineage: [FORMER_SIGNER] }, installed({ signers: [FORMER_SIGNER] })).verdict).toBe(
      'yes',
    );
    expect(verdictOf({}, installed({ signers: [] })).verdict).toBe('yes');
  });

  it('NO_SPACE: less than twice the size is free', () => {
    expect(verdictOf({ sizeBytes: 500 }, {}, { freeBytes: 999 })).toMatchObject({
      verdict: 'no',
      reasons: ['NO_SPACE', NOTE],
    });
    expect(verdictOf({ sizeBytes: 500 }, {}, { freeBytes: 1_000 }).verdict).toBe('yes');
  });

  it('NEWER_THERE: a newer version is installed', () => {
    const verdict = verdictOf({}, installed({ versionCode: 11 }));
    expect(verdict).toMatchObject({ verdict: 'skip', reasons: ['NEWER_THERE', NOTE] });
    expect(skipReasonOf(verdict)).toBe('app-already-there');
  });

  it('ALREADY_THERE: the same version is installed', () => {
    const verdict = verdictOf({}, installed({ versionCode: 10 }));
    expect(verdict).toMatchObject({ verdict: 'skip', reasons: ['ALREADY_THERE', NOTE] });
    expect(skipReasonOf(verdict)).toBe('app-already-there');
  });

  it('SYSTEM_APP: one that came with the device is updated by its own publisher only', () => {
    expect(verdictOf({}, installed({ system: true })).verdict).toBe('yes');
    const stranger = verdictOf({}, installed({ system: true, signers: [STRANGER] }));
    expect(stranger).toMatchObject({ verdict: 'skip', reasons: ['SYSTEM_APP', NOTE] });
    expect(skipReasonOf(stranger)).toBe('app-left-behind');
    expect(verdictOf({}, installed({ system: true, signers: [] })).verdict).toBe('skip');
    expect(verdictOf({}, installed({ system: true, versionCode: 10 })).reasons).toContain('SYSTEM_APP');
  });

  it('MANAGED: an app of a work profile stays, wherever it is managed', () => {
    const verdict = verdictOf({}, installed({ managed: true }));
    expect(verdict).toMatchObject({ verdict: 'skip', reasons: ['MANAGED', NOTE] });
    expect(skipReasonOf(verdict)).toBe('app-left-behind');
    expect(verdictOf({ managed: true }).reasons).toContain('MANAGED');
  });

  it('MISSING_FEATURE: the device lacks a feature the app requires', () => {
    const needs = { requiredFeatures: ['android.hardware.nfc'] };
    expect(verdictOf(needs, { features: ['android.hardware.camera'] })).toMatchObject({
      verdict: 'warning',
      reasons: ['MISSING_FEATURE', NOTE],
    });
    expect(verdictOf(needs, { features: ['android.hardware.nfc=1'] }).verdict).toBe('yes');
    expect(verdictOf(needs).verdict).toBe('yes');
  });

  it('NEEDS_GOOGLE: Google services are needed and known to be absent', () => {
    const needs = { needsGoogle: true };
    expect(verdictOf(needs, { features: ['android.hardware.nfc'] })).toMatchObject({
      verdict: 'warning',
      reasons: ['NEEDS_GOOGLE', NOTE],
    });
    const withGoogle = installed({ package: 'com.google.android.gms', system: true });
    expect(verdictOf(needs, withGoogle).verdict).toBe('yes');
    expect(verdictOf(needs, { features: ['com.google.android.feature.GOOGLE_BUILD'] }).verdict).toBe('yes');
    expect(verdictOf(needs).verdict).toBe('yes');
  });

  it('NEEDS_HUAWEI: Huawei services are needed and known to be absent', () => {
    const needs = { needsHuawei: true };
    expect(verdictOf(needs, { features: [] })).toMatchObject({
      verdict: 'warning',
      reasons: ['NEEDS_HUAWEI', NOTE],
    });
    expect(verdictOf(needs, installed({ package: 'com.huawei.hwid' })).verdict).toBe('yes');
  });

  it('OTHER_SCREEN: the density split is for another screen', () => {
    const has = { splits: ['config.xxhdpi'] };
    expect(verdictOf(has, { density: 320 })).toMatchObject({
      verdict: 'warning',
      reasons: ['OTHER_SCREEN', NOTE],
    });
    expect(verdictOf(has, { density: 420 }).verdict).toBe('yes');
    expect(verdictOf({ splits: ['config.xxxhdpi'] }, { density: 700 }).verdict).toBe('yes');
    expect(verdictOf({ splits: ['config.tvdpi'] }, { density: 213 }).verdict).toBe('yes');
    expect(verdictOf({ splits: ['config.pt'] }, { density: 320 }).verdict).toBe('yes');
    expect(verdictOf(has).verdict).toBe('yes');
  });

  it('OTHER_LANGUAGE: none of the languages spoken is among the language splits', () => {
    const has = { splits: ['config.de', 'maps.config.iw', 'config.arm64_v8a'] };
    expect(verdictOf(has, { locales: ['pt-BR'] })).toMatchObject({
      verdict: 'warning',
      reasons: ['OTHER_LANGUAGE', NOTE],
    });
    expect(verdictOf(has, { locales: ['pt-BR', 'de-AT'] }).verdict).toBe('yes');
    expect(verdictOf(has, { locales: ['he-IL'] }).verdict).toBe('yes');
    expect(verdictOf(has).verdict).toBe('yes');
    expect(verdictOf({ splits: ['config.x86_64'] }, { locales: ['pt-BR'] }).verdict).toBe('yes');
  });

  it('PAGE_SIZE: libraries aligned for 4 KiB meet pages of 16 KiB', () => {
    const device = { pageSize: 16_384 };
    expect(verdictOf({ aligned16k: false }, device)).toMatchObject({
      verdict: 'warning',
      reasons: ['PAGE_SIZE', NOTE],
    });
    expect(verdictOf({ aligned16k: true }, device).verdict).toBe('yes');
    expect(verdictOf({}, device).verdict).toBe('yes');
    expect(verdictOf({ aligned16k: false }, { pageSize: 4_096 }).verdict).toBe('yes');
  });

  it('TEST_BUILD: the app is marked testOnly', () => {
    expect(verdictOf({ testOnly: true })).toMatchObject({
      verdict: 'warning',
      reasons: ['TEST_BUILD', NOTE],
    });
  });

  it('DATA_STAYS: is said of every app, whatever the verdict', () => {
    const cases = [{}, { minSdk: 99 }, { testOnly: true }].map((facts) => verdictOf(facts));
    expect(cases.map(({ reasons }) => reasons.at(-1))).toEqual([NOTE, NOTE, NOTE]);
  });
});

describe('several reasons at once', () => {
  it('no outweighs skip, skip outweighs warning, and every reason is named, the weightiest first', () => {
    const needs = { minSdk: 99, testOnly: true };
    expect(verdictOf(needs, installed({ versionCode: 10 }))).toMatchObject({
      verdict: 'no',
      reasons: ['OLDER_SDK', 'ALREADY_THERE', 'TEST_BUILD', NOTE],
    });
    expect(verdictOf({ testOnly: true }, installed({ versionCode: 10 })).verdict).toBe('skip');
  });

  it('the table stands in order of precedence', () => {
    const order = ['no', 'skip', 'warning', 'yes'];
    const weights = REASON_IDS.map((id) => order.indexOf(REASONS[id].verdict));
    expect(weights).toEqual([...weights].sort((a, b) => a - b));
  });
});

describe('a destination of which no Android is known', () => {
  it('takes every app as files', () => {
    const worst = app({ minSdk: 99, abis: ['mips'], testOnly: true, sizeBytes: 10 ** 12 });
    const folder: DeviceFacts = { platform: 'computer' };
    expect(judgeApps([worst], folder, { freeBytes: 0 })).toEqual([
      { package: PACKAGE, verdict: 'yes', reasons: [NOTE] },
    ]);
  });
});

describe('what a person reads', () => {
  const device = phone({ features: [], abis: ['arm64-v8a'] });

  it('names the Android that is needed', () => {
    expect(explainReason('OLDER_SDK', { app: app({ minSdk: 35 }), device })).toBe(
      'Needs Android 15 or newer',
    );
    expect(explainReason('OLDER_SDK', { app: app({ minSdk: 10_000 }), device })).toMatch(
      /newer than Android/,
    );
    expect(explainReason('OLDER_SDK')).toBe('Needs a newer Android');
  });

  it('names what the device lacks', () => {
    const needs = app({ requiredFeatures: ['android.hardware.nfc', 'com.example.hinge'] });
    expect(explainReason('MISSING_FEATURE', { app: needs, device })).toBe(
      'May not work: no NFC, no com.example.hinge',
    );
  });

  it('tells a 32-bit app from one for another processor', () => {
    const said = (abis: string[]) => explainReason('NO_MATCHING_ABIS', { app: app({ abis }), device });
    expect(said(['armeabi-v7a'])).toMatch(/32-bit only/);
    expect(said(['x86_64'])).toMatch(/different processor/);
  });

  it('has a sentence for every reason, and shows one it does not know as it is', () => {
    for (const id of REASON_IDS) expect(reasonText(id)).toMatch(/^[A-Z].+/);
    expect(reasonText('FROM_THE_FUTURE')).toBe('FROM_THE_FUTURE');
  });
});

describe('what crosses the wire', () => {
  it('a verdict with every reason fits its message', () => {
    const verdict = { package: PACKAGE, verdict: 'no', reasons: [...REASON_IDS] };
    expect(appVerdictSchema.parse(verdict)).toEqual(verdict);
    expect(appFactsSchema.parse(app())).toEqual(app());
  });

  it('skips are counted by their kind, moves are not', () => {
    expect(skipReasonOf(verdictOf({ minSdk: 99 }))).toBe('app-cannot-run');
    expect(skipReasonOf(verdictOf({}))).toBeUndefined();
    expect(skipReasonOf(verdictOf({ testOnly: true }))).toBeUndefined();
  });
});

describe('ten thousand apps', () => {
  it('are judged by look-up, not by search', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `org.example.app${String(index)}`);
    const device = phone({
      installed: many.map((name) => ({ package: name, versionCode: 10, signers: [], system: false })),
    });
    const verdicts = judgeApps(
      many.map((name) => app({ package: name })),
      device,
      PLENTY,
    );
    expect(verdicts.every(({ verdict }) => verdict === 'skip')).toBe(true);
  });
});
