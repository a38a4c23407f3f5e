import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../support/scratch.ts';
import { scratchPath } from '../support/scratch-path.ts';
import { endAllMovers, type Mover, move, startReceiver, startSender } from '../support/mover.ts';
import { makeSmallDevice } from '../support/small-device.ts';
import { readTree } from '../support/tree.ts';

afterEach(endAllMovers);

/** Any code but the one shown. */
const other = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

async function errorOf(mover: Mover): Promise<[number | null, unknown]> {
  const { code } = await mover.exit;
  return [code, mover.events.filter(({ event }) => event === 'error').at(-1)?.code];
}

describe('pairing', () => {
  it('a wrong code ends the sender with 3 and costs a try; the third brings a new code, which works', async () => {
    const from = makeSmallDevice(scratchFolder());
    const into = scratchPath('new');
    const receiving = await startReceiver(into);
    const { receiver, address, code } = receiving;
    for (const triesLeft of [2, 1, 0]) {
      const sender = startSender(['--from', from], { address, code: other(code) });
      expect(await errorOf(sender)).toEqual([3, 'WRONG_CODE']);
      const told = await receiver.nth('error', 3 - triesLeft);
      expect(told).toMatchObject({ code: 'WRONG_CODE', triesLeft });
    }
    const next = (await receiver.nth('code', 2)).code as string;
    expect(next).toMatch(/^\d{6}$/);
    const late = startSender(['--from', from], { address, code: next });
    expect((await late.exit).code).toBe(0);
    expect((await receiver.exit).code).toBe(0);
  });

  it('nothing is told of either device before the code is proved', async () => {
    const { receiver, address, code } = await startReceiver(scratchPath('new'));
    const sender = startSender(['--from', makeSmallDevice(scratchFolder())], { address, code: other(code) });
    await sender.exit;
    await receiver.nth('error', 1);
    for (const mover of [sender, receiver]) {
      expect(mover.events.filter(({ event }) => event === 'offer' || event === 'paired')).toEqual([]);
    }
  });

  it('the same Android ID on both sides is refused by both with 7, and nothing is moved', async () => {
    const into = scratchFolder();
    const androidId = 'c0ffee00c0ffee00';
    const { sender, receiver, exits } = await move({
      from: ['--from', makeSmallDevice(scratchFolder())],
      into,
      senderSecrets: { androidId },
      receiverSecrets: { androidId },
    });
    expect(exits).toEqual([7, 7]);
    expect(await errorOf(sender)).toEqual([7, 'SAME_DEVICE']);
    expect(await errorOf(receiver)).toEqual([7, 'SAME_DEVICE']);
    expect(readTree(into)).toEqual({});
  });

  it('different Android IDs are two devices', async () => {
    const { exits } = await move({
      from: ['--from', makeSmallDevice(scratchFolder()), '--only', 'calls'],
      into: scratchPath('new'),
      senderSecrets: { androidId: 'c0ffee00c0ffee00', ssid: 'Home' },
      receiverSecrets: { androidId: 'c0ffee00c0ffee01' },
    });
    expect(exits).toEqual([0, 0]);
  });

  it('garbage on the port is thrown out, and the next sender is served', async () => {
    const into = scratchPath('new');
    const receiving = await startReceiver(into);
    const port = Number(receiving.address.split(':').at(-1));
    const garbage = ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'SSH-2.0-x\r\n', Buffer.alloc(100_000, 0x16)];
    for (const bytes of garbage) {
      const socket = connect(port, '127.0.0.1');
      // Being cut off is the point.
      socket.on('error', () => undefined);
      socket.write(bytes);
      socket.resume();
      await new Promise((resolve) => socket.once('close', resolve));
    }
    const sender = startSender(['--from', makeSmallDevice(scratchFolder())], receiving);
    expect((await sender.exit).code).toBe(0);
    expect((await receiving.receiver.exit).code).toBe(0);
  });
});
