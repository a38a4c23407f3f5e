import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  accept,
  chooseDeviceFolder,
  codeShown,
  meetByName,
  moveAll,
  receiptHeadline,
  typeCode,
  waitForOldDevice,
} from '../support/desktop/navigation.ts';
import { itemsOf, movableFiles, sampleDevice } from '../support/desktop/moved.ts';
import { press } from '../support/desktop/press.ts';
import { filesOf } from '../support/hosts/old-device.ts';
import { scratchFolder } from '../support/scratch.ts';
import { describeDesktop, startApp } from './desktop.ts';

describeDesktop('two windows move a device with everything on it', () => {
  it('by clicks: found by its name, six digits typed, a receipt to keep, and undone again', async () => {
    const [from, into] = [await sampleDevice(join(scratchFolder(), 'old')), join(scratchFolder(), 'new')];
    const [old, fresh] = [await startApp(), await startApp()];

    const [shown] = await Promise.all([waitForOldDevice(fresh, into), chooseDeviceFolder(old, from)]);
    await meetByName(old, shown.name);
    await typeCode(old, shown.digits);
    await accept(fresh);
    await moveAll(old);

    const headlines = await Promise.all([receiptHeadline(old), receiptHeadline(fresh)]);
    expect(headlines).toEqual(['Everything arrived', 'Everything arrived']);
    expect(await filesOf(into)).toEqual(await movableFiles(from));
    expect(await itemsOf(into)).toEqual(await itemsOf(from));

    // The receipt tells numbers only.
    const receipt = join(scratchFolder(), 'receipt.json');
    await fresh.answerSave(receipt);
    await fresh.button('Save receipt').click();
    await fresh.page.getByRole('menuitem', { name: /JSON/ }).click();
    await fresh.text('The receipt is saved.').waitFor();
    const saved = readFileSync(receipt, 'utf8');
    expect(JSON.parse(saved)).toMatchObject({ outcome: 'complete' });
    for (const secret of [from, into, shown.name, shown.digits]) expect(saved).not.toContain(secret);

    await fresh.button('Undo').click();
    await fresh.button('Undo the move').click();
    await fresh.text('The move is undone').waitFor();
    expect(await filesOf(into).catch(() => ({}))).toEqual({});
  });

  it('by keys alone, from the first screen to the receipt', async () => {
    const [from, into] = [await sampleDevice(join(scratchFolder(), 'old')), join(scratchFolder(), 'new')];
    const [old, fresh] = [await startApp(), await startApp()];

    await fresh.answerOpen(into);
    await press(fresh, 'This is my new device');
    await fresh.at('promise');
    await fresh.page.keyboard.press('Enter');
    await fresh.at('where');
    await press(fresh, 'Choose another folder');
    await fresh.page.getByText('new', { exact: true }).waitFor();
    await press(fresh, 'Go on');
    const shown = await codeShown(fresh);

    await old.answerOpen(from);
    await press(old, 'This is my old device');
    await old.at('promise');
    await old.page.keyboard.press('Enter');
    await old.at('where');
    await press(old, 'Device folder');
    await old.text(/1 place chosen/).waitFor();
    await press(old, 'Go on');
    await old.at('meet');
    await old.button(new RegExp(shown.name)).waitFor();
    await press(old, shown.name);
    await typeCode(old, shown.digits);

    // The one button that goes on is pressed by Enter, wherever the focus is on a new screen.
    await fresh.at('choose');
    await fresh.page.keyboard.press('Enter');
    await old.at('choose');
    await old.page.keyboard.press('Enter');
    expect(await receiptHeadline(old)).toBe('Everything arrived');
    expect(await receiptHeadline(fresh)).toBe('Everything arrived');
    expect(await filesOf(into)).toEqual(await movableFiles(from));
  });
});
