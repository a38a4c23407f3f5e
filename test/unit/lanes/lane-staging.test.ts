import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { FileEntry } from '../../../src/transfer/kinds/entry.ts';
import type { FromReceiveLane } from '../../../src/transfer/lanes/lane-messages.ts';
import { EntryClaims } from '../../../src/transfer/lanes/entry-claims.ts';
import { LaneStaging } from '../../../src/transfer/lanes/lane-staging.ts';
import { ManifestPages } from '../../../src/transfer/lanes/manifest-pages.ts';
import { chunk, tarEntry } from '../../hostile/tar-bytes.ts';
import { scratchFolder } from '../../support/scratch.ts';

const CONTENT = Buffer.from('0123456789');
const FROM = 6;
const END_OF_TAR = Buffer.alloc(1024);
const ENTRY: FileEntry = {
  type: 'file',
  kind: 'files',
  path: ['a.txt'],
  size: CONTENT.length,
  mtimeMs: 0,
  executable: false,
};

/** A lane that broke: `FROM` bytes of an entry are staged, and the rest of it comes by a new connection. */
async function goOn(heard: readonly (readonly [number, number])[]): Promise<{
  staged: string;
  said: string[];
}> {
  const staging = scratchFolder();
  const manifest = openSync(join(staging, 'manifest'), 'wx+');
  const page = new ManifestPages(manifest).append({ first: 0, entries: [ENTRY], held: [] });
  mkdirSync(join(staging, 'files'));
  writeFileSync(join(staging, 'files', 'a.txt'), CONTENT.subarray(0, FROM));
  const claims = new EntryClaims();
  claims.grow(1);
  const reports: FromReceiveLane[] = [];
  // Posted by the engine's thread before it answers the sender, and still on its way when the bytes arrive.
  const posted = [...heard];
  const lane = new LaneStaging({
    lane: 0,
    staging: { type: 'disk', folder: staging },
    manifest,
    claims: claims.buffer,
    report: (message) => reports.push(message),
    drain: () => {
      lane.handle({ type: 'held', prefixes: posted.splice(0) });
    },
  });
  lane.handle({ type: 'page', page });
  const socket = new PassThrough();
  socket.end(
    Buffer.concat([
      chunk(Buffer.concat([tarEntry('0', CONTENT.subarray(FROM)), END_OF_TAR])),
      chunk(Buffer.alloc(0), { seq: 1 }),
    ]),
  );
  await lane.receive(socket);
  await lane.stop();
  closeSync(manifest);
  return {
    staged: readFileSync(join(staging, 'files', 'a.txt'), 'utf8'),
    said: reports.map((report) => (report.type === 'failed' ? report.code : report.type)),
  };
}

describe('an entry that is gone on with after its lane broke', () => {
  it('is taken though the lane hears only then how much of it is held', async () => {
    const { staged, said } = await goOn([[0, FROM]]);
    expect(staged).toBe(CONTENT.toString());
    expect(said).toContain('staged');
    expect(said.at(-1)).toBe('finished');
  });

  it('is refused when no such part of it is held', async () => {
    for (const heard of [[], [[0, FROM - 1]]] as const) {
      const { staged, said } = await goOn(heard);
      expect(said).not.toContain('staged');
      expect(said.at(-1)).toBe('PEER_VIOLATION');
      expect(staged).toBe(CONTENT.subarray(0, FROM).toString());
    }
  });
});
