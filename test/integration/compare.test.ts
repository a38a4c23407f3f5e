/** "Safe to erase?" is answered by reading both devices, and changes nothing on either. */
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runMover } from '../support/mover.ts';
import { makeSmallDevice } from '../support/small-device.ts';
import { scratchFolder } from '../support/scratch.ts';

function pair(): { readonly from: string; readonly into: string } {
  const from = makeSmallDevice(scratchFolder());
  const into = join(scratchFolder(), 'new');
  cpSync(from, into, { recursive: true, preserveTimestamps: true });
  return { from, into };
}

interface Compared {
  readonly exitCode: number | null;
  readonly missing: readonly Record<string, unknown>[];
  readonly last: Record<string, unknown>;
}

async function compare(from: string, into: string): Promise<Compared> {
  const { code: exitCode, out: stdout } = await runMover([
    'compare',
    '--from',
    from,
    '--into',
    into,
    '--json',
  ]);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { exitCode, missing: events.filter(({ event }) => event === 'missing'), last: events.at(-1) ?? {} };
}

const stateOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true }).map((name) => {
    const stats = statSync(join(folder, String(name)));
    return `${String(name)} ${String(stats.mtimeMs)} ${stats.isFile() ? readFileSync(join(folder, String(name)), 'latin1') : ''}`;
  });

describe('mover compare', () => {
  it('says that all is there, and changes nothing on either device', async () => {
    const { from, into } = pair();
    const before = [stateOf(from), stateOf(into)];
    const { exitCode, missing, last } = await compare(from, into);
    // The small device has a link and a key, which never move.
    expect(missing.map(({ reason }) => reason).sort()).toEqual(['credential', 'link']);
    expect([exitCode, last.complete]).toEqual([0, true]);
    expect([stateOf(from), stateOf(into)]).toEqual(before);
  });

  it('names a file that is changed, gone or cut, and counts a record that is not there', async () => {
    const { from, into } = pair();
    mkdirSync(join(from, 'files/more'));
    for (const name of ['same', 'changed', 'gone', 'kept beside']) {
      writeFileSync(join(from, 'files/more', name), `content of ${name}`);
    }
    cpSync(join(from, 'files/more'), join(into, 'files/more'), { recursive: true });
    writeFileSync(join(into, 'files/more/changed'), 'content of CHANGED');
    rmSync(join(into, 'files/more/gone'));
    renameSync(join(into, 'files/more/kept beside'), join(into, 'files/more/kept beside (2)'));
    writeFileSync(join(into, 'files/more/kept beside'), 'another file of that name');
    appendFileSync(
      join(from, 'contacts.vcf'),
      'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Only There\r\nTEL:+49 30 998877\r\nEND:VCARD\r\n',
    );
    const { exitCode, missing, last } = await compare(from, into);
    expect(exitCode).toBe(6);
    expect(missing.filter(({ reason }) => reason === undefined)).toEqual([
      { event: 'missing', kind: 'files', path: ['more', 'changed'], count: 1 },
      { event: 'missing', kind: 'files', path: ['more', 'gone'], count: 1 },
      { event: 'missing', kind: 'contacts', path: [], count: 1 },
    ]);
    expect(last).toMatchObject({
      complete: false,
      kinds: { contacts: { missing: 1 }, files: { missing: 4, onPurpose: 2 } },
    });
  });

  it('tells a person that what never moves is only on the old device', async () => {
    const { from, into } = pair();
    const { out } = await runMover(['compare', '--from', from, '--into', into]);
    expect(out).toMatch(
      /Everything that can move is on the new device\. Only on the old one: 2 things that never move/,
    );
    expect(out).toMatch(/id_ed25519.*holds a password or key/);
  });

  it('makes no folder where there is none', async () => {
    const { from } = pair();
    const { code: exitCode } = await runMover(['compare', '--from', from, '--into', join(from, 'nowhere')]);
    expect(exitCode).toBe(2);
    expect(readdirSync(from)).not.toContain('nowhere');
  });
});
