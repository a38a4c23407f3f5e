/** Whatever a file that claims to be an app holds, it is read or it is not an APK. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestOf } from '../../../src/main/sample/apk/build-apk.ts';
import { writeBinaryXml } from '../../../src/main/sample/apk/binary-xml.ts';
import { appFactsSchema } from '../../../src/transfer/compat/facts.ts';
import { NotAnApk, readAppFacts } from '../../../src/transfer/kinds/apps/index.ts';
import { inFolder } from '../../fixtures/apps/in-folder.ts';
import {
  apk,
  apkWithJarSignature,
  apkWithSchemes,
  PLAIN,
  withManifest,
} from '../../fixtures/apps/make-apk.ts';
import { inputs, SETTINGS } from './mutations.ts';

const TOKENS = [
  'PK\x01\x02',
  'PK\x03\x04',
  'PK\x05\x06',
  'AndroidManifest.xml',
  'APK Sig Block 42',
  '\x7fELF\x02\x01',
];

/** Facts, or nothing when it is no APK; any other failure fails. */
async function read(folder: string, bytes: Buffer): Promise<unknown> {
  const path = join(folder, 'base.apk');
  writeFileSync(path, bytes);
  return readAppFacts([path]).catch((error: unknown) => {
    if (error instanceof NotAnApk) return undefined;
    throw error;
  });
}

async function neverFails(files: fc.Arbitrary<Buffer>): Promise<void> {
  await inFolder({}, (folder) =>
    fc.assert(
      fc.asyncProperty(files, async (bytes) => {
        const facts = await read(folder, bytes);
        // What is read fits the message it travels in.
        if (facts !== undefined) expect(appFactsSchema.safeParse(facts).error).toBeUndefined();
      }),
      SETTINGS,
    ),
  );
}

describe('a file that claims to be an app', () => {
  it('is read or is not an APK, wherever in it something is bent', async () => {
    const schemes = apkWithSchemes([{ scheme: 'v3', signers: ['one'], lineage: ['old', 'one'] }]);
    await neverFails(inputs([apk(), schemes, apkWithJarSignature('one', 'two')], TOKENS));
  });

  it('is read or is not an APK, whatever its manifest is', async () => {
    const manifest = writeBinaryXml(manifestOf(PLAIN));
    await neverFails(inputs([manifest], ['manifest', 'uses-sdk']).map(withManifest));
  });
});
