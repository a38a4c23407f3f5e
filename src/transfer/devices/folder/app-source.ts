/** The apps of a folder source as entries. */
import type { AppFacts } from '../../compat/facts.ts';
import type { App, GroupOptions } from '../../kinds/apps/index.ts';
import type { ApkEntry } from '../../kinds/entry.ts';
import { TreeKeys } from '../../kinds/tree-keys.ts';
import { checkPath, checkPortableName, collisionKey } from '../../paths/safe-path.ts';

/** Apps of a folder (kinds/apps). */
export type ReadApps = (folder: string, options: GroupOptions) => AsyncIterable<App>;

export class AppSource {
  readonly #folder: string | undefined;
  readonly #readApps: ReadApps;
  /** Where each APK of the manifest is on the device, by package and file name. */
  readonly #paths = new Map<string, string>();

  constructor(folder: string | undefined, readApps: ReadApps) {
    this.#folder = folder;
    this.#readApps = readApps;
  }

  async *scan(options: GroupOptions & { app: (facts: AppFacts) => void }): AsyncGenerator<ApkEntry, void> {
    if (this.#folder === undefined) return;
    const tree = new TreeKeys(collisionKey);
    for await (const app of this.#readApps(this.#folder, options)) {
      const entries: ApkEntry[] = [];
      for (const file of app.files) {
        const path: ApkEntry['path'] = [app.package, file.name];
        if (checkPath(path, checkPortableName) !== undefined) options.skip('name-not-portable', 1, path);
        else if (!tree.add(path, 'file')) options.skip('name-clash', 1, path);
        else {
          this.#paths.set(keyOf(path), file.path);
          entries.push({ type: 'apk', kind: 'apps', path, size: file.sizeBytes, mtimeMs: file.mtimeMs });
        }
      }
      if (entries.length > 0) options.app(app.facts);
      yield* entries;
    }
  }

  /** Where the APK of an entry is; undefined when no scan has met it. */
  pathOf(entry: ApkEntry): string | undefined {
    return this.#paths.get(keyOf(entry.path));
  }
}

const keyOf = (path: ApkEntry['path']): string => path.join('\0');
