/** Apps at a destination that has another version of them: base and splits of two versions in one folder are no app. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFolderDestination, openFolderSource, type Receipt } from '../../src/transfer/index.ts';
import { apk } from '../fixtures/apps/make-apk.ts';
import { scratchFolder } from '../support/scratch.ts';
import { startSession } from '../support/session.ts';
import { readTree } from '../support/tree.ts';
import { writeTree } from '../support/write-tree.ts';

const NAME = 'org.example.notes';
const split = apk({ split: 'config.de' });
/** Another build of the version the split is of: a set is of one version. */
const other = apk({ targetSdk: 35 });

async function move(
  from: string,
  into: string,
  receiver: { readonly dryRun?: boolean } = {},
): Promise<Receipt> {
  const session = startSession({
    source: await openFolderSource({ from }),
    destination: await openFolderDestination(into),
    receiver,
  });
  return session.receiver;
}

function devices(newBase: Buffer): { from: string; into: string } {
  const [from, into] = [scratchFolder(), scratchFolder()];
  writeTree(from, { 'apps/notes/base.apk': newBase, 'apps/notes/split.apk': split });
  writeTree(into, { [`apps/${NAME}/base.apk`]: apk(), [`apps/${NAME}/split.apk`]: split });
  return { from, into };
}

describe('an app of which another version is there', () => {
  it('comes whole to a folder of its own, with what had not to be sent', async () => {
    const { from, into } = devices(other);
    const there = readTree(join(into, 'apps', NAME));
    const receipt = await move(from, into);
    expect(receipt.outcome).toBe('complete');
    expect(receipt.kinds.apps).toMatchObject({ added: 1, same: 0 });
    expect(receipt.bytes.payload).toBe(other.length);
    expect(readTree(join(into, 'apps', NAME))).toEqual(there);
    const fresh = join(into, 'apps', `${NAME} (2)`);
    expect(Object.keys(readTree(fresh))).toEqual(['base.apk', 'split.apk']);
    expect(readFileSync(join(fresh, 'base.apk'))).toEqual(other);
    expect(readFileSync(join(fresh, 'split.apk'))).toEqual(split);
    expect(statSync(join(fresh, 'split.apk')).mtimeMs).toBeCloseTo(
      statSync(join(from, 'apps', 'notes', 'split.apk')).mtimeMs,
      0,
    );
  });

  it('is found again the next time, whichever of the sets it is', async () => {
    const { from, into } = devices(other);
    await move(from, into);
    const after = readTree(into);
    const receipt = await move(from, into);
    expect(receipt.kinds.apps).toMatchObject({ added: 0, same: 1, sent: 0 });
    expect(receipt.bytes.payload).toBe(0);
    expect(readTree(into)).toEqual(after);
  });

  it('is not mistaken for one that is there though each of its APKs is, in different sets', async () => {
    const { from, into } = devices(other);
    writeTree(into, { [`apps/${NAME} (2)/base.apk`]: other });
    const receipt = await move(from, into);
    expect(receipt.kinds.apps).toMatchObject({ added: 1, sent: 0 });
    expect(Object.keys(readTree(join(into, 'apps', `${NAME} (3)`)))).toEqual(['base.apk', 'split.apk']);
  });

  it('is counted by a dry run as the move then does it', async () => {
    const { from, into } = devices(other);
    const before = readTree(into);
    const told = await move(from, into, { dryRun: true });
    expect(told.kinds.apps).toMatchObject({ added: 1, same: 0 });
    expect(readTree(into)).toEqual(before);
    await move(from, into);
    expect((await move(from, into, { dryRun: true })).kinds.apps).toMatchObject({ added: 0, same: 1 });
  });
});

describe('a device that holds several versions of an app', () => {
  it('as OpenMover has kept them beside each other, hands on the newest of them whole, and says so', async () => {
    const [first, second, third] = [scratchFolder(), scratchFolder(), scratchFolder()];
    const newer = {
      'base.apk': apk({ versionCode: 8 }),
      'fr.apk': apk({ versionCode: 8, split: 'config.fr' }),
    };
    writeTree(first, {
      [`apps/${NAME}/base.apk`]: newer['base.apk'],
      [`apps/${NAME}/fr.apk`]: newer['fr.apk'],
    });
    writeTree(second, { [`apps/${NAME}/base.apk`]: apk(), [`apps/${NAME}/split.apk`]: split });
    await move(first, second);
    expect(Object.keys(readTree(join(second, 'apps')))).toContain(`${NAME} (2)/base.apk`);

    const receipt = await move(second, third);
    expect(receipt.outcome).toBe('complete');
    expect(receipt.kinds.apps).toMatchObject({
      ...{ offered: 2, added: 1 },
      skipped: [{ reason: 'app-other-version', count: 1 }],
    });
    const arrived = readTree(join(third, 'apps', NAME));
    expect(Object.keys(arrived)).toEqual(['base.apk', 'fr.apk']);
    for (const [name, bytes] of Object.entries(newer)) {
      expect(readFileSync(join(third, 'apps', NAME, name))).toEqual(bytes);
    }
  });
});
