/**
 * Builds an APK from a description of what it should claim: a manifest, native libraries, a payload, a signature.
 */
import { type BinaryXmlOptions, writeBinaryXml, type XmlElement } from './binary-xml.ts';
import { makeLibrary } from './elf.ts';
import type { Publisher } from './publisher.ts';
import { signApk } from './signing.ts';
import { writeZip, type ZipInput, type ZipParts } from './zip.ts';

const PAGE = { small: 4 * 1024, large: 16 * 1024 } as const;

export interface ApkDescription {
  readonly package: string;
  readonly versionCode: number;
  readonly versionName?: string;
  readonly label?: string;
  /** A split of that name; the base when absent. */
  readonly split?: string;
  readonly minSdk?: number;
  readonly targetSdk?: number;
  readonly abis?: readonly string[];
  /** Pages the libraries are linked and placed for. */
  readonly pages?: keyof typeof PAGE;
  readonly features?: readonly string[];
  readonly libraries?: readonly string[];
  readonly permissions?: readonly string[];
  readonly metaData?: readonly string[];
  /** As `base__abi,base__density`. */
  readonly requiredSplitTypes?: string;
  readonly splitTypes?: string;
  readonly testOnly?: boolean;
  readonly payload?: Buffer;
}

const named = (
  element: string,
  names: readonly string[] = [],
  more: XmlElement['attributes'] = {},
): XmlElement[] => names.map((name) => ({ name: element, attributes: { name, ...more } }));

export function manifestOf(apk: ApkDescription): XmlElement {
  const base = apk.split === undefined;
  return {
    name: 'manifest',
    attributes: {
      package: apk.package,
      split: apk.split,
      versionCode: apk.versionCode,
      versionName: base ? (apk.versionName ?? '1.0') : undefined,
      isSplitRequired: apk.requiredSplitTypes === undefined ? undefined : true,
      requiredSplitTypes: apk.requiredSplitTypes,
      splitTypes: apk.splitTypes,
    },
    children: [
      { name: 'uses-sdk', attributes: { minSdkVersion: apk.minSdk, targetSdkVersion: apk.targetSdk } },
      ...named('uses-feature', apk.features, { required: true }),
      ...named('uses-permission', apk.permissions),
      {
        name: 'application',
        attributes: {
          label: apk.label,
          hasCode: false,
          testOnly: apk.testOnly,
          extractNativeLibs: (apk.abis ?? []).length > 0 ? false : undefined,
        },
        children: [
          ...named('uses-library', apk.libraries, { required: true }),
          ...named('meta-data', apk.metaData, { value: 1 }),
        ],
      },
    ],
  };
}

/** The ZIP of an APK, not yet signed. */
export function zipOf(apk: ApkDescription, xml: BinaryXmlOptions = {}): ZipParts {
  const alignment = PAGE[apk.pages ?? 'large'];
  const files: ZipInput[] = [{ name: 'AndroidManifest.xml', bytes: writeBinaryXml(manifestOf(apk), xml) }];
  for (const abi of apk.abis ?? []) {
    files.push({ name: `lib/${abi}/libsample.so`, bytes: makeLibrary(abi, alignment), storedAt: alignment });
  }
  if (apk.payload !== undefined) files.push({ name: 'assets/payload.bin', bytes: apk.payload, storedAt: 4 });
  return writeZip(files);
}

export const buildApk = (apk: ApkDescription, publisher: Publisher, xml?: BinaryXmlOptions): Buffer =>
  signApk(zipOf(apk, xml), publisher);
