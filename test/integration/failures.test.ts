import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type * as Library from '../../src/transfer/index.ts';
import { scratchFolder } from '../support/scratch.ts';
import { scratchPath } from '../support/scratch-path.ts';
import { endAllMovers, Mover, runMover, startReceiver, startSender } from '../support/mover.ts';
import { makeSmallDevice } from '../support/small-device.ts';
import { readTree } from '../support/tree.ts';

afterEach(endAllMovers);

async function failureOf(mover: Mover): Promise<{ exit: number | null; code: unknown; message: unknown }> {
  const { code: exit } = await mover.exit;
  const error = mover.events.at(-1);
  expect(error?.event).toBe('error');
  return { exit, code: error?.code, message: error?.message };
}

const to = ['--to', '127.0.0.1:9', '--yes'];
const secrets = { code: '123456' };

describe('what can be known before a move', () => {
  it('a folder to move from that does not exist', async () => {
    const sender = new Mover(['send', '--from', scratchPath('none'), ...to], { secrets });
    expect(await failureOf(sender)).toMatchObject({ exit: 2, code: 'SOURCE_MISSING' });
  });

  it('a file where a device folder should be', async () => {
    const file = scratchPath('file');
    writeFileSync(file, 'x');
    const sender = new Mover(['send', '--from', file, ...to], { secrets });
    expect(await failureOf(sender)).toMatchObject({ exit: 2, code: 'SOURCE_INVALID' });
  });

  it('a device.json that is none, on either side', async () => {
    const [old, fresh] = [makeSmallDevice(scratchFolder()), scratchFolder()];
    for (const folder of [old, fresh]) writeFileSync(join(folder, 'device.json'), '{"openmover":');
    const sender = new Mover(['send', '--from', old, ...to], { secrets });
    expect(await failureOf(sender)).toMatchObject({ exit: 2, code: 'SOURCE_INVALID' });
    const receiver = new Mover(['receive', '--into', fresh, '--yes']);
    expect(await failureOf(receiver)).toMatchObject({ exit: 2 });
  });

  it('a folder to move into that cannot be made', async () => {
    const file = scratchPath('file');
    writeFileSync(file, 'x');
    const receiver = new Mover(['receive', '--into', join(file, 'below'), '--yes']);
    const failure = await failureOf(receiver);
    expect(failure.exit).toBe(2);
    expect(failure.code).toMatch(/^DESTINATION_/);
  });

  it('a port another program has', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const args = ['receive', '--into', scratchPath('new'), '--host', '127.0.0.1', '--yes'];
      const receiver = new Mover([...args, '--port', String(port)]);
      expect(await failureOf(receiver)).toMatchObject({ exit: 2, code: 'PORT_IN_USE' });
    } finally {
      server.close();
    }
  });

  it('an address this device does not have', async () => {
    const args = ['receive', '--into', scratchPath('new'), '--host', '192.0.2.1', '--yes'];
    expect(await failureOf(new Mover(args))).toMatchObject({ exit: 2, code: 'HOST_UNAVAILABLE' });
  });

  it('a folder another move is receiving into', async () => {
    const into = scratchFolder();
    await startReceiver(into);
    const second = new Mover(['receive', '--into', into, '--host', '127.0.0.1', '--yes']);
    expect(await failureOf(second)).toMatchObject({ exit: 2, code: 'DESTINATION_BUSY' });
  });

  it('each is one sentence for a person', async () => {
    const { code, out, err } = await runMover(
      ['send', '--from', scratchPath('none'), ...to, '--secrets-stdin'],
      {
        input: '{"code":"123456"}\n',
      },
    );
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^There is no such file or folder to move from\. .*\n$/);
  });
});

describe('what is there instead of the new device', () => {
  it('nothing', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const sender = startSender(['--from', makeSmallDevice(scratchFolder())], {
      address: `127.0.0.1:${String(port)}`,
      code: '123456',
    });
    expect(await failureOf(sender)).toMatchObject({ exit: 1, code: 'UNREACHABLE' });
  });

  it('a program that is not OpenMover', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('220 mail.example.org ESMTP\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const sender = startSender(['--from', makeSmallDevice(scratchFolder())], {
        address: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
        code: '123456',
      });
      expect(await failureOf(sender)).toMatchObject({ exit: 1, code: 'NOT_OPENMOVER' });
    } finally {
      server.close();
    }
  });

  it('no device of that name', async () => {
    const sender = new Mover(
      ['send', '--from', makeSmallDevice(scratchFolder()), '--to', 'no such device', '--yes'],
      { secrets },
    );
    expect(await failureOf(sender)).toMatchObject({ exit: 1, code: 'NOT_FOUND' });
  });

  it('a device whose person says no: 7 on the old device, and nothing there', async () => {
    // The same library the command is made of, with a person who declines.
    const library = (await import(
      new URL('../../dist/transfer/index.js', import.meta.url).href
    )) as typeof Library;
    const into = scratchFolder();
    const destination = await library.openFolderDestination(into);
    let sender: Mover | undefined;
    let address = '';
    const receiving = library.receive({
      destination,
      host: '127.0.0.1',
      advertise: false,
      onEvent: (event) => {
        if (event.type === 'listening') {
          address = event.addresses.map(({ host, port }) => `${host}:${String(port)}`)[0] ?? '';
        } else if (event.type === 'code') {
          const code = event.code.use((digits) => digits);
          sender ??= startSender(['--from', makeSmallDevice(scratchFolder())], { address, code });
        }
      },
      onOffer: () => Promise.resolve({ accept: false }),
      signal: new AbortController().signal,
    });
    await expect(receiving).rejects.toMatchObject({ code: 'REFUSED' });
    await destination.close();
    expect(await failureOf(sender as unknown as Mover)).toMatchObject({ exit: 7, code: 'REFUSED' });
    expect(readTree(into)).toEqual({});
  });
});

describe('what turns up while moving', () => {
  it('records that are not well formed are left out with their reason, the rest arrives, and both end with 6', async () => {
    const from = scratchFolder();
    writeFileSync(
      join(from, 'calls.xml'),
      '<calls><call number="1" duration="2" date="1600000000000" type="1"/><call number="2" duration="x" date="never" type="1"/></calls>',
    );
    const into = scratchPath('new');
    const receiving = await startReceiver(into);
    const sender = startSender(['--from', from], receiving);
    expect((await sender.exit).code).toBe(6);
    expect((await receiving.receiver.exit).code).toBe(6);
    expect(await sender.event('receipt')).toMatchObject({
      outcome: 'partial',
      kinds: { calls: { offered: 2, added: 1, skipped: [{ reason: 'malformed', count: 1 }] } },
    });
  });

  it('an empty device folder moves nothing and is complete', async () => {
    const from = scratchFolder();
    mkdirSync(join(from, 'files'));
    const receiving = await startReceiver(scratchPath('new'));
    const sender = startSender(['--from', from], receiving);
    expect((await sender.exit).code).toBe(0);
    expect((await receiving.receiver.exit).code).toBe(0);
  });
});
