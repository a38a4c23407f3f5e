/** Apps on a person's device that say more of themselves than any real one: they move, or stay, and stop nothing. */
import { expect, it } from 'vitest';
import { openFolderDestination, openFolderSource } from '../../src/transfer/index.ts';
import { apk } from '../fixtures/apps/make-apk.ts';
import { scratchFolder } from '../support/scratch.ts';
import { startSession } from '../support/session.ts';
import { writeTree } from '../support/write-tree.ts';

/** As many as count, each as long as it may be, of three bytes a character. */
const NAMES = Array.from({ length: 500 }, (_, index) => String(index).padEnd(255, '漢'));
const APPS = 20;

it('facts that would not fit a message travel in several, each cut to what any real app needs', async () => {
  const [from, into] = [scratchFolder(), scratchFolder()];
  for (let number = 0; number < APPS; number += 1) {
    const name = `org.example.talkative${String(number)}`;
    writeTree(from, {
      [`apps/${name}/base.apk`]: apk({ package: name, features: NAMES, libraries: NAMES }),
    });
  }
  const session = startSession({
    source: await openFolderSource({ from }),
    destination: await openFolderDestination(into),
  });
  expect((await session.receiver).kinds.apps).toMatchObject({ offered: APPS, added: APPS });
  expect((await session.sender).outcome).toBe('complete');
});
