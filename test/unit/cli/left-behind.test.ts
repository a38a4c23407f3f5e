import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/main/terminal/engine.ts';
import type { LeftBehind } from '../../../src/transfer/kinds/kind.ts';
import type { Receipt } from '../../../src/transfer/wire/messages.ts';
import { receiptText } from '../../../src/main/cli/views/receipt-text.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { RECEIPT } from './fake-engine.ts';
import { fakeIo, jsonLines } from './fake-io.ts';
import { run } from './run.ts';

const LINK: LeftBehind = { kind: 'files', path: ['a', 'b\u001b[2J'], reason: 'link' };
const RENAMED: LeftBehind = { kind: 'files', path: ['Trip: Rome'], renamedTo: ['Trip： Rome'] };
const CARD: LeftBehind = { kind: 'contacts', path: ['contacts.vcf'], reason: 'malformed' };

const engine: Partial<Engine> = {
  receive: (request) => {
    request.onLeftBehind?.(LINK);
    request.onLeftBehind?.(RENAMED);
    request.onLeftBehind?.(CARD, 2);
    return Promise.resolve(RECEIPT);
  },
  inspectDevice: (_source, { onLeftBehind }) => {
    onLeftBehind?.(LINK);
    return Promise.resolve({ kinds: [], apps: [] });
  },
  undoMove: () =>
    Promise.resolve({ removed: 0, restored: 0, folders: 0, gone: 0, left: ['files/a/b', 'contacts.vcf'] }),
};

describe('what was left behind', () => {
  it('is written one line a thing, for the owner only, when --left-behind asks for it', async () => {
    const file = join(scratchFolder(), 'list');
    writeFileSync(file, 'old', { mode: 0o644 });
    await run(['receive', '--into', 'd', '--yes', '--left-behind', file], { engine });
    expect(jsonLines(readFileSync(file, 'utf8'))).toEqual([LINK, RENAMED, CARD, CARD]);
    expect(readFileSync(file, 'utf8')).not.toContain('\u001b');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is written by inspect and undo as well', async () => {
    const file = join(scratchFolder(), 'list');
    await run(['inspect', 'd', '--left-behind', file], { engine });
    expect(jsonLines(readFileSync(file, 'utf8'))).toEqual([LINK]);
    const into = scratchFolder();
    await run(['undo', '--into', into, '--left-behind', file], { engine });
    expect(jsonLines(readFileSync(file, 'utf8'))).toEqual([
      { kind: 'files', path: ['a', 'b'], reason: 'changed' },
      { kind: 'contacts', path: ['contacts.vcf'], reason: 'changed' },
    ]);
  });

  it('is neither shown nor written where nobody asked, and the way to it is said', async () => {
    const { out } = await run(['receive', '--into', 'd', '--yes'], { engine });
    expect(out).toContain('--left-behind FILE');
    expect(out).not.toContain('Trip');
    const json = await run(['receive', '--into', 'd', '--yes', '--json'], { engine });
    expect(json.out).not.toContain('Trip');
  });

  it('is shown on a terminal to who says yes, escaped; saying nothing is no', async () => {
    for (const [answer, shown] of [
      ['y\n', true],
      ['\n', false],
    ] as const) {
      const io = fakeIo({ terminal: true });
      io.input.write(answer);
      const { exitCode, out, err } = await run(['receive', '--into', 'd'], { engine, io });
      expect(exitCode).toBe(0);
      expect(err).toContain('Show which things were left behind or renamed?');
      expect(out.includes('Files: a/b\\u{1b}[2J: symbolic links are not moved')).toBe(shown);
      expect(out.includes('Files: Trip: Rome: is there as Trip： Rome')).toBe(shown);
      expect(out.includes('Contacts: contacts.vcf (2 ×): is not well formed')).toBe(shown);
    }
  });

  it('a file for it that cannot be made is refused before anything moves', async () => {
    let moved = false;
    const receive = (): Promise<Receipt> => {
      moved = true;
      return Promise.resolve(RECEIPT);
    };
    const folder = scratchFolder();
    mkdirSync(join(folder, 'list'));
    const args = ['receive', '--into', 'd', '--yes', '--left-behind', join(folder, 'list')];
    const { exitCode, err } = await run(args, { engine: { receive } });
    expect([exitCode, moved]).toEqual([2, false]);
    expect(err).toContain(join(folder, 'list'));
  });
});

describe('the headline', () => {
  const headline = (outcome: Receipt['outcome'], added: number, link: number, unreadable = 0): string => {
    const skipped = [
      { reason: 'link' as const, count: link },
      { reason: 'unreadable' as const, count: unreadable },
    ].filter(({ count }) => count > 0);
    const offered = added + link + unreadable;
    const files = { offered, sent: added, verified: added, added, merged: 0, same: 0, renamed: 0, skipped };
    const receipt: Receipt = { ...RECEIPT, outcome, kinds: { files } };
    return receiptText(receipt, false).split('\n')[1] ?? '';
  };

  it.each([
    ['complete', 3, 0, 0, '✓ Everything arrived'],
    ['complete', 3, 1, 0, '✓ Everything arrived; 1 was left on purpose'],
    ['complete', 0, 1, 0, '! Nothing arrived; 1 was left on purpose'],
    ['complete', 0, 0, 0, '○ There was nothing to move'],
    ['partial', 5, 19, 3, '! 3 things could not be moved; 19 were left on purpose'],
    ['partial', 5, 0, 1, '! 1 thing could not be moved'],
  ] as const)(
    'of a %s move of %i, with %i left on purpose and %i unreadable, is true',
    (outcome, a, l, u, says) => {
      expect(headline(outcome, a, l, u)).toBe(says);
    },
  );
});
