import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LIMITS } from '../../../src/transfer/limits.ts';
import { makeIdentity, type Identity } from '../../../src/transfer/pairing/identity.ts';
import type { ControlSocket } from '../../../src/transfer/wire/control-socket.ts';
import { dial } from '../../../src/transfer/wire/dial.ts';
import { listen, type Endpoint } from '../../../src/transfer/wire/endpoint.ts';
import { openControl } from '../../../src/transfer/wire/open-control.ts';
import { exportChannelBinding } from '../../../src/transfer/wire/tls-profile.ts';
import { rawTcp, rawTls, untilClosed } from '../../support/raw-tls.ts';

const { signal } = new AbortController();

let identity: Identity;
let endpoint: Endpoint;
let controls: ControlSocket[];

beforeEach(async () => {
  identity = await makeIdentity();
  endpoint = await listen({ identity, host: '127.0.0.1' });
  controls = [];
  endpoint.onControl = (socket) => controls.push(socket);
});
afterEach(async () => {
  vi.useRealTimers();
  await endpoint.close();
});

const control = async (): Promise<ControlSocket> =>
  openControl(await dial({ host: '127.0.0.1', port: endpoint.port, signal }), signal);

/** Sends an HTTP request over TLS and gives back the whole answer. */
async function ask(head: string): Promise<string> {
  const socket = await rawTls(endpoint.port);
  const answer = untilClosed(socket);
  socket.write(`${head.trim().replaceAll('\n', '\r\n')}\r\n\r\n`);
  return answer;
}

const websocket = `Connection: Upgrade
Upgrade: websocket
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`;

