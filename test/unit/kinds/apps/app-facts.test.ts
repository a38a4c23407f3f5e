import { createHash } from 'node:crypto';
import { mkfifoSync } from '../../../fixtures/apps/fifo.ts';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifestOf } from '../../../../src/main/sample/apk/build-apk.ts';
import { writeBinaryXml, type XmlElement } from '../../../../src/main/sample/apk/binary-xml.ts';
import { appFactsSchema } from '../../../../src/transfer/compat/facts.ts';
import { readAppFacts } from '../../../../src/transfer/kinds/apps/index.ts';
import { inFolder } from '../../../fixtures/apps/in-folder.ts';
import {
  apk,
  apkWithJarSignature,
  apkWithSchemes,
  PLAIN,
  publisher,
  withManifest,
  zipWith,
} from '../../../fixtures/apps/make-apk.ts';

const factsOf = (...files: readonly Buffer[]) =>
  inFolder(Object.fromEntries(files.map((file, index) => [`${String(index)}.apk`, file])), (folder) =>
    readAppFacts(files.map((_, index) => join(folder, `${String(index)}.apk`))),
  );

const digest = (name: string): string =>
  createHash('sha256').update(publisher(name).certificate).digest('hex');

/** A manifest of `PLAIN`, changed. */
const manifest = (change: (plain: XmlElement) => XmlElement): Buffer =>
  withManifest(writeBinaryXml(change(manifestOf(PLAIN))));

const application = (children: readonly XmlElement[]) =>
  manifest((plain) => ({ ...plain, children: [{ name: 'application', children }] }));

describe('facts of one APK', () => {
  it('are what its manifest says, within the bounds of the schema', async () => {
    const facts = await factsOf(
      apk({
        label: 'Notizen 📝',
        versionName: '1.2-β',
        features: ['android.hardware.nfc'],
        libraries: ['com.example.pen'],
        testOnly: true,
      }),
    );
    expect(appFactsSchema.parse(facts)).toEqual(facts);
    expect(facts).toMatchObject({
      package: 'org.example.notes',
      label: 'Notizen 📝',
      versionCode: 7,
      versionName: '1.2-β',
      minSdk: 24,
      targetSdk: 34,
      requiredFeatures: ['android.hardware.nfc'],
      requiredLibraries: ['com.example.pen'],
      testOnly: true,
      splits: [],
      splitsRequired: false,
    });
  });

  it.each([{ utf16: true }, { blankNames: true }, { utf16: true, blankNames: true }])(
    'are the same from other build tools and packers: %o',
    async (xml) => {
      const claims = { features: ['android.hardware.nfc'], testOnly: true, label: 'ノート' };
      const usual = await factsOf(apk(claims));
      const other = await factsOf(apk(claims, xml));
      expect({ ...other, sizeBytes: 0 }).toEqual({ ...usual, sizeBytes: 0 });
    },
  );

  it('without uses-sdk are those of the first Android', async () => {
    const bare = manifest((plain) => ({ ...plain, children: [] }));
    expect(await factsOf(bare)).toMatchObject({ minSdk: 1, targetSdk: 1 });
  });

  it('with a code name for a version ask for an Android that is not out', async () => {
    const preview = manifest((plain) => ({
      ...plain,
      children: [{ name: 'uses-sdk', attributes: { minSdkVersion: 'Baklava', targetSdkVersion: '36' } }],
    }));
    expect(await factsOf(preview)).toMatchObject({ minSdk: 10_000, targetSdk: 36 });
  });

  it('join both halves of a long version code', async () => {
    const long = manifest((plain) => ({
      ...plain,
      attributes: { ...plain.attributes, versionCodeMajor: 3, versionCode: -1 },
    }));
    expect(await factsOf(long)).toMatchObject({ versionCode: 3 * 2 ** 32 + 0xffffffff });
  });

  it('name only what is required', async () => {
    const some = manifest((plain) => ({
      ...plain,
      children: [
        { name: 'uses-feature', attributes: { name: 'needed' } },
        { name: 'uses-feature', attributes: { name: 'nice', required: false } },
        {
          name: 'application',
          children: [
            { name: 'uses-library', attributes: { name: 'lib.nice', required: false } },
            { name: 'uses-native-library', attributes: { name: 'libneeded.so', required: true } },
          ],
        },
      ],
    }));
    expect(await factsOf(some)).toMatchObject({
      requiredFeatures: ['needed'],
      requiredLibraries: [],
      requiredNativeLibraries: ['libneeded.so'],
    });
  });

  it('tell who leans on Google and who on Huawei', async () => {
    expect(await factsOf(apk())).toMatchObject({ needsGoogle: false, needsHuawei: false });
    const google = [
      apk({ metaData: ['com.google.android.gms.version'] }),
      apk({ permissions: ['com.google.android.c2dm.permission.RECEIVE'] }),
      apk({ libraries: ['com.google.android.maps'] }),
    ];
    for (const file of google) expect(await factsOf(file)).toMatchObject({ needsGoogle: true });
    const huawei = apk({ metaData: ['com.huawei.hms.client.appid'] });
    expect(await factsOf(huawei)).toMatchObject({ needsGoogle: false, needsHuawei: true });
  });

  it('know the older way to say that splits are needed', async () => {
    const vending = { name: 'com.android.vending.splits.required', value: true };
    const file = application([{ name: 'meta-data', attributes: vending }]);
    expect(await factsOf(file)).toMatchObject({ splitsRequired: true });
  });
});

