/** What a phone is, as far as it decides which apps can run there: asked in one command. */
import type { AndroidFacts, DeviceFacts, InstalledApp } from '../../compat/facts.ts';
import { LIMITS } from '../../limits.ts';
import { Ephemeral } from '../../privacy/ephemeral.ts';
import type { PhoneLink } from './link.ts';
import { commandText } from './shell.ts';

const QUESTIONS = {
  sdk: 'getprop ro.build.version.sdk',
  abis: 'getprop ro.product.cpu.abilist',
  model: 'getprop ro.product.model',
  density: 'wm density',
  features: 'pm list features',
  libraries: 'pm list libraries',
  pageSize: 'getconf PAGE_SIZE',
} as const;
type Question = keyof typeof QUESTIONS;
const NAMES = Object.keys(QUESTIONS) as Question[];

/** Longest name the facts' schema takes. */
const MOST_NAME = 255;

/** @param name what the phone is called when it does not say its model. */
export async function readFacts(link: PhoneLink, name: string, signal: AbortSignal): Promise<DeviceFacts> {
  const separator = '--openmover--';
  const command = NAMES.map((question) => `${QUESTIONS[question]} 2>/dev/null; echo; echo ${separator}`).join(
    '; ',
  );
  const { output } = await commandText(link, command, { signal });
  const answers = output.split(separator).map((answer) => answer.replaceAll('\r', '').trim());
  const answer = (question: Question): string => answers[NAMES.indexOf(question)] ?? '';
  const android = androidFacts(answer);
  const model = answer('model').replaceAll('_', ' ').slice(0, 100);
  return {
    platform: 'android',
    name: model === '' ? name : model,
    ...(android === undefined ? {} : { android }),
  };
}

/** Undefined when it does not say its version: then nothing can be said of apps. */
function androidFacts(answer: (question: Question) => string): AndroidFacts | undefined {
  const sdk = wholeNumber(answer('sdk'));
  if (sdk === undefined || sdk > 10_000) return undefined;
  const features = listed(answer('features'), 'feature');
  const libraries = listed(answer('libraries'), 'library');
  // "Physical density: 420", and where the person changed it "Override density: 480".
  const density = wholeNumber(/density: (\d+)(?![^]*density:)/.exec(answer('density'))?.[1] ?? '');
  const pageSize = wholeNumber(answer('pageSize'));
  return {
    sdk,
    abis: answer('abis')
      .split(',')
      .map((abi) => abi.trim())
      .filter(isName)
      .slice(0, 16),
    ...(features.length === 0 ? {} : { features }),
    ...(libraries.length === 0 ? {} : { libraries }),
    ...(density === undefined ? {} : { density }),
    ...(pageSize === undefined ? {} : { pageSize }),
    installed: [],
  };
}

/** `feature:android.hardware.camera`, some with a version: `feature:android.hardware.vulkan.level=1`. */
function listed(text: string, prefix: string): string[] {
  const names = text.split('\n').flatMap((line) => {
    const [, name] = new RegExp(`^${prefix}:([^=\\s]+)`).exec(line.trim()) ?? [];
    return name !== undefined && isName(name) ? [name] : [];
  });
  return [...new Set(names)].slice(0, LIMITS.deviceFacts);
}

const isName = (name: string): boolean => name !== '' && name.length <= MOST_NAME;

function wholeNumber(text: string): number | undefined {
  const number = /^\d{1,15}$/.test(text.trim()) ? Number(text.trim()) : undefined;
  return number === undefined || number === 0 ? undefined : number;
}

/** Asked for one thing only: whether both devices are the same. Undefined where the phone does not say. */
export async function readAndroidId(
  link: PhoneLink,
  signal: AbortSignal,
): Promise<Ephemeral<string> | undefined> {
  const { output } = await commandText(link, 'settings get secure android_id', { signal });
  const id = output.trim();
  return /^[0-9a-fA-F]{1,16}$/.test(id) ? new Ephemeral(id) : undefined;
}

/** An app of the person's own, by where its base APK is. */
export interface InstalledPackage extends Pick<InstalledApp, 'package' | 'versionCode'> {
  readonly base: string;
}

/**
 * The apps the person installed. A phone before Android 8 has no `--show-versioncode`: there versions are 0.
 * `package:/data/app/~~Zm9v==/org.example-YmFy==/base.apk=org.example versionCode:7`: the path holds `=`, too.
 */
export async function readPackages(link: PhoneLink, signal: AbortSignal): Promise<InstalledPackage[]> {
  const list = 'pm list packages -f -3';
  let { output } = await commandText(link, `${list} --show-versioncode`, { signal });
  if (!output.includes('package:')) ({ output } = await commandText(link, list, { signal }));
  const packages = output.split(/\r?\n/).flatMap((line): InstalledPackage[] => {
    const [, base, name, version] =
      /^package:(\/.+)=([\w.]+)(?: versionCode:(\d{1,15}))?\s*$/.exec(line) ?? [];
    if (base === undefined || name === undefined || name.length > MOST_NAME) return [];
    return [{ package: name, versionCode: Number(version ?? 0), base }];
  });
  return packages.slice(0, LIMITS.apps).sort((a, b) => (a.package < b.package ? -1 : 1));
}