describe('the control port', () => {
  it('gives both ends the same channel binding, and each connection its own', async () => {
    const [first, second] = [await control(), await control()];
    expect(controls.map(({ channelBinding }) => channelBinding.toString('hex'))).toEqual(
      [first, second].map(({ channelBinding }) => channelBinding.toString('hex')),
    );
    expect(first.channelBinding.equals(second.channelBinding)).toBe(false);
    expect(first.channelBinding).toHaveLength(32);
  });

  it('shows the certificate it was given', async () => {
    expect((await control()).peerCertificateDigest?.equals(identity.digest)).toBe(true);
  });

  it('does not resume sessions', async () => {
    const first = await rawTls(endpoint.port);
    const tickets: Buffer[] = [];
    first.on('session', (ticket) => tickets.push(ticket));
    first.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await untilClosed(first);
    for (const session of tickets) {
      const again = await rawTls(endpoint.port, { session }).catch(() => undefined);
      expect(again?.isSessionReused() ?? false).toBe(false);
      again?.destroy();
    }
    await control();
  });

  it.each([
    ['older TLS', { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const],
    ['another protocol', { ALPNProtocols: ['http/1.1'] }],
    ['another version of the transport', { ALPNProtocols: ['openmover/2'] }],
  ])('refuses %s', async (_what, options) => {
    await expect(rawTls(endpoint.port, options)).rejects.toMatchObject({
      code: expect.stringMatching(/^(ERR_SSL|ECONNRESET)/) as string,
    });
    await control();
  });

  it('closes a connection that names no protocol at all', async () => {
    expect(await untilClosed(await rawTls(endpoint.port, { ALPNProtocols: [] }))).toBe('');
    await control();
  });

  it('answers 404 to whatever is no upgrade of ours, and closes', async () => {
    expect(await ask('GET / HTTP/1.1\nHost: x')).toMatch(/^HTTP\/1.1 404 /);
    expect(await ask('GET /control HTTP/1.1\nHost: x')).toMatch(/^HTTP\/1.1 404 /);
    expect(await ask('POST /control HTTP/1.1\nHost: x\nContent-Length: 5\n\nhello')).toMatch(
      /^HTTP\/1.1 404 /,
    );
    expect(await ask(`GET /control/ HTTP/1.1\nHost: x\n${websocket}`)).toMatch(/^HTTP\/1.1 404 /);
    expect(await ask(`GET /control?x HTTP/1.1\nHost: x\n${websocket}`)).toMatch(/^HTTP\/1.1 404 /);
    expect(await ask('GET /lane HTTP/1.1\nHost: x\nConnection: Upgrade\nUpgrade: openmover-lane')).toMatch(
      /^HTTP\/1.1 404 /,
    );
    expect(controls).toEqual([]);
  });

  it('refuses a web page', async () => {
    const answer = await ask(
      `GET /control HTTP/1.1\nHost: x\nOrigin: https://example.com\nSec-WebSocket-Protocol: openmover.v1\n${websocket}`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 403 /);
    expect(controls).toEqual([]);
  });

  it('tells a sender of another version which one it speaks', async () => {
    const answer = await ask(
      `GET /control HTTP/1.1\nHost: x\nSec-WebSocket-Protocol: openmover.v2\n${websocket}`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 426 /);
    expect(answer).toContain('Sec-WebSocket-Protocol: openmover.v1');
    expect(controls).toEqual([]);
  });

  it('takes our version among others', async () => {
    const key = randomBytes(16).toString('base64');
    const socket = await rawTls(endpoint.port);
    socket.write(
      `GET /control HTTP/1.1\r\nHost: x\r\nSec-WebSocket-Protocol: openmover.v2, openmover.v1\r\nConnection: Upgrade\r\n` +
        `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    const answer = await new Promise<string>((resolve) => {
      socket.once('data', (bytes: Buffer) => {
        resolve(bytes.toString());
      });
    });
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    expect(answer).toContain(accept);
    expect(answer).toContain('Sec-WebSocket-Protocol: openmover.v1');
    expect(answer).not.toContain('Sec-WebSocket-Extensions');
    socket.destroy();
  });

  it('survives garbage, before TLS and inside it', async () => {
    for (let round = 0; round < 20; round += 1) {
      const tcp = await rawTcp(endpoint.port);
      tcp.write(randomBytes(500));
      await untilClosed(tcp);
    }
    const tls = await rawTls(endpoint.port);
    tls.write(randomBytes(50_000));
    await untilClosed(tls);
    await control();
  });

  it('bounds the head of a request', async () => {
    const answer = await ask(`GET /control HTTP/1.1\nHost: x\nX: ${'x'.repeat(20_000)}\n${websocket}`);
    expect(answer).not.toContain('101');
    expect(controls).toEqual([]);
  });

  it('lets unauthenticated connections wait only in small number', async () => {
    const from = (address: string, count: number): Promise<TLSSocket[]> =>
      Promise.all(Array.from({ length: count }, () => rawTls(endpoint.port, { localAddress: address })));
    const unauthenticated: TLSSocket[] = [];
    for (let host = 1; unauthenticated.length < LIMITS.unpairedConnections; host += 1) {
      const left = LIMITS.unpairedConnections - unauthenticated.length;
      unauthenticated.push(
        ...(await from(`127.0.0.${String(host)}`, Math.min(left, LIMITS.unpairedPerSource))),
      );
    }
    await expect(rawTls(endpoint.port, { localAddress: '127.0.0.99' })).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    for (const socket of unauthenticated) socket.destroy();
    await vi.waitUntil(
      () =>
        control().then(
          () => true,
          () => false,
        ),
      10_000,
    );
  });

  it('lets one address keep only a few waiting, so that another one gets in', async () => {
    const unauthenticated = await Promise.all(
      Array.from({ length: LIMITS.unpairedPerSource }, () =>
        rawTls(endpoint.port, { localAddress: '127.0.0.2' }),
      ),
    );
    await expect(rawTls(endpoint.port, { localAddress: '127.0.0.2' })).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    await control();
    for (const socket of unauthenticated) socket.destroy();
  });

  it('does not count those it has come to know', async () => {
    for (let number = 0; number < LIMITS.unpairedConnections + 4; number += 1) {
      await control();
      controls.at(-1)?.admit();
    }
    expect(controls).toHaveLength(LIMITS.unpairedConnections + 4);
  });

  it('closes an unauthenticated connection that says nothing', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const silentClosed = untilClosed(await rawTcp(endpoint.port));
    const tlsClosed = untilClosed(await rawTls(endpoint.port));
    const upgraded = await control();
    const ended = new Promise((resolve) => {
      upgraded.onEnd = resolve;
    });
    const admitted = await control();
    while (controls.length < 2) await new Promise(setImmediate);
    controls.at(-1)?.admit();
    await vi.advanceTimersByTimeAsync(LIMITS.handshakeMs);
    await tlsClosed;
    await vi.advanceTimersByTimeAsync(LIMITS.unpairedMs - LIMITS.handshakeMs);
    await silentClosed;
    expect(await ended).toBe('lost');
    const heard = new Promise((resolve) => {
      admitted.onText = resolve;
    });
    controls.at(-1)?.send('still here');
    expect(String(await heard)).toBe('still here');
  });

  it('reads no more than a little from an unauthenticated peer', async () => {
    const client = await control();
    const server = controls[0];
    const ended = new Promise((resolve) => {
      if (server !== undefined) server.onEnd = resolve;
    });
    for (let round = 0; round < 10; round += 1) client.send('x'.repeat(40_000));
    expect(await ended).toBe('violation');
    expect(server?.bytesRead).toBeLessThan(400_000);
  });

  it('takes no binary messages', async () => {
    const socket = await rawTls(endpoint.port);
    const answer = untilClosed(socket);
    socket.write(
      `GET /control HTTP/1.1\r\nHost: x\r\nSec-WebSocket-Protocol: openmover.v1\r\n${websocket.replaceAll('\n', '\r\n')}\r\n\r\n`,
    );
    await vi.waitUntil(() => controls.length === 1, 10_000);
    const ended = new Promise((resolve) => {
      (controls[0] as ControlSocket).onEnd = resolve;
    });
    // RFC 6455: FIN and opcode 2, masked with zeros, two bytes.
    socket.write(Buffer.from([0x82, 0x82, 0, 0, 0, 0, 1, 2]));
    expect(await ended).toBe('violation');
    await answer;
  });

  it('hands a lane over after 101, with the channel binding of its connection', async () => {
    const lane = new Promise<Buffer>((resolve) => {
      endpoint.onLane = (socket) => {
        resolve(exportChannelBinding(socket as never));
      };
    });
    const socket = await rawTls(endpoint.port);
    const answer = new Promise<string>((resolve) => {
      socket.once('data', (bytes: Buffer) => {
        resolve(bytes.toString());
      });
    });
    socket.write('GET /lane HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: openmover-lane\r\n\r\n');
    expect(await answer).toMatch(/^HTTP\/1.1 101 /);
    expect((await lane).equals(exportChannelBinding(socket))).toBe(true);
    socket.destroy();
  });

  it('says PORT_IN_USE for a port that is taken', async () => {
    await expect(listen({ identity, host: '127.0.0.1', port: endpoint.port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
    });
  });

  it.each(['192.0.2.1', 'no-such-host.invalid'])('says HOST_UNAVAILABLE for %s', async (host) => {
    await expect(listen({ identity, host })).rejects.toMatchObject({ code: 'HOST_UNAVAILABLE' });
  });

  it('answers on every private address unless told otherwise', async () => {
    const everywhere = await listen({ identity });
    try {
      expect(everywhere.addresses.map(({ host }) => host)).toContain('127.0.0.1');
      everywhere.onControl = (socket) => controls.push(socket);
      for (const address of everywhere.addresses) await dial({ ...address, signal });
    } finally {
      await everywhere.close();
    }
  });

  it('ends every connection when it is closed', async () => {
    const client = await control();
    const unauthenticated = await rawTcp(endpoint.port);
    await endpoint.close();
    await endpoint.close();
    await untilClosed(unauthenticated);
    await new Promise((resolve) => {
      client.onEnd = resolve;
    });
    await expect(rawTcp(endpoint.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('frees its port when it is closed', async () => {
    await endpoint.close();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(endpoint.port, '127.0.0.1', resolve));
    await new Promise((resolve) => server.close(resolve));
  });
});
