/**
 * Staging on a device that is no disk. The manifest waits in a file without a name on this side; what was verified is known
 * here and by what lies in the device's staging, which is the memory after a crash.
 */
import { type AnonymousFile, openAnonymousFile } from '../../disk/anonymous-file.ts';
import type { DeviceDestination, DeviceStaging } from '../../devices/port.ts';
import type { NameRules } from '../../devices/name-rules.ts';
import { MoverError } from '../../errors.ts';
import type { ApkEntry, Entry, FileEntry } from '../../kinds/entry.ts';
import { LIMITS } from '../../limits.ts';
import { serveEntries } from '../../lanes/device-entries.ts';
import { ContentDigest, type Digest } from '../../disk/digest.ts';
import type { ResumePrefix } from '../../lanes/manifest-pages.ts';
import { commitToDevice } from './device-commit.ts';
import type { StagingChoice } from './disk-staging.ts';
import type { Arrivals, LanePlace, StagingStore } from './staging-store.ts';

/** Files read back at a time to be compared. */
const COMPARED_AT_ONCE = 4;

interface Candidate {
  readonly entry: number;
  readonly file: string;
  readonly length: number;
  readonly atDestination: boolean;
}

export class DeviceStore implements StagingStore {
  readonly #destination: DeviceDestination;
  readonly #staging: DeviceStaging;
  readonly #manifest: AnonymousFile;
  readonly #dryRun: boolean;
  readonly #looking = new AbortController();
  readonly #signal: AbortSignal;
  /** Where entries of earlier attempts lie that were not written anew, by where this one would write them. */
  readonly #found = new Map<string, string>();

  private constructor(
    destination: DeviceDestination,
    staging: DeviceStaging,
    { dryRun, signal }: { readonly dryRun: boolean; readonly signal: AbortSignal },
  ) {
    this.#destination = destination;
    this.#staging = staging;
    this.#dryRun = dryRun;
    this.#signal = signal;
    this.#manifest = openAnonymousFile();
  }

  static async open(
    destination: DeviceDestination,
    choice: StagingChoice,
    signal: AbortSignal,
  ): Promise<DeviceStore> {
    const staging = await destination.openStaging(choice, signal);
    return new DeviceStore(destination, staging, { dryRun: choice.dryRun, signal });
  }

  get names(): NameRules {
    return this.#staging.names;
  }

  get manifest(): number {
    return this.#manifest.fd;
  }

  get resumed(): boolean {
    return this.#staging.resumed;
  }

  openLane(): LanePlace {
    const served = serveEntries((entry, ...request) => {
      this.#found.delete(this.#staging.pathOf(entry));
      return this.#staging.write(entry, ...request);
    });
    return { staging: { type: 'device', port: served.port }, close: () => served.close() };
  }

  async find(
    entries: Iterable<readonly [number, Entry]>,
    look: { readonly staged: boolean; readonly destination: boolean },
  ): Promise<ResumePrefix[]> {
    const signal = this.#looking.signal;
    if (signal.aborted) return [];
    const wanted = [...entries].filter(([, { type }]) => type !== 'folder');
    const candidates = look.destination ? await this.#candidates(wanted, signal) : [];
    const there = new Set(candidates.map(({ entry }) => entry));
    const rest = wanted.filter(([number]) => !there.has(number));
    if (look.staged && rest.length > 0) {
      const staged = await this.#staging.find(
        rest.map(([, entry]) => entry),
        signal,
      );
      for (const [index, [number, entry]] of rest.entries()) {
        const found = staged[index];
        if (found === undefined || found.length === 0) continue;
        this.#found.set(this.#staging.pathOf(entry), found.staged);
        candidates.push({ entry: number, file: found.staged, length: found.length, atDestination: false });
      }
    }
    const held: ResumePrefix[] = [];
    for (let next = 0; next < candidates.length; next += COMPARED_AT_ONCE) {
      const some = candidates.slice(next, next + COMPARED_AT_ONCE);
      const digests = await Promise.all(some.map((candidate) => this.#digest(candidate, signal)));
      for (const [index, { entry, length, atDestination }] of some.entries()) {
        const digest = digests[index];
        if (digest !== undefined) held.push({ entry, from: length, digest, atDestination });
      }
    }
    return held;
  }

  async #candidates(
    wanted: readonly (readonly [number, Entry])[],
    signal: AbortSignal,
  ): Promise<Candidate[]> {
    const files = wanted.filter((one): one is readonly [number, FileEntry | ApkEntry] =>
      ['file', 'apk'].includes(one[1].type),
    );
    if (files.length === 0) return [];
    const found = await this.#destination.candidates(
      files.map(([, entry]) => entry),
      signal,
    );
    return files.flatMap(([entry, { size }], index) =>
      (found[index] ?? [])
        .slice(0, LIMITS.candidates)
        .map((file) => ({ entry, file, length: size, atDestination: true })),
    );
  }

  /** Undefined for what cannot be read, or is shorter by now. */
  async #digest({ file, length }: Candidate, signal: AbortSignal): Promise<Digest | undefined> {
    const digest = new ContentDigest();
    let read = 0;
    try {
      for await (const bytes of this.#destination.read(file, signal)) {
        const part = bytes.subarray(0, length - read);
        digest.update(Buffer.from(part.buffer, part.byteOffset, part.byteLength));
        read += part.byteLength;
        if (read === length) break;
      }
    } catch {
      this.#signal.throwIfAborted();
      return undefined;
    }
    return read === length ? digest.digest() : undefined;
  }

  stopFinding(): Promise<void> {
    this.#looking.abort(new MoverError('CANCELLED'));
    return Promise.resolve();
  }

  discard(): void {
    // What is sent again is written from its beginning.
  }

  verified(): void {
    // What lies whole in the device's staging is offered by its digest when the move goes on.
  }

  flush(): void {
    // Read back on the device before it was told.
  }

  adopt(): void {
    // Committed from where it lies.
  }

  manifestComplete(): void {
    // Only a device's own memory outlives the process.
  }

  commit(arrivals: Arrivals): Promise<boolean> {
    return commitToDevice({
      ...arrivals,
      destination: this.#destination,
      staging: this.#staging,
      dryRun: this.#dryRun,
      stagedAt: (entry) => {
        const path = this.#staging.pathOf(entry);
        return this.#found.get(path) ?? path;
      },
    });
  }

  async dropArrived(): Promise<void> {
    // What was committed has left staging.
  }

  async close(): Promise<void> {
    this.#manifest.close();
    await this.#staging.close();
  }

  async drop(): Promise<void> {
    this.#manifest.close();
    await this.#staging.drop().catch(() => undefined);
  }
}
