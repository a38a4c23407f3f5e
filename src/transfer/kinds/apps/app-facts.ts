/**
 * Facts of one app from its APK files: the base and its splits.
 */
import type { AppFacts } from '../../compat/facts.ts';
import { LIMITS } from '../../limits.ts';
import { type ApkFacts, readApk } from './apk-file.ts';

/** Bounds of `appFactsSchema`; what is beyond them decides nothing. */
const MOST = { abis: 32, names: 500, signers: 16, splitTypes: 100 } as const;
/** Said of a set of splits that came without their base. */
const BASE_SPLIT_TYPE = 'base';

/**
 * Facts of the app whose APK files these are.
 * @param paths base and `split_config.*` files, in any order
 * @throws NotAnApk when one of them is no APK; TypeError when they belong to different packages or there are none;
 *   errors of the file system as they are
 */
export async function readAppFacts(paths: readonly string[]): Promise<AppFacts> {
  const apks: ApkFacts[] = [];
  for (const path of paths) apks.push(await readApk(path));
  return combineApks(apks);
}

/**
 * The facts of files of one package taken together. When they are of several versions, the newest base counts, with
 * the splits of its version: the installer takes no others with it.
 */
export function combineApks(apks: readonly ApkFacts[]): AppFacts {
  const newestFirst = [...apks].sort((a, b) => b.versionCode - a.versionCode);
  const base = newestFirst.find((apk) => apk.split === undefined);
  const main = base ?? newestFirst[0];
  if (main === undefined) throw new TypeError('no APK files');
  if (apks.some((apk) => apk.package !== main.package)) throw new TypeError('APK files of several packages');
  const parts = apks.filter(
    (apk) => apk === main || (apk.split !== undefined && apk.versionCode === main.versionCode),
  );
  const alignments = parts.map((apk) => apk.aligned16k).filter((aligned) => aligned !== undefined);
  const splitTypes = union(parts, (apk) => apk.splitTypes, MOST.names);
  const requiredSplitTypes = union(parts, (apk) => apk.requiredSplitTypes, MOST.splitTypes - 1);
  const requiredNativeLibraries = union(parts, (apk) => apk.requiredNativeLibraries, MOST.names);
  return {
    package: main.package,
    ...(main.label === undefined ? {} : { label: main.label }),
    versionCode: main.versionCode,
    ...(main.versionName === undefined ? {} : { versionName: main.versionName }),
    minSdk: main.minSdk,
    targetSdk: main.targetSdk,
    abis: union(parts, (apk) => apk.abis, MOST.abis).sort(),
    requiredFeatures: union(parts, (apk) => apk.requiredFeatures, MOST.names),
    requiredLibraries: union(parts, (apk) => apk.requiredLibraries, MOST.names),
    ...(requiredNativeLibraries.length === 0 ? {} : { requiredNativeLibraries }),
    signers: main.signers.slice(0, MOST.signers),
    lineage: main.lineage.slice(0, MOST.signers),
    splits: union(parts, (apk) => apk.split ?? [], MOST.names).sort(),
    splitsRequired: base === undefined || parts.some((apk) => apk.splitsRequired),
    requiredSplitTypes: base === undefined ? [BASE_SPLIT_TYPE, ...requiredSplitTypes] : requiredSplitTypes,
    ...(splitTypes.length === 0 ? {} : { splitTypes }),
    needsGoogle: parts.some((apk) => apk.needsGoogle),
    needsHuawei: parts.some((apk) => apk.needsHuawei),
    testOnly: main.testOnly,
    ...(alignments.length === 0 ? {} : { aligned16k: alignments.every((aligned) => aligned) }),
    sizeBytes: parts.reduce((sum, apk) => sum + apk.sizeBytes, 0),
  };
}

/** Each value once, in order of appearance, at most `most` and `LIMITS.factListBytes` of JSON. */
function union(
  apks: readonly ApkFacts[],
  values: (apk: ApkFacts) => string | readonly string[],
  most: number,
): string[] {
  const taken: string[] = [];
  let bytes = 0;
  for (const value of new Set(apks.flatMap(values))) {
    bytes += Buffer.byteLength(JSON.stringify(value)) + 1;
    if (taken.length === most || bytes > LIMITS.factListBytes) break;
    taken.push(value);
  }
  return taken;
}
