/** The tar in the chunks of a lane, from a sender whose framing is honest. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pack } from 'tar-stream';
import { MoverError } from '../../../../src/transfer/errors.ts';
import type { Entry } from '../../../../src/transfer/kinds/entry.ts';
import { ReceiveLane } from '../../../../src/transfer/lanes/receive-lane.ts';
import { StagedFiles } from '../../../../src/transfer/lanes/staged-file.ts';
import type { Target } from '../target.ts';
import { framed, LANE } from './frames.ts';

const fileOf = (size: number, number: number): Entry => ({
  ...{ type: 'file', kind: 'files', path: [String(number)], mtimeMs: 1 },
  ...{ size, executable: false },
});
const SIZES = [3, 700, 0, 5];
const ENTRIES = SIZES.map(fileOf);
/** Of the second is held that much. */
const HELD = 100;

async function tarOf(entries: readonly (readonly [name: string, content: string])[]): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of entries) tar.entry({ name }, content);
  tar.finalize();
  const blocks: Buffer[] = [];
  for await (const block of tar) blocks.push(block as Buffer);
  return Buffer.concat(blocks);
}

export const tar: Target = {
  promise: 'what is staged is what the manifest names and nothing else, or it is a violation',
  covers:
    /src\/transfer\/stream\/(?:receive-lane|staged-file|entry-name|content-counter)\.ts$|tar-stream\/(?:extract|headers)\.js$/,
  tokens: [
    '../../etc/x',
    '/abs',
    'ustar\0',
    'path=../a\n',
    '5',
    '2',
    'L',
    'x',
    '0000000',
    '0-3',
    '1-2',
    '00000001053\0',
  ],
  share: 1 / 3,
  seeds: () =>
    Promise.all([
      tarOf([
        ['0', 'abc'],
        ['1', 'x'.repeat(700)],
      ]),
      tarOf([
        ['1', 'y'.repeat(700 - HELD)],
        ['2', ''],
      ]),
      tarOf([['2-3', 'hello']]),
    ]),
  open: (folder) => {
    let runs = 0;
    return async (bytes) => {
      runs += 1;
      const staging = join(folder, String(runs));
      mkdirSync(staging);
      writeFileSync(join(staging, '1'), 'y'.repeat(HELD));
      const socket = new PassThrough();
      const lane = new ReceiveLane({
        claim: () => true,
        socket,
        lane: LANE,
        files: new StagedFiles((entry) => join(staging, 'path' in entry ? entry.path.join('') : '')),
        lookUp: (number) => {
          const entry = ENTRIES[number];
          const held = number === 1 ? HELD : undefined;
          return entry && { entry, held };
        },
        report: () => undefined,
        signal: new AbortController().signal,
      });
      socket.end(framed(bytes, 512));
      const end = await lane.run().catch((error: unknown) => {
        if (!(error instanceof MoverError)) throw error;
        return error.code;
      });
      assert(['ended', 'lost', 'PEER_VIOLATION'].includes(end), end);
      for (const name of readdirSync(staging)) assert.match(name, /^[0-3]$/);
      rmSync(staging, { recursive: true });
    };
  },
};
