/**
 * The decision table: can this app run there? One row one reason, in order of precedence; a row speaks up when its
 * facts are known and against the app, and is silent when they are not known. What Android itself decides is taken
 * from the installer (AOSP PackageManager, InstallPackageHelper); on a phone its failure code is the final word.
 */
import { androidRelease, featureName } from './android-names.ts';
import type { Circumstances } from './circumstances.ts';
import type { VERDICTS } from './facts.ts';
import { configurations, densityBucket, hasRequiredSplits } from './splits.ts';

export interface Row {
  readonly id: string;
  /** `yes` is a note: it is said and weighs nothing. */
  readonly verdict: (typeof VERDICTS)[number];
  readonly applies: (facts: Circumstances) => boolean;
  /** What a person reads when no more is known than the reason. */
  readonly text: string;
  /** The same with the facts of the case in it. */
  readonly says?: (facts: Circumstances) => string;
}

const PAGE_16K = 16 * 1024;

const missingFeatures = ({ app, android: { features } }: Circumstances): string[] =>
  features === undefined ? [] : app.requiredFeatures.filter((feature) => !features.has(feature));

/** A copy by the same publisher, or by the one it was handed over from; unknown signers are not held against it. */
function samePublisher({ app, installed }: Circumstances): boolean | undefined {
  if (installed === undefined || installed.signers.length === 0 || app.signers.length === 0) return undefined;
  const proved = new Set([...app.signers, ...app.lineage]);
  return installed.signers.every((signer) => proved.has(signer));
}

const newer = ({ app, installed }: Circumstances): boolean =>
  installed !== undefined && app.versionCode > installed.versionCode;

const is32BitOnly = (abis: Iterable<string>): boolean => [...abis].every((abi) => !abi.includes('64'));

export const TABLE = [
  {
    id: 'OLDER_SDK',
    verdict: 'no',
    applies: ({ app, android }) => android.sdk < app.minSdk,
    text: 'Needs a newer Android',
    says: ({ app }) => `Needs ${androidRelease(app.minSdk)} or newer`,
  },
  {
    id: 'DEPRECATED_SDK',
    verdict: 'no',
    applies: ({ app, android, installed }) =>
      installed === undefined &&
      ((android.sdk >= 34 && app.targetSdk < 23) || (android.sdk >= 35 && app.targetSdk < 24)),
    text: 'Made for a much older Android',
  },
  {
    id: 'NO_MATCHING_ABIS',
    verdict: 'no',
    applies: ({ app, android }) =>
      app.abis.length > 0 && android.abis.size > 0 && !app.abis.some((abi) => android.abis.has(abi)),
    text: 'Made for a different processor',
    says: ({ app, android }) =>
      is32BitOnly(app.abis) && !is32BitOnly(android.abis)
        ? 'It is 32-bit only, and the new device runs no 32-bit apps of its kind'
        : 'Made for a different processor',
  },
  {
    id: 'MISSING_SPLIT',
    verdict: 'no',
    applies: ({ app }) => !hasRequiredSplits(app),
    text: 'Incomplete copy: get it from the store',
  },
  {
    id: 'MISSING_LIBRARY',
    verdict: 'no',
    applies: ({ app, android: { libraries, sdk } }) => {
      if (libraries === undefined) return false;
      const native = sdk >= 31 && app.targetSdk >= 31 ? (app.requiredNativeLibraries ?? []) : [];
      return [...app.requiredLibraries, ...native].some((library) => !libraries.has(library));
    },
    text: 'Needs a part this device lacks',
  },
  {
    id: 'OTHER_PUBLISHER',
    verdict: 'no',
    // A system app is the next rows' business: it cannot be replaced, so nothing of it can be lost.
    applies: (facts) => facts.installed?.system === false && samePublisher(facts) === false,
    text: 'Installed from another publisher; replacing loses its data',
  },
  {
    id: 'NO_SPACE',
    verdict: 'no',
    // The copy that arrives and the one the installer makes of it exist side by side.
    applies: ({ app, freeBytes }) => freeBytes < 2 * app.sizeBytes,
    text: 'Not enough space',
  },
  {
    id: 'NEWER_THERE',
    verdict: 'skip',
    applies: ({ app, installed }) => installed !== undefined && installed.versionCode > app.versionCode,
    text: 'Already there, in a newer version',
  },
  {
    id: 'ALREADY_THERE',
    verdict: 'skip',
    applies: ({ app, installed }) => installed !== undefined && installed.versionCode === app.versionCode,
    text: 'Already there',
  },
  {
    id: 'SYSTEM_APP',
    verdict: 'skip',
    applies: (facts) => facts.installed?.system === true && !(newer(facts) && samePublisher(facts) === true),
    text: 'Came with the device',
  },
  {
    id: 'MANAGED',
    verdict: 'skip',
    applies: ({ app, installed }) => app.managed === true || installed?.managed === true,
    text: 'Managed by your organisation',
  },
  {
    id: 'MISSING_FEATURE',
    verdict: 'warning',
    applies: (facts) => missingFeatures(facts).length > 0,
    text: 'May not work: the device lacks something it needs',
    says: (facts) => `May not work: no ${missingFeatures(facts).map(featureName).join(', no ')}`,
  },
  {
    id: 'NEEDS_GOOGLE',
    verdict: 'warning',
    applies: ({ app, android }) => app.needsGoogle && android.googleServices === 'absent',
    text: 'Needs Google services',
  },
  {
    id: 'NEEDS_HUAWEI',
    verdict: 'warning',
    applies: ({ app, android }) => app.needsHuawei && android.huaweiServices === 'absent',
    text: 'Needs Huawei services',
  },
  {
    id: 'OTHER_SCREEN',
    verdict: 'warning',
    applies: ({ app, android: { density } }) => {
      const { densities } = configurations(app.splits);
      return density !== undefined && densities.size > 0 && !densities.has(densityBucket(density));
    },
    text: 'Pictures may be missing or blurred: the copy is for another screen',
  },
  {
    id: 'OTHER_LANGUAGE',
    verdict: 'warning',
    applies: ({ app, android: { languages: spoken } }) => {
      const { languages } = configurations(app.splits);
      if (spoken === undefined || spoken.size === 0 || languages.size === 0) return false;
      return ![...spoken].some((language) => languages.has(language));
    },
    text: 'Languages may be missing: the copy is for other languages',
  },
  {
    id: 'PAGE_SIZE',
    verdict: 'warning',
    applies: ({ app, android: { pageSize } }) =>
      pageSize !== undefined && pageSize >= PAGE_16K && app.aligned16k === false,
    text: 'May not start: made for devices with smaller memory pages',
  },
  {
    id: 'TEST_BUILD',
    verdict: 'warning',
    applies: ({ app }) => app.testOnly,
    text: 'Test build',
  },
  {
    id: 'DATA_STAYS',
    verdict: 'yes',
    // An app sees another Android ID there (since Android 8 it is one per signing key, user and device).
    applies: () => true,
    text: 'Its data does not move; sign in again',
  },
] as const satisfies readonly Row[];

export type ReasonId = (typeof TABLE)[number]['id'];

const TEXTS: ReadonlyMap<string, string> = new Map(TABLE.map(({ id, text }) => [id, text]));

/** The sentence for a reason; one of a newer OpenMover that is not in our table reads as its id. */
export const reasonText = (reason: string): string => TEXTS.get(reason) ?? reason;
