/** The worker thread that hashes what the receiver has already, so that the engine's thread goes on listening. */
import { closeSync, openSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { ContentDigest, digestPrefix, type Digest } from '../disk/digest.ts';
import { READ_ONLY } from '../disk/read-only.ts';

export interface Probe {
  readonly path: string;
  /** Bytes from the beginning on. */
  readonly length: number;
}

export interface ProbeRequest {
  readonly id: number;
  readonly probes: readonly Probe[];
}

/** Undefined for a file that cannot be read or is shorter. */
export interface ProbeAnswer {
  readonly id: number;
  readonly digests: readonly (Digest | undefined)[];
}

const never = new AbortController().signal;

async function probe({ path, length }: Probe): Promise<Digest | undefined> {
  let fd: number | undefined;
  try {
    fd = openSync(path, READ_ONLY);
    const digest = new ContentDigest();
    const read = await digestPrefix(fd, length, digest, never);
    return read === length ? digest.digest() : undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

const port = parentPort;
if (port === null) throw new TypeError('probe-worker runs as a worker thread only');

async function answer({ id, probes }: ProbeRequest): Promise<void> {
  const digests: (Digest | undefined)[] = [];
  for (const one of probes) digests.push(await probe(one));
  port?.postMessage({ id, digests } satisfies ProbeAnswer);
}

let last = Promise.resolve();
port.on('message', (request: ProbeRequest) => {
  last = last.then(() => answer(request));
});