describe('native libraries', () => {
  it('name the processors, and whether pages of 16 KiB will do', async () => {
    const abis = ['arm64-v8a', 'armeabi-v7a'];
    expect(await factsOf(apk({ abis, pages: 'large' }))).toMatchObject({ abis, aligned16k: true });
    expect(await factsOf(apk({ abis, pages: 'small' }))).toMatchObject({ abis, aligned16k: false });
    expect(await factsOf(apk({ abis: ['x86'], pages: 'small' }))).not.toHaveProperty('aligned16k');
  });

  it('are what the installer takes for them: lib/<abi>/lib*.so', async () => {
    const bytes = Buffer.from('not an ELF file');
    const files = [
      'lib/arm64-v8a/libreal.so',
      'lib/x86/readme.txt',
      'lib/mips/crashlytics.so',
      'lib/libtop.so',
    ];
    const facts = await factsOf(zipWith(...files.map((name) => ({ name, bytes }))));
    expect(facts.abis).toEqual(['arm64-v8a']);
    expect(facts).not.toHaveProperty('aligned16k');
  });
});

describe('signers', () => {
  it('are those of the newest scheme', async () => {
    const v2 = { scheme: 'v2', signers: ['old'] } as const;
    const v3 = { scheme: 'v3', signers: ['new'], lineage: ['oldest', 'old', 'new'] } as const;
    const v31 = { scheme: 'v31', signers: ['newest'], lineage: ['old', 'new', 'newest'] } as const;
    expect(await factsOf(apkWithSchemes([v2]))).toMatchObject({ signers: [digest('old')], lineage: [] });
    expect(await factsOf(apkWithSchemes([v2, v3]))).toMatchObject({
      signers: [digest('new')],
      lineage: [digest('oldest'), digest('old')],
    });
    expect(await factsOf(apkWithSchemes([v2, v3, v31]))).toMatchObject({
      signers: [digest('newest')],
      lineage: [digest('old'), digest('new')],
    });
  });

  it('may be several', async () => {
    const two = apkWithSchemes([{ scheme: 'v2', signers: ['one', 'two'] }]);
    expect(await factsOf(two)).toMatchObject({ signers: [digest('one'), digest('two')] });
  });

  it('come from the JAR signature when there is nothing newer, and are the one that signed', async () => {
    const facts = await factsOf(apkWithJarSignature('bystander', 'signer'));
    expect(facts.signers).toEqual([digest('signer')]);
  });

  it('are unknown, not wrong, when the block is damaged', async () => {
    const file = apk();
    const at = file.indexOf('APK Sig Block 42') - 8;
    file.writeBigUInt64LE(file.readBigUInt64LE(at) + 1n, at);
    expect(await factsOf(file)).toMatchObject({ package: PLAIN.package, signers: [] });
  });
});

describe('an app of several files', () => {
  const base = apk({ requiredSplitTypes: 'base__abi', splitTypes: '' });
  const abi = apk({ split: 'config.arm64_v8a', abis: ['arm64-v8a'], splitTypes: 'base__abi' });

  it('is one app: base and splits in any order', async () => {
    const facts = await factsOf(abi, base);
    expect(facts).toEqual(await factsOf(base, abi));
    expect(facts).toMatchObject({
      abis: ['arm64-v8a'],
      splits: ['config.arm64_v8a'],
      splitsRequired: true,
      requiredSplitTypes: ['base__abi'],
      splitTypes: ['base__abi'],
      sizeBytes: base.length + abi.length,
    });
  });

  it('says so when only the splits are there', async () => {
    expect(await factsOf(abi)).toMatchObject({ splitsRequired: true, requiredSplitTypes: ['base'] });
  });

  it('is the newest base with the splits of its version', async () => {
    const newer = apk({ versionCode: 8, label: 'Newer' });
    expect(await factsOf(base, newer, abi)).toMatchObject({ versionCode: 8, label: 'Newer', splits: [] });
  });

  it('is not two packages', async () => {
    await expect(factsOf(base, apk({ package: 'org.example.other' }))).rejects.toThrow(TypeError);
  });
});

describe('what is no APK', () => {
  const eocdOnly = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');

  it.each([
    ['an empty file', Buffer.alloc(0), 'not-a-zip'],
    ['a text', Buffer.from('hello '.repeat(1_000)), 'not-a-zip'],
    ['an empty ZIP', eocdOnly, 'no-manifest'],
    ['a truncated one', apk().subarray(0, -30), 'not-a-zip'],
    ['one cut in the middle', Buffer.concat([apk().subarray(0, 200), eocdOnly]), 'no-manifest'],
    ['a manifest in text form', withManifest(Buffer.from('<manifest package="a.b"/>')), 'manifest-damaged'],
    ['an empty manifest', withManifest(Buffer.alloc(0)), 'manifest-damaged'],
    ['two manifests', zipWith({ name: 'AndroidManifest.xml', bytes: Buffer.alloc(8) }), 'no-manifest'],
    ['another root element', manifest((plain) => ({ ...plain, name: 'resources' })), 'no-package'],
  ])('%s is refused: %#', async (_, file, reason) => {
    await expect(factsOf(file)).rejects.toMatchObject({ name: 'NotAnApk', reason });
  });

  it.each([
    'notes',
    '../../etc',
    'org.example/../..',
    'org..notes',
    '.org.notes',
    'org.example.nötes',
    'a.' + 'b'.repeat(300),
  ])('a package called %s is refused, for it names a folder', async (name) => {
    await expect(factsOf(apk({ package: name }))).rejects.toMatchObject({ reason: 'no-package' });
  });

  it('a pipe does not hang the reader', async () => {
    await inFolder({}, async (folder) => {
      const path = mkfifoSync(folder);
      await expect(readAppFacts([path])).rejects.toMatchObject({ name: 'NotAnApk' });
    });
  });

  it('a missing file is the file system’s failure, not a bad APK', async () => {
    await expect(readAppFacts(['/nonexistent/base.apk'])).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
