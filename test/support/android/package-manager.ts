/** `pm` of a stand-in phone: what is installed, and install sessions that take all APKs of an app or none (AOSP, PackageManagerShellCommand). */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { combineApks, readApkBytes } from '../../../src/transfer/kinds/apps/index.ts';
import type { AppFacts } from '../../../src/transfer/compat/facts.ts';
import type { PhoneData } from './phone-data.ts';

const FOLDER = '/data/app';

interface Installed {
  readonly package: string;
  readonly versionCode: number;
  /** Below the folder of apps; the base first. */
  readonly files: readonly string[];
  readonly installer?: string;
}

export class PackageManager {
  readonly #folder: string;
  readonly #data: PhoneData;
  readonly #sdk: number;
  readonly #installed = new Map<string, Installed>();
  readonly #sessions = new Map<number, { readonly options: readonly string[]; readonly apks: Buffer[] }>();

  /** @param folder of this computer that APKs lie in. */
  constructor(folder: string, data: PhoneData, sdk: number) {
    this.#folder = folder;
    this.#data = data;
    this.#sdk = sdk;
    for (const each of data.packages ?? []) this.#installed.set(each.package, each);
  }

  async run([verb = '', ...args]: readonly string[], input: Buffer): Promise<string> {
    switch (verb) {
      case 'path':
        return (this.#installed.get(args[0] ?? '')?.files ?? [])
          .map((file) => `package:${FOLDER}/${file}\n`)
          .join('');
      case 'list':
        return args[0] === 'packages' ? this.#list(args.slice(1)) : '';
      case 'install-create':
        if (this.#data.installing === 'restricted') {
          return 'Failure [INSTALL_FAILED_USER_RESTRICTED: Install canceled by user]\n';
        }
        this.#sessions.set(this.#sessions.size + 1, { options: args, apks: [] });
        return `Success: created install session [${String(this.#sessions.size)}]\n`;
      case 'install-write':
        return this.#write(args, input);
      case 'install-commit':
        return this.#commit(Number(args[0]));
      case 'install-abandon':
        this.#sessions.get(Number(args[0]))?.apks.splice(0);
        return 'Success\n';
      case 'uninstall':
        return this.#uninstall(args[0] ?? '');
      default:
        return '';
    }
  }

  #list(args: readonly string[]): string {
    const system = args.includes('-3') ? '' : 'package:/system/app/Phone/Phone.apk=com.android.phone\n';
    const filter = args.find((each) => !each.startsWith('-')) ?? '';
    const own = [...this.#installed.values()].filter((each) => each.package.includes(filter));
    return (
      system +
      own
        .map((each) => {
          const version = args.includes('--show-versioncode')
            ? ` versionCode:${String(each.versionCode)}`
            : '';
          const file = args.includes('-f') ? `${FOLDER}/${each.files[0] ?? ''}=` : '';
          const installer = args.includes('-i')
            ? `  installer=${each.installer ?? 'com.android.vending'}`
            : '';
          return `package:${file}${each.package}${version}${installer}\n`;
        })
        .join('')
    );
  }

  #write(args: readonly string[], input: Buffer): string {
    const size = Number(args[args.indexOf('-S') + 1]);
    const session = this.#sessions.get(Number(args[args.indexOf('-S') + 2]));
    if (session === undefined || input.length !== size) return 'Error: failed to write; IOException\n';
    session.apks.push(input);
    return `Success: streamed ${String(size)} bytes\n`;
  }

  async #commit(number: number): Promise<string> {
    const session = this.#sessions.get(number);
    const apks = session?.apks.splice(0) ?? [];
    const parsed = [];
    for (const bytes of apks) {
      parsed.push(
        await readApkBytes({
          sizeBytes: bytes.length,
          read: (position, length) =>
            Promise.resolve(Buffer.from(bytes.subarray(position, position + length))),
          close: () => Promise.resolve(),
        }),
      );
    }
    let facts: AppFacts;
    try {
      facts = combineApks(parsed);
    } catch {
      return 'Failure [INSTALL_FAILED_INVALID_APK: Missing base]\n';
    }
    const there = this.#installed.get(facts.package);
    if (facts.minSdk > this.#sdk) return 'Failure [INSTALL_FAILED_OLDER_SDK]\n';
    if (
      this.#sdk >= 34 &&
      facts.targetSdk < 23 &&
      session?.options.includes('--bypass-low-target-sdk-block') !== true
    ) {
      return 'Failure [INSTALL_FAILED_DEPRECATED_SDK_VERSION: App package must target at least SDK version 23]\n';
    }
    if (there !== undefined && there.versionCode > facts.versionCode) {
      return 'Failure [INSTALL_FAILED_VERSION_DOWNGRADE]\n';
    }
    // Named after what they are, whatever the session called them.
    const names = parsed.map(({ split }) => (split === undefined ? 'base.apk' : `split_${split}.apk`));
    const folder = `~~Zm9v==/${facts.package}-YmFy==`;
    mkdirSync(join(this.#folder, folder), { recursive: true });
    for (const [index, bytes] of apks.entries())
      writeFileSync(join(this.#folder, folder, names[index] ?? ''), bytes);
    const files = names.map((name) => `${folder}/${name}`);
    const { package: id, versionCode } = facts;
    this.#installed.set(id, { package: id, versionCode, files, installer: 'null' });
    return 'Success\n';
  }

  #uninstall(name: string): string {
    const there = this.#installed.get(name);
    if (there === undefined) return 'Failure [DELETE_FAILED_INTERNAL_ERROR]\n';
    for (const file of there.files) rmSync(join(this.#folder, file), { force: true });
    this.#installed.delete(name);
    return 'Success\n';
  }
}
