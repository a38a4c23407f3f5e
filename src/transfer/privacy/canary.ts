/**
 * Looks for planted secrets in what a run has written, in every form a program could have written them: as text, in
 * UTF-16, hex, base64, or as a digest. Behind `mover verify-privacy` and the privacy tests (SECURITY.md, "The proof").
 */
import { createHash } from 'node:crypto';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { sep } from 'node:path';
import { NeedleIndex, type Hit, type Needle } from './needle-index.ts';
import { NeedleStream } from './needle-stream.ts';

/** A planted value to look for. */
export interface Canary {
  /** What it stands for, e.g. `android-id`; findings name it and never the value. */
  readonly name: string;
  readonly value: string | Buffer;
}

export interface Finding {
  readonly path: string;
  readonly canary: string;
  /** E.g. `base64`, `sha1 hex`. */
  readonly form: string;
  /** Byte offset in the file; -1 when the name or the target of a link holds it. */
  readonly offset: number;
}

export interface TreeScan {
  readonly files: number;
  readonly bytes: number;
  readonly findings: readonly Finding[];
  /** Could not be read: a proof must not call these clean. */
  readonly unread: readonly string[];
}

/** Shorter values turn up anywhere by chance. */
const MIN_CANARY_BYTES = 6;
const BLOCK_BYTES = 1024 * 1024;
const DIGESTS = ['sha256', 'sha1', 'md5'] as const;

type Form = readonly [form: string, bytes: Buffer];

function utf16BigEndian(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

/**
 * The characters of a base64 text that `bytes` alone decide when they begin at byte 0, 1 or 2 of a group of three;
 * those at the edges also hold bits of their neighbours.
 */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const end = offset + bytes.length;
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return text.slice(Math.ceil((offset * 8) / 6), Math.floor((end * 8) / 6));
  });
}

function* encodings(bytes: Buffer, prefix: string): Generator<Form> {
  yield [prefix === '' ? 'raw' : prefix, bytes];
  const hex = bytes.toString('hex');
  const label = prefix === '' ? '' : `${prefix} `;
  yield [`${label}hex`, Buffer.from(hex)];
  yield [`${label}hex`, Buffer.from(hex.toUpperCase())];
  for (const text of base64Forms(bytes)) {
    yield [`${label}base64`, Buffer.from(text)];
    yield [`${label}base64url`, Buffer.from(text.replaceAll('+', '-').replaceAll('/', '_'))];
  }
}

function* formsOf(value: string | Buffer): Generator<Form> {
  const bytes = Buffer.from(value);
  if (typeof value === 'string') {
    yield ['other case', Buffer.from(value.toLowerCase())];
    yield ['other case', Buffer.from(value.toUpperCase())];
    // An Android ID is hex itself: a program may keep the eight bytes it stands for.
    const decoded = Buffer.from(value, 'hex');
    if (decoded.length * 2 === value.length && decoded.length >= MIN_CANARY_BYTES)
      yield ['decoded hex', decoded];
    yield ['utf-16le', Buffer.from(value, 'utf16le')];
    yield ['utf-16be', utf16BigEndian(value)];
  }
  yield* encodings(bytes, '');
  for (const algorithm of DIGESTS) {
    yield* encodings(createHash(algorithm).update(bytes).digest(), algorithm);
  }
}

/**
 * Every byte string to look for.
 * @throws RangeError for a canary of fewer than six bytes.
 */
export function needlesFor(canaries: readonly Canary[]): Needle[] {
  return canaries.flatMap(({ name, value }) => {
    if (Buffer.byteLength(value) < MIN_CANARY_BYTES)
      throw new RangeError(`canary ${name} is too short to look for`);
    const unique = new Map(
      [...formsOf(value)].map(([form, bytes]) => [bytes.toString('latin1'), { form, bytes }]),
    );
    return [...unique.values()].map(({ form, bytes }) => ({ canary: name, form, bytes }));
  });
}

const toFinding = (path: string, hit: Hit): Finding => ({
  path,
  canary: hit.needle.canary,
  form: hit.needle.form,
  offset: hit.offset,
});

async function scanWith(index: NeedleIndex, path: string | Buffer, signal?: AbortSignal) {
  const findings: Finding[] = [];
  const stream = new NeedleStream(index);
  const handle = await open(path, 'r');
  try {
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(block, 0, BLOCK_BYTES, stream.bytes);
      if (bytesRead === 0) break;
      for (const hit of stream.push(block.subarray(0, bytesRead))) {
        findings.push(toFinding(path.toString(), hit));
      }
    }
    return { findings, bytes: stream.bytes };
  } finally {
    await handle.close();
  }
}

/**
 * Looks through one file of any size: a regular file, or the raw image of a file system.
 * @throws the file system's error when it cannot be read; the signal's reason.
 */
export async function scanFile(
  path: string,
  needles: readonly Needle[],
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  return (await scanWith(new NeedleIndex(needles), path, signal)).findings;
}

/**
 * Looks through a folder: contents and names of all files, names of folders, targets of links. Follows no link and
 * opens no pipe, socket or device.
 */
export async function scanTree(
  root: string,
  needles: readonly Needle[],
  signal?: AbortSignal,
): Promise<TreeScan> {
  const index = new NeedleIndex(needles);
  const findings: Finding[] = [];
  const unread: string[] = [];
  let files = 0;
  let bytes = 0;
  const searchText = (path: Buffer, text: Buffer): void => {
    for (const { needle } of index.search(text)) {
      findings.push(toFinding(path.toString(), { needle, offset: -1 }));
    }
  };

  // Paths as bytes: a name that is not UTF-8 is searched like any other.
  const visit = async (path: Buffer): Promise<void> => {
    signal?.throwIfAborted();
    const status = await lstat(path);
    if (status.isDirectory()) {
      for (const name of await readdir(path, { encoding: 'buffer' })) {
        const child = Buffer.concat([path, Buffer.from(sep), name]);
        searchText(child, name);
        await visitOrNote(child);
      }
    } else if (status.isSymbolicLink()) {
      searchText(path, await readlink(path, { encoding: 'buffer' }));
    } else if (status.isFile()) {
      const scan = await scanWith(index, path, signal);
      findings.push(...scan.findings);
      files += 1;
      bytes += scan.bytes;
    }
  };
  const visitOrNote = async (path: Buffer): Promise<void> => {
    try {
      await visit(path);
    } catch {
      signal?.throwIfAborted();
      unread.push(path.toString());
    }
  };
  await visitOrNote(Buffer.from(root));
  return { files, bytes, findings, unread };
}
