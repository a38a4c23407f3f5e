/**
 * The facts an AndroidManifest.xml holds on where its app can run. Defaults are the installer's (AOSP
 * ParsingPackageUtils).
 */
import { parseBinaryXml, type XmlElement } from './binary-xml.ts';
import { needsGoogle, needsHuawei } from './google-huawei.ts';
import { NotAnApk } from './not-an-apk.ts';

/** What an unreleased Android calls itself in SDK numbers (Build.VERSION_CODES.CUR_DEVELOPMENT). */
const CUR_DEVELOPMENT = 10_000;
const LONGEST_NAME = 255;
/** At least two components: a package name is a folder name at the destination, so nothing else may pass. */
const PACKAGE = /^(?=.{1,223}$)[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+$/;

export interface ManifestFacts {
  readonly package: string;
  /** Absent in the base APK. */
  readonly split: string | undefined;
  readonly versionCode: number;
  readonly versionName: string | undefined;
  /** Absent when it is a resource. */
  readonly label: string | undefined;
  readonly minSdk: number;
  readonly targetSdk: number;
  readonly requiredFeatures: readonly string[];
  readonly requiredLibraries: readonly string[];
  readonly requiredNativeLibraries: readonly string[];
  readonly splitsRequired: boolean;
  readonly requiredSplitTypes: readonly string[];
  readonly splitTypes: readonly string[];
  readonly needsGoogle: boolean;
  readonly needsHuawei: boolean;
  readonly testOnly: boolean;
  readonly debuggable: boolean;
  readonly extractNativeLibs: boolean;
}

/**
 * @param bytes AndroidManifest.xml in its binary form
 * @throws NotAnApk when it cannot be read, or names no package
 */
export function readManifest(bytes: Buffer): ManifestFacts {
  const manifest = parseBinaryXml(bytes);
  const application = children(manifest, 'application')[0];
  const usesSdk = children(manifest, 'uses-sdk').at(-1);
  const minSdk = sdk(usesSdk, 'minSdkVersion') ?? 1;
  const metaData = application === undefined ? [] : names(application, 'meta-data');
  const declared = {
    metaData,
    permissions: [...names(manifest, 'uses-permission'), ...names(manifest, 'uses-permission-sdk-23')],
    libraries: application === undefined ? [] : names(application, 'uses-library'),
  };
  return {
    package: packageName(manifest),
    split: text(manifest, 'split'),
    versionCode: versionCode(manifest),
    versionName: text(manifest, 'versionName'),
    label: text(application, 'label'),
    minSdk,
    targetSdk: sdk(usesSdk, 'targetSdkVersion') ?? minSdk,
    requiredFeatures: required(manifest, 'uses-feature'),
    requiredLibraries: required(application, 'uses-library'),
    requiredNativeLibraries: required(application, 'uses-native-library'),
    splitsRequired: manifest.attributes.get('isSplitRequired') === true || vendingWantsSplits(application),
    requiredSplitTypes: list(manifest, 'requiredSplitTypes'),
    splitTypes: list(manifest, 'splitTypes'),
    needsGoogle: needsGoogle(declared),
    needsHuawei: needsHuawei(declared),
    testOnly: application?.attributes.get('testOnly') === true,
    debuggable: application?.attributes.get('debuggable') === true,
    extractNativeLibs: application?.attributes.get('extractNativeLibs') !== false,
  };
}

const children = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => child.name === name);

/** An attribute as text, cut to what facts may hold; nothing for an empty one. */
function text(element: XmlElement | undefined, attribute: string): string | undefined {
  const value = element?.attributes.get(attribute);
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  return String(value).slice(0, LONGEST_NAME) || undefined;
}

function names(element: XmlElement, child: string): string[] {
  return children(element, child).flatMap((one) => text(one, 'name') ?? []);
}

/** Names of the children that are not marked `required="false"`; each once. */
function required(element: XmlElement | undefined, child: string): string[] {
  if (element === undefined) return [];
  const wanted = children(element, child).filter((one) => one.attributes.get('required') !== false);
  return [...new Set(wanted.flatMap((one) => text(one, 'name') ?? []))];
}

/** Comma-separated names. */
function list(element: XmlElement, attribute: string): string[] {
  const value = element.attributes.get(attribute);
  if (typeof value !== 'string') return [];
  return value
    .split(',')
    .map((name) => name.trim().slice(0, LONGEST_NAME))
    .filter((name) => name !== '');
}

/** How apps built by Google Play before Android 13 say that they need splits. */
function vendingWantsSplits(application: XmlElement | undefined): boolean {
  if (application === undefined) return false;
  return children(application, 'meta-data').some(
    ({ attributes }) =>
      attributes.get('name') === 'com.android.vending.splits.required' && attributes.get('value') === true,
  );
}

function sdk(usesSdk: XmlElement | undefined, attribute: string): number | undefined {
  const value = usesSdk?.attributes.get(attribute);
  if (typeof value === 'number') return value >= 0 ? value : undefined;
  if (typeof value !== 'string' || value === '') return undefined;
  // A code name: made for an Android that was not out yet.
  return /^\d{1,5}$/.test(value) ? Number(value) : CUR_DEVELOPMENT;
}

function packageName(manifest: XmlElement): string {
  const name = manifest.attributes.get('package');
  if (manifest.name !== 'manifest' || typeof name !== 'string' || !PACKAGE.test(name)) {
    throw new NotAnApk('no-package');
  }
  return name;
}

/** PackageInfo.getLongVersionCode: the major number in the upper half. */
function versionCode(manifest: XmlElement): number {
  const part = (attribute: string): number => {
    const value = Number(manifest.attributes.get(attribute) ?? 0);
    return Number.isInteger(value) ? value >>> 0 : 0;
  };
  const code = part('versionCodeMajor') * 2 ** 32 + part('versionCode');
  if (!Number.isSafeInteger(code)) throw new NotAnApk('no-package');
  return code;
}
