import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AppWindow } from '../support/desktop/app-window.ts';
import { accept, agreeAs, movedPercent, waitForOldDevice } from '../support/desktop/navigation.ts';
import { type Mover, startSender } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';
import { makeLargeFiles } from '../support/small-device.ts';
import { describeDesktop, startApp } from './desktop.ts';

/** A window that receives, and has come some way. */
async function midway(into: string): Promise<{ fresh: AppWindow; sender: Mover }> {
  const from = makeLargeFiles(join(scratchFolder(), 'old'), 30, 8_000_000);
  const fresh = await startApp();
  const { addresses, digits } = await waitForOldDevice(fresh, into);
  const sender = startSender(['--from', from], { address: addresses[0] ?? '', code: digits });
  await accept(fresh);
  await movedPercent(fresh, 10);
  return { fresh, sender };
}

const left = (into: string): string[] => (existsSync(into) ? readdirSync(into) : []);

/** Answers the question whether to leave: the first button stays, the second stops. */
async function answerQuestion(fresh: AppWindow, response: number): Promise<void> {
  await fresh.app.evaluate(({ dialog }, button) => {
    dialog.showMessageBox = () => Promise.resolve({ response: button, checkboxChecked: false });
  }, response);
}

const closeWindow = (fresh: AppWindow): Promise<void> =>
  fresh.app.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) window.close();
  });

describeDesktop('consent is withdrawn in the middle of a move', () => {
  it('by the promise: the move ends, nothing of it stays, and it is asked for anew', async () => {
    const into = join(scratchFolder(), 'new');
    const { fresh, sender } = await midway(into);
    await fresh.button('What we promise').click();
    await fresh.button('Take back my consent').click();
    await fresh.at('start');
    expect((await sender.exit).code).toBe(4);
    expect(await sender.event('error')).toMatchObject({ code: 'PEER_CANCELLED' });
    expect(left(into)).toEqual([]);
    // Without it nothing goes on: the promise comes first again.
    await agreeAs(fresh, 'new');
  });

  it('by "Stop and forget", which asks once and says what goes', async () => {
    const into = join(scratchFolder(), 'new');
    const { fresh, sender } = await midway(into);
    await fresh.button('Stop and forget').click();
    const question = fresh.page.getByRole('dialog');
    await question.getByText(/What has arrived of this move so far/).waitFor();
    await question.getByRole('button', { name: 'Stop and forget' }).click();
    await fresh.screen('receipt').getByText('The move was stopped.').waitFor();
    expect((await sender.exit).code).toBe(4);
    expect(left(into)).toEqual([]);
  });

  it('by closing the window, once the person has said that they mean it', async () => {
    const into = join(scratchFolder(), 'new');
    const { fresh, sender } = await midway(into);
    await answerQuestion(fresh, 0);
    await closeWindow(fresh);
    await movedPercent(fresh, 20);
    await answerQuestion(fresh, 1);
    // The answer may be lost with the window.
    await closeWindow(fresh).catch(() => undefined);
    await fresh.ended();
    expect((await sender.exit).code).toBe(4);
    expect(left(into)).toEqual([]);
    expect(readdirSync(fresh.home.temporary).filter((name) => name.startsWith('openmover-'))).toEqual([]);
  });
});
