/**
 * Real APKs: facts compared with what aapt and apksigner say of them. The corpus stands beside the repository where
 * it is present at all; it is not part of it.
 */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AppFacts, appFactsSchema } from '../../src/transfer/compat/facts.ts';
import { NotAnApk, readAppFacts } from '../../src/transfer/kinds/apps/index.ts';

const CORPUS = fileURLToPath(new URL('../../../shared/corpus/apk', import.meta.url));
const present = existsSync(CORPUS);
const files = present
  ? readdirSync(CORPUS, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.apk'))
      .sort()
  : [];

const RSA_2048 = 'fb5dbd3c669af9fc236c6991e6387b7f11ff0590997f22d0f5c74ff40e04fca8';
const RSA_2048_SECOND = '681b0e56a796350c08647352a4db800cc44b2adc8f4c72fa350bd05d4d50264d';
const EC_P256 = '6a8b96e278e58f62cfe3584022cec1d0527fcb85a9e5d2e1694eb0405be5b599';
const TEST_KEY = 'a40da80a59d170caa950cf15c18c454d47a39b26989d8b640ecd745ba71bf5dc';
const OTHER_TEST_KEY = '6cecc50e34ae31bfb5678986d6d6d3736c571ded2f2459527793e1f054eb0c9b';

const tiny = (facts: Partial<AppFacts> = {}): Partial<AppFacts> => ({
  package: 'android.appsecurity.cts.tinyapp',
  versionCode: 10,
  versionName: '1.0',
  minSdk: 23,
  targetSdk: 23,
  signers: [RSA_2048],
  lineage: [],
  abis: [],
  ...facts,
});

/** By the file's name without its folder; values from `aapt dump badging` and `apksigner verify --print-certs`. */
const KNOWN: Readonly<Record<string, Partial<AppFacts>>> = {
  'TC-debug.apk': {
    package: 'org.t0t0.androguard.TC',
    versionCode: 1,
    minSdk: 1,
    targetSdk: 1,
    signers: ['a733eab815e55fca4cc233ee2e1f1e2d65c73c76fda0c4196754538b2f1dc7e8'],
  },
  'debuggable-boolean.apk': tiny({ minSdk: 7, targetSdk: 25, signers: [TEST_KEY] }),
  // Its lib/armeabi/fake.so is none for the installer, whose libraries are called lib*.so.
  'golden-aligned-v1v2v3-lineage-out.apk': tiny({ signers: [RSA_2048_SECOND], lineage: [RSA_2048] }),
  'golden-aligned-v1v2v3-out.apk': tiny(),
  'original.apk': tiny(),
  'targetSandboxVersion-2.apk': tiny({ minSdk: 18, targetSdk: 26, signers: [OTHER_TEST_KEY] }),
  'two-signers.apk': tiny({ signers: [RSA_2048, EC_P256] }),
  'v1-only-with-rsa-pkcs1-sha256-1.2.840.113549.1.1.1-2048.apk': tiny(),
  // No Android accepts its signature, so no publisher is claimed.
  'v2-only-apk-sig-block-size-mismatch.apk': tiny({ signers: [] }),
  'v2-only-two-signers.apk': tiny({ signers: [RSA_2048, EC_P256] }),
  'v2-only-with-rsa-pkcs1-sha256-2048.apk': tiny(),
  'v3-only-with-rsa-pkcs1-sha256-2048.apk': tiny(),
  'appium-uiautomator2-server-debug-androidTest.apk': {
    package: 'io.appium.uiautomator2.server.test',
    versionCode: 0,
    minSdk: 26,
    targetSdk: 34,
    requiredLibraries: ['android.test.runner'],
    signers: [TEST_KEY],
  },
};

const REFUSED: Readonly<Record<string, string>> = { 'v2-only-truncated-cd.apk': 'zip-damaged' };

const baseName = (file: string): string => file.split(/[\\/]/).at(-1) ?? file;

describe('real APKs', () => {
  if (!present) {
    it('the corpus is absent here: nothing to compare with', () => {
      expect(files).toEqual([]);
    });
  }

  for (const file of files) {
    it(`${file} is read as its makers meant it, or refused`, async () => {
      const refused = REFUSED[baseName(file)];
      const outcome = await readAppFacts([join(CORPUS, file)]).catch((error: unknown) => error);
      if (outcome instanceof NotAnApk) {
        expect(outcome.reason).toBe(refused);
        return;
      }
      expect(refused).toBeUndefined();
      expect(appFactsSchema.parse(outcome)).toEqual(outcome);
      expect(outcome).toMatchObject(KNOWN[baseName(file)] ?? {});
    });
  }
});
