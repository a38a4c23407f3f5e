import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeHome } from '../support/desktop/app-window.ts';
import { pullAfter, receiverOverCable } from '../support/desktop/cable.ts';
import {
  accept,
  agreeAs,
  chooseDeviceFolder,
  codeShown,
  meetByAddress,
  movedPercent,
  moveAll,
  receiptHeadline,
  typeCode,
  waitForOldDevice,
} from '../support/desktop/navigation.ts';
import { filesOf } from '../support/hosts/old-device.ts';
import { startSender } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';
import { makeLargeFiles, makeSmallDevice } from '../support/small-device.ts';
import { describeDesktop, startApp } from './desktop.ts';

const MB = 1_000_000;

describeDesktop('a cable that is pulled', () => {
  it('is said in plain words, and moving goes on by itself when it is back', async () => {
    const from = makeLargeFiles(makeSmallDevice(join(scratchFolder(), 'old')), 12, 8 * MB);
    const into = join(scratchFolder(), 'new');
    const { receiver, network, address, code } = await receiverOverCable(into);
    onTestFinished(() => network.close());
    const old = await startApp();
    await chooseDeviceFolder(old, from);
    await meetByAddress(old, address);
    await typeCode(old, code);
    await old.at('choose');
    const pulled = pullAfter(network, network.passed + 25 * MB);
    await moveAll(old);
    await pulled;

    await old.text('Connection lost').waitFor();
    await old.text(/everything that arrived is safe/).waitFor();
    await old.at('moving');
    network.away = false;
    expect(await receiptHeadline(old)).toBe('Everything arrived');
    expect((await receiver.exit).code).toBe(0);
    const { '.ssh/id_ed25519': _, ...movable } = await filesOf(from);
    expect(await filesOf(into)).toEqual(movable);
    expect(await receiver.event('receipt')).toMatchObject({ outcome: 'complete' });
  });
});

describeDesktop('an app that is killed in the middle of a move', () => {
  it('offers to go on when it starts again, and what had arrived is not sent twice', async () => {
    const from = makeLargeFiles(join(scratchFolder(), 'old'), 30, 8 * MB);
    const home = makeHome();
    onTestFinished(home.remove);
    // Where things go unless a person says otherwise.
    const into = join(home.documents, 'OpenMover');

    const first = await startApp({ home });
    const shown = await waitForOldDevice(first);
    const cut = startSender(['--from', from], { address: shown.addresses[0] ?? '', code: shown.digits });
    await accept(first);
    await movedPercent(first, 30);
    await first.kill();
    cut.kill('SIGKILL');
    await cut.exit;
    // Complete and verified, or absent: nothing a person sees is half a file.
    const whole = await filesOf(from);
    expect(whole).toMatchObject(existsSync(join(into, 'files')) ? await filesOf(into) : {});

    const second = await startApp({ home });
    // What the killed one left of its own is gone.
    const profiles = readdirSync(home.temporary).filter((name) => name.startsWith('openmover-app-'));
    expect(profiles).toHaveLength(1);
    await agreeAs(second, 'new');
    await second.text('A move into this folder was interrupted').waitFor();
    await second.button('Go on').click();
    const again = await codeShown(second);
    const sender = startSender(['--from', from], { address: again.addresses[0] ?? '', code: again.digits });
    await accept(second);
    expect(await receiptHeadline(second)).toBe('Everything arrived');
    await second.text(/was there from before/).waitFor();
    expect((await sender.exit).code).toBe(0);
    const { bytes } = (await sender.event('receipt')) as unknown as { bytes: { resumed: number } };
    expect(bytes.resumed).toBeGreaterThan(40 * MB);
    expect(await filesOf(into)).toEqual(whole);
  });
});
