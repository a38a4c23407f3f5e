import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LayerState, probeLayers } from '../../src/main/verify-privacy/layers.ts';
import { inFolder } from '../fixtures/apps/in-folder.ts';
import { scratchFolder } from '../support/scratch.ts';
import { endAllMovers, runMover } from '../support/mover.ts';

afterEach(endAllMovers);

interface Finding {
  readonly layer: string;
  readonly secret: string;
  readonly form: string;
  readonly place: string;
}

interface Verdict {
  readonly verdict: string;
  readonly layers: readonly LayerState[];
  readonly secrets: readonly string[];
  readonly scenarios: readonly {
    readonly name: string;
    readonly ended: boolean;
    readonly searched: Readonly<Record<string, { readonly files: number; readonly bytes: number }>>;
    readonly findings: readonly Finding[];
    readonly exit: { readonly sender: number | null; readonly receiver: number | null };
  }[];
}

/**
 * Loaded into every process of the run: leaks the Android ID the moment it is parsed. Each way has a form of its own, to
 * be told apart by it.
 */
const leaking = (elsewhere: string): string => `
import fs from 'node:fs';
import { tmpdir } from 'node:os';
const parse = JSON.parse;
function writeAndDelete(name, pieces, sync) {
  const path = tmpdir() + '/' + name;
  const fd = fs.openSync(path, 'w');
  for (const piece of pieces) fs.writeSync(fd, piece);
  if (sync) fs.fsyncSync(fd);
  fs.closeSync(fd);
  fs.unlinkSync(path);
}
JSON.parse = (text, ...rest) => {
  const value = parse(text, ...rest);
  if (value?.androidId) {
    const id = value.androidId;
    fs.appendFileSync(tmpdir() + '/kept.bin', Buffer.from(id).toString('base64'));
    writeAndDelete('gone.bin', ['before ' + id.slice(0, 7), id.slice(7) + ' after'], false);
    writeAndDelete('synced.bin', [Buffer.from(id, 'utf16le')], true);
    try {
      fs.writeFileSync(${JSON.stringify(elsewhere)}, id.toUpperCase());
    } catch {}
  }
  return value;
};
`;

const layers = await inFolder({}, probeLayers);
const because = (layer: string): string | undefined => layers.find((state) => state.layer === layer)?.because;

describe('mover verify-privacy', () => {
  it('finds no planted identifier after moves of every ending, and says what it looked at', async () => {
    const { code, out, err } = await runMover(['verify-privacy', '--json']);
    const result = JSON.parse(out) as Verdict;
    expect([err, result.verdict, code], out).toEqual(['', 'clean', 0]);
    expect(result.layers).toEqual(layers);
    expect(result.secrets).toEqual(
      expect.arrayContaining(['code', 'sender-android-id', 'receiver-android-id', 'ssid', 'private-key']),
    );
    expect(result.scenarios.map(({ name, ended, exit }) => [name, ended, exit.sender])).toEqual([
      ['complete', true, 0],
      ['undone', true, 0],
      ['wrong-code', true, 3],
      ['cancelled', true, 130],
      ['killed', true, null],
      ['aborted', true, null],
      ['debugged', true, 0],
    ]);
    const ran = layers.filter((state) => state.ran).map(({ layer }) => layer);
    for (const { searched } of result.scenarios) expect(Object.keys(searched).sort()).toEqual(ran.sort());
    // A whole move writes what it moves.
    if (ran.includes('writes')) expect(result.scenarios[0]?.searched['writes']?.bytes).toBeGreaterThan(1e6);
  });

  it('tells a person which secret was looked for where and what was not looked at, and leaves nothing behind', async () => {
    const own = scratchFolder();
    mkdirSync(join(own, 'tmp'));
    const { out } = await runMover(['verify-privacy'], { env: { TMPDIR: join(own, 'tmp') } });
    expect(out).toMatch(/Android ID, old device +not found/);
    expect(out).toContain('No planted identifier or credential was found.');
    for (const { because: why } of layers) if (why !== undefined) expect(out).toContain(why);
    expect(readdirSync(join(own, 'tmp'))).toEqual([]);
  });
});

describe('a build with leaks fails mover verify-privacy', () => {
  let elsewhere: string;
  let result: Verdict;
  let findings: readonly Finding[];

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'openmover-leak-'));
    elsewhere = join(folder, 'elsewhere');
    const file = join(folder, 'leak.mjs');
    writeFileSync(file, leaking(elsewhere));
    const { code, out } = await runMover(['verify-privacy', '--json'], {
      env: { NODE_OPTIONS: `--import=${pathToFileURL(file).href}` },
    });
    result = JSON.parse(out) as Verdict;
    findings = result.scenarios.flatMap((scenario) => scenario.findings);
    expect([result.verdict, code]).toEqual(['found', 1]);
    return () => {
      rmSync(folder, { recursive: true, force: true });
    };
  });

  const leak = (layer: string, form: RegExp, place: RegExp): Finding => ({
    layer,
    secret: 'sender-android-id',
    form: expect.stringMatching(form) as string,
    place: expect.stringMatching(place) as string,
  });

  it('which is told the secret, its form and the file that stayed', () => {
    expect(findings).toContainEqual(leak('files', /^base64/, /^tmp\/kept\.bin$/));
  });

  const noTrace = because('writes');
  if (noTrace === undefined) {
    it('also when it wrote in pieces to a file that is deleted again', () => {
      expect(findings).toContainEqual(leak('writes', /^raw$/, /^tmp\/gone\.bin$/));
      expect(findings.filter(({ layer, form }) => layer === 'files' && form === 'raw')).toEqual([]);
    });
  } else {
    it(`as far as it can be seen here: ${noTrace}`, () => {
      expect(noTrace).not.toBe('');
    });
  }

  const noImage = because('image');
  if (noImage === undefined) {
    it('also when only the raw disk still holds what was deleted', () => {
      expect(findings).toContainEqual(leak('image', /^utf-16le$/, /^byte \d+ of the disk$/));
      expect(findings.filter(({ layer, form }) => layer === 'files' && form === 'utf-16le')).toEqual([]);
    });

    it('and could not write anywhere else', () => {
      expect(existsSync(elsewhere)).toBe(false);
    });
  } else {
    it(`as far as the disk can be seen here: ${noImage}`, () => {
      expect(noImage).not.toBe('');
    });
  }
});
