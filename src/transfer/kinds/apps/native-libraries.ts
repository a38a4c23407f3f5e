/**
 * What an APK's native libraries say of the processors and page sizes it runs on.
 */
import { LIMITS } from '../../limits.ts';
import type { ApkArchive } from './apk-archive.ts';
import { loadAlignment } from './elf.ts';
import type { ZipEntry } from './zip-directory.ts';

/** Linkers put the program headers right after the 64-byte ELF header. */
const HEAD_BYTES = 4 * 1024;
const PAGE_16K = 16 * 1024;
const ABIS_64 = new Set(['arm64-v8a', 'x86_64', 'riscv64']);

export interface NativeLibraries {
  /** Sorted. */
  readonly abis: readonly string[];
  readonly aligned16k: boolean | undefined;
}

export interface PackagingFacts {
  readonly debuggable: boolean;
  /** False: libraries are mapped from within the APK, so their place in it must be aligned as well. */
  readonly extractNativeLibs: boolean;
}

/**
 * Which entries count is what the installer counts (AOSP NativeLibraryHelper): `lib/<abi>/lib*.so`, any name in a
 * debuggable app.
 */
export async function readNativeLibraries(
  archive: ApkArchive,
  { debuggable, extractNativeLibs }: PackagingFacts,
): Promise<NativeLibraries> {
  const pattern = debuggable ? /^lib\/([^/]{1,64})\/[^/]+$/ : /^lib\/([^/]{1,64})\/lib[^/]+\.so$/;
  const abis = new Set<string>();
  const to64: ZipEntry[] = [];
  for (const entry of archive.entries()) {
    const abi = pattern.exec(entry.name)?.[1];
    if (abi === undefined) continue;
    abis.add(abi);
    if (ABIS_64.has(abi) && to64.length < LIMITS.nativeLibraries) to64.push(entry);
  }
  let aligned16k: boolean | undefined;
  for (const entry of to64) {
    const head = await archive.readHead(entry, HEAD_BYTES);
    const alignment = loadAlignment(head.bytes);
    if (alignment === undefined) continue;
    const mappedInPlace = !extractNativeLibs && entry.method === 0;
    aligned16k = alignment % PAGE_16K === 0 && !(mappedInPlace && head.offset % PAGE_16K !== 0);
    if (!aligned16k) break;
  }
  return { abis: [...abis].sort().slice(0, 32), aligned16k };
}
