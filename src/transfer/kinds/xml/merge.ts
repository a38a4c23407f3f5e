/**
 * Merges records into the backup files of a destination. The file that gets them keeps every byte it had, but the
 * number in its root's `count`; a file that is not well formed is left alone, and the records go to one beside it
 * (`messages (2).xml`), which later merges find again.
 */
import { existsSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';
import { MoverError } from '../../errors.ts';
import { identify } from '../file-identity.ts';
import type { FileIdentity, MergeRequest, MergeResult, SkipReason } from '../kind.ts';
import { DigestSum } from '../record-merge/digest-sum.ts';
import { mergeFailure } from '../record-merge/failures.ts';
import { Addition, isExtendable } from './addition.ts';
import type { BackupKind } from './kind-of-backup.ts';
import { KnownRecords } from './known-records.ts';
import type { RecordKeys } from './record-keys.ts';
import { parseLine } from './record-line.ts';
import { surveyAny, surveyFile } from './survey.ts';
import type { Survey } from './survey.ts';

/** `messages.xml`, `messages (2).xml`, `messages (3).xml`, … */
function nthPath(target: string, n: number): string {
  const { dir, name, ext } = parse(target);
  return n === 1 ? target : join(dir, `${name} (${String(n)})${ext}`);
}

/** The target and the files earlier merges put beside it. */
function besides(target: string): string[] {
  const paths: string[] = [];
  for (let n = 1; existsSync(nthPath(target, n)); n += 1) paths.push(nthPath(target, n));
  return paths;
}

interface Place {
  readonly path: string;
  /** Absent when the file is to be made. */
  readonly survey: Survey | undefined;
}

/** A file that is there, as it was before it was read. */
interface Known {
  readonly survey: Survey;
  readonly was: FileIdentity;
}

class Merge<R extends object> {
  readonly #kind: BackupKind<R>;
  readonly #request: MergeRequest;
  readonly #known: KnownRecords;
  readonly #surveys = new Map<string, Known>();
  readonly #skipped = new Map<SkipReason, number>();
  readonly #addedSum = new DigestSum();
  #same = 0;
  #addition: Addition | undefined;

  constructor(kind: BackupKind<R>, request: MergeRequest) {
    this.#kind = kind;
    this.#request = request;
    this.#known = new KnownRecords(join(request.workFolder, 'known'));
  }

  async run(): Promise<MergeResult> {
    try {
      return await this.#merge();
    } finally {
      this.#known.close();
    }
  }

  async #merge(): Promise<MergeResult> {
    const target = resolve(this.#request.target(undefined));
    await this.#surveyAll([...this.#request.existing.map(({ path }) => resolve(path)), ...besides(target)]);
    const place = await this.#choosePlace(target);
    try {
      await this.#addAll(place);
      const before = this.#recordsThere();
      const replacements = await this.#complete(place);
      return { ...this.#counts(), before, after: this.#recordsThere(), replacements };
    } catch (error) {
      await this.#addition?.discard();
      throw error;
    }
  }

  async #surveyAll(paths: readonly string[]): Promise<void> {
    for (const path of new Set(paths)) {
      const was = identify(path);
      const survey = await surveyAny(this.#kind, path, this.#request.signal, (record) => {
        this.#remember(this.#kind.keys(record));
      });
      this.#surveys.set(path, { survey, was });
    }
  }

  async #choosePlace(target: string): Promise<Place> {
    for (let n = 1; ; n += 1) {
      const path = nthPath(target, n);
      const survey = this.#surveys.get(path)?.survey;
      if (survey === undefined) return { path, survey };
      if (survey.wellFormed && (await isExtendable(path, this.#kind.root))) return { path, survey };
    }
  }

  async #addAll(place: Place): Promise<void> {
    const { signal, incoming } = this.#request;
    for await (const line of incoming()) {
      signal.throwIfAborted();
      const record = parseLine(this.#kind, line);
      if (typeof record === 'string') {
        this.#skipped.set(record, (this.#skipped.get(record) ?? 0) + 1);
        continue;
      }
      const keys = this.#kind.keys(record);
      if (keys.same.some((digest) => this.#known.has(digest))) {
        this.#same += 1;
        continue;
      }
      this.#remember(keys);
      this.#addedSum.addDigest(this.#kind.digest(record));
      this.#addition ??= await this.#begin(place);
      if (this.#addition.append(this.#kind.toXml(record))) await this.#addition.flush();
    }
  }

  #remember({ known }: RecordKeys): void {
    for (const digest of known) this.#known.add(digest);
  }

  #begin({ path, survey }: Place): Promise<Addition> {
    const { workFolder, signal } = this.#request;
    const existing = survey === undefined ? undefined : path;
    return Addition.begin(join(workFolder, this.#kind.fileName), this.#kind.root, existing, signal);
  }

  /** As they were read, in whatever file. */
  #recordsThere(): number {
    return [...this.#surveys.values()].reduce((records, { survey }) => records + survey.sum.count, 0);
  }

  #counts(): Pick<MergeResult, 'added' | 'merged' | 'same' | 'skipped'> {
    const skipped = [...this.#skipped].map(([reason, count]) => ({ reason, count }));
    return { added: this.#addedSum.count, merged: 0, same: this.#same, skipped };
  }

  async #complete({ path, survey }: Place): Promise<MergeResult['replacements']> {
    if (this.#addition === undefined) return [];
    const { signal } = this.#request;
    await this.#addition.finish((survey?.elements ?? 0) + this.#addedSum.count, signal);
    const read = identify(this.#addition.path);
    const written = await surveyFile(this.#kind, this.#addition.path, signal);
    const expected = new DigestSum();
    expected.include(this.#addedSum);
    if (survey !== undefined) expected.include(survey.sum);
    if (!written.wellFormed || !written.sum.equals(expected)) {
      throw new MoverError('DESTINATION_FAILED', { detail: 'what was written reads back differently' });
    }
    const was = this.#surveys.get(path)?.was;
    this.#surveys.set(path, { survey: written, was: was ?? read });
    return [{ from: this.#addition.path, to: path, read, was }];
  }
}

/** `RecordFormat.merge` for both kinds; see kinds/kind.ts. */
export async function mergeBackup<R extends object>(
  kind: BackupKind<R>,
  request: MergeRequest,
): Promise<MergeResult> {
  try {
    return await new Merge(kind, request).run();
  } catch (error) {
    throw mergeFailure(error, request.signal);
  }
}
