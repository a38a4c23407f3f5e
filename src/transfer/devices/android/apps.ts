/**
 * The apps a person installed, with all their splits. What an app says of itself is read from its APKs where they are:
 * their directory, manifest and signatures, some hundred KiB of each, and never the whole file.
 */
import type { ApkEntry } from '../../kinds/entry.ts';
import { type ApkBytes, combineApks, NotAnApk, readApkBytes } from '../../kinds/apps/index.ts';
import { checkPath, checkPortableName } from '../../paths/safe-path.ts';
import type { DeviceApp, ReadOptions } from '../spooled-source.ts';
import { type InstalledPackage, readPackages } from './facts.ts';
import { inOrder } from './in-order.ts';
import { PhoneFailure, type PhoneLink } from './link.ts';
import { commandBytes, commandText, quoted } from './shell.ts';
import { type PhoneFile, statFiles } from './sync.ts';

/** Apps asked about side by side: each costs a phone some tenths of a second of mere starting of programs. */
const AT_ONCE = 4;
/** A command costs more than the bytes it brings: so many are fetched at a time, and kept while their APK is read. */
const BLOCK_BYTES = 256 * 1024;
const MOST_BLOCKS = 32;
/** Splits of one app. */
const MOST_APKS = 500;

/** @param place told where each APK is on the phone. */
export async function* readApps(
  link: PhoneLink,
  options: ReadOptions,
  place: (entry: ApkEntry, path: string) => void,
): AsyncGenerator<DeviceApp, void> {
  const packages = await readPackages(link, options.signal);
  for await (const app of inOrder(packages, AT_ONCE, (each) => readApp(link, each, options))) {
    if (app === undefined) continue;
    for (const { entry, path } of app.apks) place(entry, path);
    yield { facts: app.facts, apks: app.apks.map(({ entry }) => entry) };
  }
}

interface FoundApk {
  readonly entry: ApkEntry;
  readonly path: string;
}

interface FoundApp extends Pick<DeviceApp, 'facts'> {
  readonly apks: readonly FoundApk[];
}

/** Undefined, and told, for an app that cannot be read: without one of its splits it would not start. */
async function readApp(
  link: PhoneLink,
  app: InstalledPackage,
  { skip, signal }: ReadOptions,
): Promise<FoundApp | undefined> {
  try {
    const apks: FoundApk[] = [];
    const facts = [];
    const paths = await apkPaths(link, app.package, signal);
    for (const path of paths.length === 0 ? [app.base] : paths) {
      const found = await statOf(link, path, signal);
      const entry: ApkEntry = {
        ...{ type: 'apk', kind: 'apps', path: [app.package, path.split('/').at(-1) ?? ''] },
        ...{ size: found.size, mtimeMs: found.mtimeSeconds * 1000 },
      };
      if (checkPath(entry.path, checkPortableName) !== undefined) {
        skip('name-not-portable', 1, entry.path);
        return undefined;
      }
      apks.push({ entry, path });
      facts.push(await readApkBytes(new PhoneApk(link, path, { sizeBytes: found.size, signal })));
    }
    const combined = combineApks(facts);
    if (combined.package !== app.package) throw new NotAnApk('no-manifest');
    return { facts: combined, apks };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NotAnApk || error instanceof TypeError) skip('not-an-apk', 1, [app.package]);
    else if (error instanceof PhoneFailure) skip('unreadable', 1, [app.package]);
    else throw error;
    return undefined;
  }
}

/** Where the APKs of an installed app are: the base first, then its splits in the order the phone says them. */
export async function apkPaths(link: PhoneLink, name: string, signal: AbortSignal): Promise<string[]> {
  const { output } = await commandText(link, `pm path ${quoted(name)}`, { signal });
  const paths = [...output.matchAll(/^package:(\/.+\.apk)\s*$/gm)].map(([, path = '']) => path);
  return [...new Set(paths)].slice(0, MOST_APKS);
}

async function statOf(link: PhoneLink, path: string, signal: AbortSignal): Promise<PhoneFile> {
  const found = (await statFiles(link, [path], signal)).get(path);
  if (found === undefined) throw new PhoneFailure('an APK that may not be looked at');
  return found;
}

/** An APK on the phone, read in blocks. */
class PhoneApk implements ApkBytes {
  readonly sizeBytes: number;
  readonly #link: PhoneLink;
  readonly #path: string;
  readonly #signal: AbortSignal;
  readonly #blocks = new Map<number, Buffer>();

  constructor(
    link: PhoneLink,
    path: string,
    { sizeBytes, signal }: { readonly sizeBytes: number; readonly signal: AbortSignal },
  ) {
    this.#link = link;
    this.#path = path;
    this.sizeBytes = sizeBytes;
    this.#signal = signal;
  }

  async read(position: number, length: number): Promise<Buffer> {
    if (position < 0 || position + length > this.sizeBytes) throw new NotAnApk('zip-damaged');
    if (length === 0) return Buffer.alloc(0);
    const first = Math.floor(position / BLOCK_BYTES);
    const last = Math.floor((position + length - 1) / BLOCK_BYTES);
    await this.#load(first, last);
    const blocks: Buffer[] = [];
    for (let block = first; block <= last; block += 1) {
      const bytes = this.#blocks.get(block);
      if (bytes === undefined) throw new NotAnApk('zip-damaged');
      blocks.push(bytes);
    }
    const at = position - first * BLOCK_BYTES;
    const bytes = Buffer.from(Buffer.concat(blocks).subarray(at, at + length));
    if (this.#blocks.size > MOST_BLOCKS) this.#blocks.clear();
    if (bytes.length < length) throw new NotAnApk('zip-damaged');
    return bytes;
  }

  close(): Promise<void> {
    this.#blocks.clear();
    return Promise.resolve();
  }

  /** All that are missing between the two, in one command. */
  async #load(first: number, last: number): Promise<void> {
    let [from, to] = [first, last];
    while (from <= to && this.#blocks.has(from)) from += 1;
    while (to >= from && this.#blocks.has(to)) to -= 1;
    if (from > to) return;
    const count = to - from + 1;
    const command = `dd if=${quoted(this.#path)} bs=${String(BLOCK_BYTES)} skip=${String(from)} count=${String(count)} 2>/dev/null`;
    const { bytes, exitCode } = await commandBytes(this.#link, command, {
      signal: this.#signal,
      mostBytes: count * BLOCK_BYTES,
    });
    if (exitCode !== 0) throw new PhoneFailure('an APK that may not be read');
    for (let index = 0; index < count; index += 1) {
      const block = bytes.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES);
      if (block.length > 0) this.#blocks.set(from + index, Buffer.from(block));
    }
  }
}
