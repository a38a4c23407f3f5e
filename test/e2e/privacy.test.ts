import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeHome } from '../support/desktop/app-window.ts';
import { sampleDevice } from '../support/desktop/moved.ts';
import { needles, search, searchLeak, watchWrites } from '../support/desktop/planted.ts';
import {
  accept,
  chooseDeviceFolder,
  meetByAddress,
  movedPercent,
  moveAll,
  receiptHeadline,
  typeCode,
  waitForOldDevice,
} from '../support/desktop/navigation.ts';
import { startReceiver, startSender } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';
import { makeLargeFiles } from '../support/small-device.ts';
import { describeDesktop, startApp } from './desktop.ts';

const CLEAN = { findings: [], unread: [] };

const profilesIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith('openmover-app-'));

describeDesktop('no identifier is written by the app', () => {
  it('in a whole move: not by any write, not into its profile, home or destination, not printed', async () => {
    const [from, into] = [await sampleDevice(join(scratchFolder(), 'old')), join(scratchFolder(), 'new')];
    const home = makeHome();
    onTestFinished(home.remove);
    const { planted, trace, launcher, env } = await watchWrites(scratchFolder());
    const fresh = await startApp({ home, launcher, env });
    const { addresses, digits } = await waitForOldDevice(fresh, into);
    const sender = startSender(
      ['--from', from],
      { address: addresses[0] ?? '', code: digits },
      { secrets: { androidId: planted['sender-android-id'], ssid: planted.ssid } },
    );
    await accept(fresh);
    expect(await receiptHeadline(fresh)).toBe('Everything arrived');
    expect((await sender.exit).code).toBe(0);

    const looked = await needles(planted, digits, from);
    const folders = [home.folder, into];
    // While it runs there is a profile, and nothing of this in it.
    expect(profilesIn(home.temporary)).toHaveLength(1);
    expect(await search(looked, { folders, output: fresh.output })).toMatchObject(CLEAN);
    const leak = await searchLeak(looked, planted['sender-android-id'], home.temporary);
    expect(leak.findings).toEqual([expect.stringContaining('sender-android-id (base64')]);

    await fresh.close();
    expect(profilesIn(home.temporary)).toEqual([]);
    const found = await search(looked, { folders, trace, output: fresh.output });
    expect(found).toMatchObject(CLEAN);
    // The trace has seen at least what was moved.
    if (trace !== undefined) expect(found.bytes).toBeGreaterThan(4_000_000);
  });

  it('when it is killed in the middle: not in what it leaves behind', async () => {
    const from = makeLargeFiles(join(scratchFolder(), 'old'), 20, 4_000_000);
    const into = join(scratchFolder(), 'new');
    const home = makeHome();
    onTestFinished(home.remove);
    const { planted, trace, launcher, env } = await watchWrites(scratchFolder());
    const { address, code } = await startReceiver(into, [], {
      secrets: { androidId: planted['receiver-android-id'], ssid: planted.ssid },
    });
    const old = await startApp({ home, launcher, env });
    await chooseDeviceFolder(old, from);
    await meetByAddress(old, address);
    await typeCode(old, code);
    await moveAll(old);
    await movedPercent(old, 5);
    await old.kill();

    // Nobody was left to clean up: all of it is still there to be looked at.
    expect(profilesIn(home.temporary)).toHaveLength(1);
    expect(existsSync(join(home.temporary, profilesIn(home.temporary)[0] ?? ''))).toBe(true);
    const looked = await needles(planted, code, from);
    expect(await search(looked, { folders: [home.folder], trace, output: old.output })).toMatchObject(CLEAN);
  });
});
