/**
 * What the names of configuration splits say: `config.arm64_v8a`, `config.xxhdpi`, `config.pt`, and
 * `feature.config.pt` for those of a feature. Source: bundletool, split naming.
 */
import type { AppFacts } from './facts.ts';
import { languageOf } from './circumstances.ts';

/** Dots per inch of each density bucket. */
const DENSITIES: Readonly<Record<string, number>> = {
  ldpi: 120,
  mdpi: 160,
  tvdpi: 213,
  hdpi: 240,
  xhdpi: 320,
  xxhdpi: 480,
  xxxhdpi: 640,
};
/** The store leaves out tvdpi unless the device is exactly that. */
const STEPS = ['ldpi', 'mdpi', 'hdpi', 'xhdpi', 'xxhdpi', 'xxxhdpi'];

const ABI_CONFIG = /^(?:armeabi(?:_v7a)?|arm64_v8a|x86|x86_64|mips|mips64|riscv64)$/;
const LANGUAGE_CONFIG = /^(?:[a-z]{2,3}|b\+[a-z].*)$/;

export interface Configurations {
  readonly abi: boolean;
  readonly densities: ReadonlySet<string>;
  readonly languages: ReadonlySet<string>;
}

export function configurations(splits: readonly string[]): Configurations {
  const configs = splits.flatMap((split) => /(?:^|\.)config\.(.+)$/.exec(split)?.[1] ?? []);
  const densities = configs.filter((config) => config in DENSITIES);
  return {
    abi: configs.some((config) => ABI_CONFIG.test(config)),
    densities: new Set(densities),
    languages: new Set(configs.filter((config) => LANGUAGE_CONFIG.test(config)).map(languageOf)),
  };
}

/** The bucket whose pictures a screen of that density is given: the next larger one, else the largest. */
export function densityBucket(density: number): string {
  if (density === DENSITIES['tvdpi']) return 'tvdpi';
  return STEPS.find((name) => (DENSITIES[name] ?? 0) >= density) ?? 'xxxhdpi';
}

/** Whether every kind of split the app says it cannot do without is there. */
export function hasRequiredSplits(app: AppFacts): boolean {
  if (app.splitsRequired && app.splits.length === 0) return false;
  const provided = new Set(app.splitTypes);
  const { abi, densities } = configurations(app.splits);
  return app.requiredSplitTypes.every((type) => {
    if (provided.has(type)) return true;
    // `base__abi`: the kind of split, for one part of the app. Older build tools name the need and not the answer.
    if (app.splitTypes !== undefined) return false;
    if (type.endsWith('__abi')) return abi || app.abis.length > 0;
    if (type.endsWith('__density')) return densities.size > 0;
    return false;
  });
}
