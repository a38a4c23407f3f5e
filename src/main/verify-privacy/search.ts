/** Looks for planted secrets in everything one scenario of `mover verify-privacy` has written, layer by layer. */
import { relative } from 'node:path';
import { stat } from 'node:fs/promises';
import { type Needle, NeedleIndex, NeedleStream, scanFile, scanTree } from '../../transfer/index.ts';
import type { Secret } from './planted-secrets.ts';
import type { Layer } from './layers.ts';
import { readTrace } from './write-trace.ts';

export interface PrivacyFinding {
  readonly layer: Layer;
  readonly secret: Secret;
  /** E.g. `raw`, `base64`. */
  readonly form: string;
  /** Path below the scenario's folder where there is one. */
  readonly place: string;
}

/** What one layer saw. */
export interface Searched {
  readonly findings: readonly PrivacyFinding[];
  readonly files: number;
  readonly bytes: number;
  /** What could not be searched: a proof must not call it clean. */
  readonly unread: readonly string[];
}

const found = (layer: Layer, needle: Needle, place: string): PrivacyFinding => ({
  layer,
  secret: needle.canary as Secret,
  form: needle.form,
  place,
});

/** A path as it is told: below the scenario's folder, or whole when it is elsewhere. */
function shown(folder: string, path: string): string {
  const below = relative(folder, path);
  return below.startsWith('..') ? path : below;
}

/** Contents and names of all files below `folder`. */
export async function searchFiles(
  folder: string,
  needles: readonly Needle[],
  signal: AbortSignal,
): Promise<Searched> {
  const { files, bytes, findings, unread } = await scanTree(folder, needles, signal);
  return {
    files,
    bytes,
    unread: unread.map((path) => shown(folder, path)),
    findings: findings.map(({ canary, form, path }) => ({
      layer: 'files',
      secret: canary as Secret,
      form,
      place: shown(folder, path),
    })),
  };
}

/** Everything written to each file, in the order it was written, and every name given to one. */
export async function searchTrace(
  trace: string,
  folder: string,
  needles: readonly Needle[],
  signal: AbortSignal,
): Promise<Searched> {
  const index = new NeedleIndex(needles);
  const written = new Map<string, NeedleStream>();
  const findings: PrivacyFinding[] = [];
  const unread = new Set<string>();
  for await (const step of readTrace(trace, signal)) {
    if (step.type === 'unseen') {
      unread.add(step.because);
    } else if (step.type === 'name') {
      for (const { needle } of index.search(step.bytes))
        findings.push(found('writes', needle, 'a file name'));
    } else {
      const stream = written.get(step.path) ?? new NeedleStream(index);
      written.set(step.path, stream);
      for (const { needle } of stream.push(step.bytes))
        findings.push(found('writes', needle, shown(folder, step.path)));
    }
  }
  const bytes = [...written.values()].reduce((sum, stream) => sum + stream.bytes, 0);
  return { files: written.size, bytes, unread: [...unread], findings };
}

export async function searchImage(
  image: string,
  needles: readonly Needle[],
  signal: AbortSignal,
): Promise<Searched> {
  const findings = await scanFile(image, needles, signal);
  return {
    files: 1,
    bytes: (await stat(image)).size,
    unread: [],
    findings: findings.map(({ canary, form, offset }) => ({
      layer: 'image',
      secret: canary as Secret,
      form,
      place: `byte ${String(offset)} of the disk`,
    })),
  };
}

/** What the two programs printed. The code is left out: it is printed for a person to read. */
export function searchOutput(
  outputs: readonly (readonly [place: string, output: Buffer])[],
  needles: readonly Needle[],
): Searched {
  const index = new NeedleIndex(needles.filter(({ canary }) => canary !== 'code'));
  return {
    files: outputs.length,
    bytes: outputs.reduce((sum, [, output]) => sum + output.length, 0),
    unread: [],
    findings: outputs.flatMap(([place, output]) =>
      index.search(output).map(({ needle }) => found('output', needle, place)),
    ),
  };
}
