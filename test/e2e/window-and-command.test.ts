import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  accept,
  agreeAs,
  chooseDeviceFolder,
  meetByAddress,
  meetByName,
  moveAll,
  receiptHeadline,
  typeCode,
  waitForOldDevice,
} from '../support/desktop/navigation.ts';
import { itemsOf, movableFiles, sampleDevice } from '../support/desktop/moved.ts';
import { filesOf } from '../support/hosts/old-device.ts';
import { Mover, startReceiver, startSender } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';
import { describeDesktop, startApp } from './desktop.ts';

/** As a person mistypes it. */
const otherCode = (digits: string): string => String((Number(digits) + 1) % 1_000_000).padStart(6, '0');

describeDesktop('the window and the command are each other’s devices', () => {
  it('the window receives what the command sends', async () => {
    const [from, into] = [await sampleDevice(join(scratchFolder(), 'old')), join(scratchFolder(), 'new')];
    const fresh = await startApp();
    const { addresses, digits } = await waitForOldDevice(fresh, into);
    const sender = startSender(['--from', from], { address: addresses[0] ?? '', code: digits });
    await accept(fresh);
    expect(await receiptHeadline(fresh)).toBe('Everything arrived');
    expect((await sender.exit).code).toBe(0);
    expect(await sender.event('receipt')).toMatchObject({ outcome: 'complete' });
    expect(await filesOf(into)).toEqual(await movableFiles(from));
    expect(await itemsOf(into)).toEqual(await itemsOf(from));
  });

  it('the command receives what the window sends, found in its list by name', async () => {
    const [from, into] = [await sampleDevice(join(scratchFolder(), 'old')), join(scratchFolder(), 'new')];
    const receiver = new Mover(['receive', '--into', into, '--yes']);
    const { name } = await receiver.event('listening');
    const { code } = await receiver.event('code');
    const old = await startApp();
    await chooseDeviceFolder(old, from);
    await meetByName(old, String(name));
    await typeCode(old, String(code));
    await moveAll(old);
    expect(await receiptHeadline(old)).toBe('Everything arrived');
    expect((await receiver.exit).code).toBe(0);
    expect(await filesOf(into)).toEqual(await movableFiles(from));
  });

  it('a kind that is taken out of the choice does not move', async () => {
    const [from, into] = [await sampleDevice(join(scratchFolder(), 'old')), join(scratchFolder(), 'new')];
    const receiving = await startReceiver(into);
    const old = await startApp();
    await chooseDeviceFolder(old, from);
    await meetByAddress(old, receiving.address);
    await typeCode(old, receiving.code);
    await old.at('choose');
    await old.page.getByRole('checkbox', { name: /^Messages/ }).uncheck();
    await old.button('Move').click();
    expect(await receiptHeadline(old)).toBe('Everything arrived');
    await receiving.receiver.exit;
    expect(existsSync(join(into, 'messages.xml'))).toBe(false);
    expect(existsSync(join(into, 'contacts.vcf'))).toBe(true);
  });
});

describeDesktop('a wrong code', () => {
  it('is said at once with the tries that are left, and the right one then goes on', async () => {
    const [from, into] = [await sampleDevice(join(scratchFolder(), 'old')), join(scratchFolder(), 'new')];
    const { receiver, address, code } = await startReceiver(into);
    const old = await startApp();
    await chooseDeviceFolder(old, from);
    await meetByAddress(old, address);
    await typeCode(old, otherCode(code));
    await old.text('That is not the code. 2 tries left.').waitFor();
    // The boxes are empty again, and have the focus.
    await old.page.keyboard.type(code);
    await moveAll(old);
    expect(await receiptHeadline(old)).toBe('Everything arrived');
    expect((await receiver.exit).code).toBe(0);
  });

  it('is told on the new device, which shows another after three', async () => {
    const into = join(scratchFolder(), 'new');
    const from = await sampleDevice(join(scratchFolder(), 'old'));
    const fresh = await startApp();
    const { addresses, digits } = await waitForOldDevice(fresh, into);
    for (const left of [2, 1, 0]) {
      const sender = startSender(['--from', from], { address: addresses[0] ?? '', code: otherCode(digits) });
      expect((await sender.exit).code).toBe(3);
      if (left > 0) await fresh.text(new RegExp(`wrong code. ${left} tr`)).waitFor();
    }
    // Digits that do not include those that burned; by chance the same come up once in a million.
    const spaced = [...digits].join(' ');
    await fresh.page.getByText(`The code is ${spaced}`).waitFor({ state: 'detached' });
    await fresh.page.getByText(/^The code is [\d ]+$/).waitFor({ state: 'attached' });
    expect(existsSync(into) ? readdirSync(into) : []).toEqual([]);
  });
});

describeDesktop('a declined offer', () => {
  it('leaves the new device as it was, and the old one is told', async () => {
    const into = join(scratchFolder(), 'new');
    const from = await sampleDevice(join(scratchFolder(), 'old'));
    const fresh = await startApp();
    const { addresses, digits } = await waitForOldDevice(fresh, into);
    const sender = startSender(['--from', from], { address: addresses[0] ?? '', code: digits });
    await fresh.at('choose');
    await fresh.button('Decline').click();
    expect((await sender.exit).code).toBe(7);
    expect(existsSync(into) ? readdirSync(into) : []).toEqual([]);
  });
});

describeDesktop('a folder that cannot be moved', () => {
  it('is refused in plain words where it was chosen', async () => {
    const old = await startApp();
    await agreeAs(old, 'old');
    await old.answerOpen(scratchFolder());
    await old.button('Device folder').click();
    await old.page.getByRole('alert').getByText('There is nothing here that OpenMover can read.').waitFor();
    await old.at('where');
  });
});
