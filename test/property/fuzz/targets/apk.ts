/** A file that claims to be an app. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeBinaryXml } from '../../../../src/main/sample/apk/binary-xml.ts';
import { manifestOf } from '../../../../src/main/sample/apk/build-apk.ts';
import { appFactsSchema } from '../../../../src/transfer/compat/facts.ts';
import { NotAnApk, readAppFacts } from '../../../../src/transfer/kinds/apps/index.ts';
import {
  apk as makeApk,
  apkWithJarSignature,
  apkWithSchemes,
  PLAIN,
  withManifest,
} from '../../../fixtures/apps/make-apk.ts';
import type { Target } from '../target.ts';

/** Facts that fit the message they travel in, or no APK. */
async function check(path: string, bytes: Buffer): Promise<void> {
  writeFileSync(path, bytes);
  let facts: unknown;
  try {
    facts = await readAppFacts([path]);
  } catch (error) {
    if (error instanceof NotAnApk) return;
    throw error;
  }
  assert.equal(appFactsSchema.safeParse(facts).error, undefined);
  assert(Buffer.byteLength(JSON.stringify(facts)) < 256 * 1024);
}

const covers = /src\/transfer\/kinds\/apps\/[\w-]+\.ts$|adbkit-apkreader\/[\w/.-]+\.js$/;

export const apk: Target = {
  promise: 'it is read or is not an APK, and what is read fits its message',
  covers,
  tokens: [
    'PK\x01\x02',
    'PK\x03\x04',
    'PK\x05\x06',
    'AndroidManifest.xml',
    'APK Sig Block 42',
    '\x7fELF\x02\x01',
  ],
  seeds: () => [
    makeApk(),
    makeApk({ abis: ['arm64-v8a', 'x86'], features: ['a.b'], libraries: ['c'], label: 'Ä', metaData: ['x'] }),
    apkWithSchemes([{ scheme: 'v3', signers: ['one'], lineage: ['old', 'one'] }]),
    apkWithSchemes([{ scheme: 'v2', signers: ['one', 'two'] }]),
    apkWithJarSignature('one', 'two'),
  ],
  open: (folder) => (bytes) => check(join(folder, 'base.apk'), bytes),
};

export const apkManifest: Target = {
  promise: 'an APK with it for its manifest is read or is not an APK, and what is read fits its message',
  covers,
  tokens: ['manifest', 'uses-sdk', 'uses-feature', '\x03\0\x08\0', '\x01\0\x1c\0', '\x02\x01\x10\0'],
  seeds: () => [
    writeBinaryXml(manifestOf(PLAIN)),
    writeBinaryXml(
      manifestOf({ ...PLAIN, features: ['a.b'], libraries: ['c.d'], testOnly: true, label: 'L' }),
    ),
    writeBinaryXml(
      manifestOf({
        ...PLAIN,
        split: 'config.de',
        splitTypes: 'base__density',
        requiredSplitTypes: 'base__abi',
      }),
    ),
  ],
  open: (folder) => (bytes) => check(join(folder, 'base.apk'), withManifest(bytes)),
};
