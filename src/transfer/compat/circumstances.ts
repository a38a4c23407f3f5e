/**
 * The facts one row of the decision table is asked about, prepared once per device so that ten thousand apps cost ten
 * thousand look-ups.
 */
import type { AndroidFacts, AppFacts, InstalledApp } from './facts.ts';

/** A device as the table asks about it. */
export interface KnownAndroid {
  readonly sdk: number;
  readonly abis: ReadonlySet<string>;
  /** Absent: not known, so nothing is held against an app. */
  readonly features: ReadonlySet<string> | undefined;
  readonly libraries: ReadonlySet<string> | undefined;
  readonly density: number | undefined;
  readonly pageSize: number | undefined;
  /** Languages (`pt` of `pt-BR`), in the person's order. */
  readonly languages: ReadonlySet<string> | undefined;
  readonly installed: ReadonlyMap<string, InstalledApp>;
  readonly googleServices: Presence;
  readonly huaweiServices: Presence;
}

export type Presence = 'there' | 'absent' | 'unknown';

export interface Circumstances {
  readonly app: AppFacts;
  readonly android: KnownAndroid;
  /** The same package on the device. */
  readonly installed: InstalledApp | undefined;
  readonly freeBytes: number;
}

const GOOGLE = { packages: ['com.google.android.gms'], features: ['com.google.android.'] };
const HUAWEI = { packages: ['com.huawei.hwid', 'com.huawei.hms.core'], features: ['com.huawei.'] };

export function knownAndroid(facts: AndroidFacts): KnownAndroid {
  // `pm list features` writes versions behind the name: android.hardware.vulkan.version=4198400
  const features = facts.features?.map((feature) => feature.split('=', 1).join());
  const installed = new Map(facts.installed.map((app) => [app.package, app]));
  return {
    sdk: facts.sdk,
    abis: new Set(facts.abis),
    features: features && new Set(features),
    libraries: facts.libraries && new Set(facts.libraries),
    density: facts.density,
    pageSize: facts.pageSize,
    languages: facts.locales && new Set(facts.locales.map(languageOf)),
    installed,
    googleServices: presence(installed, features, GOOGLE),
    huaweiServices: presence(installed, features, HUAWEI),
  };
}

/** A device of which neither apps nor features were listed may have the services or not. */
function presence(
  installed: ReadonlyMap<string, InstalledApp>,
  features: readonly string[] | undefined,
  services: { readonly packages: readonly string[]; readonly features: readonly string[] },
): Presence {
  if (services.packages.some((name) => installed.has(name))) return 'there';
  if (features?.some((name) => services.features.some((prefix) => name.startsWith(prefix)))) return 'there';
  return installed.size === 0 && features === undefined ? 'unknown' : 'absent';
}

/** Codes that Android and Java spell in an older way. */
const OLD_LANGUAGES: Readonly<Record<string, string>> = { iw: 'he', in: 'id', ji: 'yi', tl: 'fil' };

/** `pt` of `pt-BR`, `pt_BR`, `b+pt+BR`; today's spelling of codes that changed. */
export function languageOf(locale: string): string {
  const language = locale.toLowerCase().replace(/^b\+/, '').split(/[-_+]/, 1).join();
  return OLD_LANGUAGES[language] ?? language;
}
