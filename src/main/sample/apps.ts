/**
 * Apps that differ in where they can run: one for each row of the decision table that an app alone can bring about.
 */
import { type ApkDescription, buildApk } from './apk/build-apk.ts';
import { makePublisher } from './apk/publisher.ts';
import type { Random } from './random.ts';

export interface SampleApk {
  /** Below `apps/`. */
  readonly path: readonly string[];
  readonly bytes: Buffer;
}

type Claims = Omit<ApkDescription, 'package' | 'versionCode' | 'payload' | 'split'>;

interface Template {
  readonly name: string;
  readonly base: Claims;
  readonly splits?: Readonly<Record<string, Claims>>;
  /** Lies in `apps/` itself, not in a folder of its own. */
  readonly loose?: true;
}

const NOW = { minSdk: 24, targetSdk: 34 } as const;
const ALL_ABIS = ['arm64-v8a', 'armeabi-v7a', 'x86_64'];

const TEMPLATES: readonly [Template, ...Template[]] = [
  { name: 'notes', base: { ...NOW, label: 'Notizen 📝' } },
  {
    name: 'camera',
    base: { ...NOW, label: 'Camera', abis: ALL_ABIS, features: ['android.hardware.camera.any'] },
  },
  {
    name: 'travel',
    base: { ...NOW, label: '旅行', requiredSplitTypes: 'base__abi,base__density', splitTypes: '' },
    splits: {
      'config.arm64_v8a': { ...NOW, abis: ['arm64-v8a'], splitTypes: 'base__abi' },
      'config.xxhdpi': { ...NOW, splitTypes: 'base__density' },
      'config.de': NOW,
    },
  },
  { name: 'retrogame', base: { ...NOW, label: 'Retro Game', abis: ['armeabi-v7a'] } },
  { name: 'tomorrow', base: { minSdk: 36, targetSdk: 36, label: 'Tomorrow' } },
  { name: 'oldradio', base: { minSdk: 9, targetSdk: 22, label: 'Old Radio' } },
  {
    name: 'maps',
    base: {
      ...NOW,
      label: 'Maps',
      metaData: ['com.google.android.gms.version'],
      permissions: ['com.google.android.c2dm.permission.RECEIVE'],
      features: ['android.hardware.location'],
    },
  },
  { name: 'halfcopy', base: { ...NOW, label: 'Half a Copy', requiredSplitTypes: 'base__density' } },
  { name: 'wallet', base: { ...NOW, label: 'Wallet', features: ['android.hardware.nfc'] } },
  { name: 'preview', base: { ...NOW, label: 'Preview', testOnly: true }, loose: true },
  { name: 'smallpages', base: { ...NOW, label: 'Small Pages', abis: ['arm64-v8a'], pages: 'small' } },
  { name: 'gallery', base: { ...NOW, label: '图库', metaData: ['com.huawei.hms.client.appid'] } },
  { name: 'sketch', base: { ...NOW, label: 'Sketch', libraries: ['com.example.pen'] } },
];

export const SAMPLE_VERSION = 12;

export const samplePackage = (name: string): string => `org.openmover.sample.${name}`;

/** The certificate all sample apps of a seed are signed with. */
const samplePublisher = (random: Random) => makePublisher(random, 'OpenMover sample publisher');

/** Files of `count` apps; the kinds of apps repeat under other names. */
export function* makeApps(random: Random, count: number): Generator<SampleApk> {
  const publisher = samplePublisher(random);
  for (let index = 0; index < count; index++) {
    const template = TEMPLATES[index % TEMPLATES.length] ?? TEMPLATES[0];
    const round = Math.floor(index / TEMPLATES.length);
    const name = round === 0 ? template.name : `${template.name}${String(round + 1)}`;
    const dice = random.fork(`app/${name}`);
    const shared = { package: samplePackage(name), versionCode: SAMPLE_VERSION };
    const folder = template.loose ? [] : [shared.package];
    yield {
      path: [...folder, template.loose ? `${name}.apk` : 'base.apk'],
      bytes: buildApk(
        { ...template.base, ...shared, payload: dice.bytes()(dice.int(8, 120) * 1024) },
        publisher,
      ),
    };
    for (const [split, claims] of Object.entries(template.splits ?? {})) {
      yield {
        path: [...folder, `split_${split}.apk`],
        bytes: buildApk({ ...claims, ...shared, split }, publisher),
      };
    }
  }
}
