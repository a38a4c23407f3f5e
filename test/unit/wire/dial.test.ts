import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeIdentity, type Identity } from '../../../src/transfer/pairing/identity.ts';
import { dial } from '../../../src/transfer/wire/dial.ts';
import { openControl } from '../../../src/transfer/wire/open-control.ts';

const { signal } = new AbortController();
let identity: Identity;
let server: Server | undefined;
const accepted = new Set<Socket>();

beforeAll(async () => {
  identity = await makeIdentity();
});
afterEach(async () => {
  const open = server;
  server = undefined;
  for (const socket of accepted) socket.destroy();
  accepted.clear();
  if (open !== undefined) await new Promise((resolve) => open.close(resolve));
});

async function serve(made: Server): Promise<number> {
  server = made;
  made.on('connection', (socket) => {
    accepted.add(socket);
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return (made.address() as AddressInfo).port;
}

const tls = (): { key: Buffer; cert: string; ALPNProtocols: string[] } => ({
  key: identity.key.use((bytes) => bytes),
  cert: identity.certificate,
  ALPNProtocols: ['openmover/1'],
});

const call = (port: number): Promise<unknown> => dial({ host: '127.0.0.1', port, timeoutMs: 1_000, signal });

describe('dialling', () => {
  it('says UNREACHABLE where nothing listens', async () => {
    const port = await serve(createServer());
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
    await expect(call(port)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('says UNREACHABLE for a name nobody has', async () => {
    await expect(dial({ host: 'no-such-host.invalid', port: 1, typed: true, signal })).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
  });

  // Both lead to this machine, and neither is an address of a local network.
  it.each(['0.0.0.0', 'localhost'])('does not go to %s unless a person typed it', async (host) => {
    const server = createServer();
    const port = await serve(server);
    let connections = 0;
    server.on('connection', (socket) => {
      connections += 1;
      socket.destroy();
    });
    await expect(dial({ host, port, signal })).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(connections).toBe(0);
    await expect(dial({ host, port, typed: true, signal })).rejects.toMatchObject({ code: 'NOT_OPENMOVER' });
    expect(connections).toBeGreaterThan(0);
  });

  it('says UNREACHABLE when what is there stays silent', async () => {
    const port = await serve(
      createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.resume();
      }),
    );
    const dialled = dial({ host: '127.0.0.1', port, timeoutMs: 50, signal });
    await expect(dialled).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it.each([
    ['speaks first, like SSH', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['hangs up', ''],
  ])('says NOT_OPENMOVER to what %s', async (_what, greeting) => {
    const port = await serve(
      createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.end(greeting);
      }),
    );
    await expect(call(port)).rejects.toMatchObject({ code: 'NOT_OPENMOVER' });
  });

  it('says NOT_OPENMOVER to an HTTPS server', async () => {
    const port = await serve(
      createHttpsServer({ key: identity.key.use((bytes) => bytes), cert: identity.certificate }),
    );
    await expect(call(port)).rejects.toMatchObject({ code: 'NOT_OPENMOVER' });
  });

  it('accepts no older TLS than 1.3', async () => {
    const port = await serve(createTlsServer({ ...tls(), maxVersion: 'TLSv1.2' }));
    await expect(call(port)).rejects.toMatchObject({ code: 'NOT_OPENMOVER' });
  });

  it('says PAIRING_FAILED for another certificate than the one it was told', async () => {
    const port = await serve(createTlsServer(tls(), (socket) => socket.on('error', () => socket.destroy())));
    const certificateDigest = Buffer.alloc(32, 1);
    const dialled = dial({ host: '127.0.0.1', port, certificateDigest, signal });
    await expect(dialled).rejects.toMatchObject({ code: 'PAIRING_FAILED' });
    const socket = await dial({ host: '127.0.0.1', port, certificateDigest: identity.digest, signal });
    socket.destroy();
  });

  it('stops when its caller does, before and while it dials', async () => {
    const port = await serve(
      createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.resume();
      }),
    );
    const controller = new AbortController();
    const dialled = dial({ host: '127.0.0.1', port, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(dialled).rejects.toThrow('enough');
    await expect(dial({ host: '127.0.0.1', port, signal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('opening the control channel', () => {
  it.each([
    [426, 'PEER_VERSION'],
    [404, 'NOT_OPENMOVER'],
    [200, 'NOT_OPENMOVER'],
  ])('turns the answer %i into %s', async (status, code) => {
    const port = await serve(
      createHttpsServer(tls(), (_request, response) => {
        response.writeHead(status, { Connection: 'close' }).end();
      }),
    );
    const opened = openControl(await dial({ host: '127.0.0.1', port, signal }), signal);
    await expect(opened).rejects.toMatchObject({ code });
  });

  it('says NOT_OPENMOVER to an upgrade that is not ours', async () => {
    const https = createHttpsServer(tls());
    https.on('upgrade', (_request, socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n',
      );
    });
    const port = await serve(https);
    const opened = openControl(await dial({ host: '127.0.0.1', port, signal }), signal);
    await expect(opened).rejects.toMatchObject({ code: 'NOT_OPENMOVER' });
  });

  it('says UNREACHABLE when the connection is cut meanwhile', async () => {
    const port = await serve(
      createTlsServer(tls(), (socket) => {
        socket.on('error', () => socket.destroy());
        socket.once('data', () => socket.destroy());
      }),
    );
    const opened = openControl(await dial({ host: '127.0.0.1', port, signal }), signal);
    await expect(opened).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });
});
