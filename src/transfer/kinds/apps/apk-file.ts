/**
 * Everything one APK file says of itself.
 */
import { LIMITS } from '../../limits.ts';
import { ApkArchive, type ApkBytes, openApkFile } from './apk-archive.ts';
import { JAR_SIGNATURE, readJarSignature } from './jar-signature.ts';
import { type ManifestFacts, readManifest } from './manifest.ts';
import { type NativeLibraries, readNativeLibraries } from './native-libraries.ts';
import { NotAnApk } from './not-an-apk.ts';
import { readSigningBlock, type Signers } from './signing-block.ts';

const MANIFEST = 'AndroidManifest.xml';
/** Signature files of one APK; real ones have one. */
const MOST_JAR_SIGNATURES = 16;

export interface ApkFacts extends ManifestFacts, NativeLibraries, Signers {
  readonly sizeBytes: number;
}

/**
 * Reads the directory, the manifest, the signing block and the heads of native libraries; never the whole file.
 * @throws NotAnApk when its content is not that of an APK; errors of the file system as they are
 */
export async function readApk(path: string): Promise<ApkFacts> {
  return await readApkBytes(await openApkFile(path));
}

/** The same for an APK wherever it is, which is closed at the end. */
export async function readApkBytes(file: ApkBytes): Promise<ApkFacts> {
  const archive = await ApkArchive.open(file);
  try {
    const manifests = [...archive.entries()].filter((entry) => entry.name === MANIFEST);
    const [entry] = manifests;
    // Two of a name: Android refuses, lest one be checked and the other run.
    if (entry === undefined || manifests.length > 1) throw new NotAnApk('no-manifest');
    const manifest = readManifest(await archive.read(entry, LIMITS.manifestBytes));
    return {
      ...manifest,
      ...(await readNativeLibraries(archive, manifest)),
      ...(await readSigners(archive)),
      sizeBytes: archive.sizeBytes,
    };
  } finally {
    await archive.close();
  }
}

/** The newest scheme there is; digests of v1 only where there is no other. */
async function readSigners(archive: ApkArchive): Promise<Signers> {
  const block = await archive.signingBlock();
  const found = block && readSigningBlock(block);
  if (found) return found;
  const signers = new Set<string>();
  const files = [...archive.entries()].filter((entry) => JAR_SIGNATURE.test(entry.name));
  for (const file of files.slice(0, MOST_JAR_SIGNATURES)) {
    for (const digest of readJarSignature(await archive.read(file, LIMITS.jarSignatureBytes))) {
      signers.add(digest);
    }
  }
  return { signers: [...signers], lineage: [] };
}
