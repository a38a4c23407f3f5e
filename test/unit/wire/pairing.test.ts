import { connect, createServer, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorCode } from '../../../src/transfer/errors.ts';
import { LIMITS } from '../../../src/transfer/limits.ts';
import { CodeBook } from '../../../src/transfer/pairing/code.ts';
import { makeIdentity, type Identity } from '../../../src/transfer/pairing/identity.ts';
import { startInitiator } from '../../../src/transfer/pairing/initiator.ts';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import type { PairedSession } from '../../../src/transfer/wire/channel.ts';
import type { ControlSocket } from '../../../src/transfer/wire/control-socket.ts';
import { dial } from '../../../src/transfer/wire/dial.ts';
import { listen, type Endpoint } from '../../../src/transfer/wire/endpoint.ts';
import { openControl } from '../../../src/transfer/wire/open-control.ts';
import { pairAsSender } from '../../../src/transfer/wire/pair-client.ts';
import { acceptSender } from '../../../src/transfer/wire/pair-server.ts';
import { receivePairing, sendPairing } from '../../../src/transfer/wire/pairing-io.ts';
import { rawTls } from '../../support/raw-tls.ts';

const { signal } = new AbortController();

let identity: Identity;
let endpoint: Endpoint;
let codeBook: CodeBook;
let code: string;
let failures: [ErrorCode, number][];
let accepting: AbortController;
let accepted: Promise<PairedSession>;
let sessions: PairedSession[];

beforeEach(async () => {
  identity = await makeIdentity();
  endpoint = await listen({ identity, host: '127.0.0.1' });
  codeBook = new CodeBook({
    onCode: (shown) => {
      code = shown.use((digits) => digits);
    },
  });
  codeBook.renew();
  failures = [];
  sessions = [];
  accepting = new AbortController();
  accepted = acceptSender({
    endpoint,
    identity,
    codeBook,
    onAttemptFailed: (errorCode, triesLeft) => failures.push([errorCode, triesLeft]),
    signal: accepting.signal,
  });
  accepted.then(
    (session) => sessions.push(session),
    () => undefined,
  );
});
afterEach(async () => {
  vi.useRealTimers();
  accepting.abort();
  await Promise.all(sessions.map(({ channel }) => channel.close()));
  await endpoint.close();
});

async function pair(digits = code, port = endpoint.port): Promise<PairedSession> {
  const session = await pairAsSender({ host: '127.0.0.1', port, secret: new Ephemeral(digits), signal });
  sessions.push(session);
  return session;
}

const wrongCode = (): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

/** A initiator's connection by hand, up to the answer to pair-a. */
async function beginByHand(): Promise<{ socket: ControlSocket; answer: string }> {
  const socket = await openControl(await dial({ host: '127.0.0.1', port: endpoint.port, signal }), signal);
  const { send } = startInitiator({
    secret: new Ephemeral(code),
    channelBinding: socket.channelBinding,
    certificateDigest: identity.digest,
  });
  sendPairing(socket, send);
  const { type } = await receivePairing(socket, { timeoutMs: 5_000, signal });
  return { socket, answer: type };
}

describe('pairing over a real connection', () => {
  it('gives both sides the same keys and a channel', async () => {
    const sender = await pair();
    const receiver = await accepted;
    const hex = (key: Ephemeral<Buffer>): string => key.use((bytes) => bytes.toString('hex'));
    expect(hex(sender.joinKey)).toBe(hex(receiver.joinKey));
    expect(hex(sender.appKey)).toBe(hex(receiver.appKey));
    expect(hex(sender.appKey)).not.toBe(hex(sender.joinKey));
    expect(sender.certificateDigest.equals(identity.digest)).toBe(true);
    expect(receiver.certificateDigest.equals(identity.digest)).toBe(true);
    receiver.channel.send({ type: 'go' });
    expect(await sender.channel.receive(signal)).toEqual({ type: 'go' });
    expect(failures).toEqual([]);
    // One use of a code.
    expect(codeBook.qrSecret).toBe(undefined);
  });

  it('says WRONG_CODE to the sender and how many tries are left to the receiver, which goes on listening', async () => {
    await expect(pair(wrongCode())).rejects.toMatchObject({ code: 'WRONG_CODE' });
    expect(failures).toEqual([['WRONG_CODE', 2]]);
    await pair();
    await accepted;
  });

  it('shows a new code after the third failure', async () => {
    const first = code;
    for (let attempt = 0; attempt < LIMITS.codeAttempts; attempt += 1) {
      await expect(pair(wrongCode())).rejects.toMatchObject({ code: 'WRONG_CODE' });
    }
    expect(failures.map(([, triesLeft]) => triesLeft)).toEqual([2, 1, 0]);
    expect(code).not.toBe(first);
    await pair();
  });

  it('says PAIRING_LOCKED to an address that has tried six wrong codes, and goes on listening', async () => {
    for (let attempt = 0; attempt < LIMITS.sourceAttempts; attempt += 1) {
      await expect(pair(wrongCode())).rejects.toMatchObject({ code: 'WRONG_CODE' });
    }
    await expect(pair()).rejects.toMatchObject({ code: 'PAIRING_LOCKED' });
    expect(codeBook.locked).toBe(false);
  });

  it('takes the secret of a QR code, and only from the certificate it names', async () => {
    const secret = new Ephemeral(codeBook.qrSecret?.use((bytes) => Buffer.from(bytes)) ?? Buffer.alloc(16));
    const target = { host: '127.0.0.1', port: endpoint.port, secret, secretKind: 'qr', signal } as const;
    await expect(pairAsSender({ ...target, certificateDigest: Buffer.alloc(32) })).rejects.toMatchObject({
      code: 'PAIRING_FAILED',
    });
    sessions.push(await pairAsSender({ ...target, certificateDigest: identity.digest }));
    await accepted;
  });

  it('pairs while another exchange of the same address is under way, and says PAIRING_BUSY while two are', async () => {
    const { answer } = await beginByHand();
    expect(answer).toBe('pair-b');
    const second = await beginByHand();
    await expect(pair()).rejects.toMatchObject({ code: 'PAIRING_BUSY' });
    second.socket.terminate();
    await vi.waitUntil(
      () =>
        pair().then(
          () => true,
          () => false,
        ),
      10_000,
    );
  });

  it('counts no sender that leaves in the middle of the exchange, however often: it has tried no code', async () => {
    for (let time = 0; time < 2 * LIMITS.runAttempts; time += 1) {
      const { socket, answer } = await beginByHand();
      expect(answer).toBe('pair-b');
      await socket.close();
    }
    expect(failures).toEqual([]);
    await pair();
  });

  it('ends the exchange of a sender that falls silent in the middle, and counts nothing', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { socket } = await beginByHand();
    const ended = new Promise((resolve) => {
      socket.onEnd = resolve;
    });
    await vi.advanceTimersByTimeAsync(LIMITS.pairingMs);
    await ended;
    expect(failures).toEqual([]);
  });

  it('does not count a peer that never begins, or that sends nonsense', async () => {
    for (const text of ['nonsense', '{"type":"confirm-a"}', `{"type":"pair-a","x":"${'x'.repeat(5_000)}"}`]) {
      const socket = await openControl(
        await dial({ host: '127.0.0.1', port: endpoint.port, signal }),
        signal,
      );
      socket.send(text);
      const answer = await receivePairing(socket, { timeoutMs: 5_000, signal });
      expect(answer).toEqual({ type: 'pair-failed', code: 'PEER_VIOLATION' });
    }
    const socket = await openControl(await dial({ host: '127.0.0.1', port: endpoint.port, signal }), signal);
    sendPairing(socket, { type: 'rejoin-a', index: 1, proof: 'x'.repeat(43), received: 0 });
    const answer = await receivePairing(socket, { timeoutMs: 5_000, signal });
    expect(answer).toEqual({ type: 'pair-failed', code: 'INTERRUPTED' });
    expect(failures).toEqual([]);
    await pair();
  });

  it('hears no session message before the code is proved', async () => {
    const { socket } = await beginByHand();
    socket.send('{"s":1,"a":0,"m":{"type":"go"}}');
    const answer = await receivePairing(socket, { timeoutMs: 5_000, signal });
    expect(answer).toEqual({ type: 'pair-failed', code: 'PEER_VIOLATION' });
  });

  it('says PAIRING_FAILED when the receiver goes away in the middle', async () => {
    const server = createServer(
      { key: identity.key.use((bytes) => bytes), cert: identity.certificate, ALPNProtocols: ['openmover/1'] },
      (socket) => socket.on('error', () => socket.destroy()),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    server.on('secureConnection', (client) => {
      void rawTls(endpoint.port).then((upstream) => {
        client.pipe(upstream);
        upstream.pipe(client);
        let reads = 0;
        // After the upgrade's answer and pair-b.
        upstream.on('data', () => (reads += 1) === 2 && setImmediate(() => client.destroy()));
        client.on('close', () => upstream.destroy());
      });
    });
    await expect(pair(code, port)).rejects.toMatchObject({ code: 'PAIRING_FAILED' });
    await new Promise((resolve) => server.close(resolve));
  });

  it('gives a relay in the middle nothing, though it knows the right code', async () => {
    const relay = await makeIdentity();
    const taken: TLSSocket[] = [];
    const server = createServer(
      { key: relay.key.use((bytes) => bytes), cert: relay.certificate, ALPNProtocols: ['openmover/1'] },
      (client) => {
        const upstream = connect({
          host: '127.0.0.1',
          port: endpoint.port,
          rejectUnauthorized: false,
          ALPNProtocols: ['openmover/1'],
        });
        taken.push(client, upstream);
        for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
        client.pipe(upstream);
        upstream.pipe(client);
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(pair(code, port)).rejects.toMatchObject({ code: 'PAIRING_FAILED' });
    expect(sessions).toEqual([]);
    expect(failures).toEqual([]);
    for (const socket of taken) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('takes no second sender, even if a code is shown again', async () => {
    await pair();
    codeBook.renew();
    await expect(pair()).rejects.toMatchObject({ code: 'PAIRING_BUSY' });
  });

  it('stops when the person at the receiver does, and is answered no more', async () => {
    accepting.abort(new Error('enough'));
    await expect(accepted).rejects.toThrow('enough');
    await expect(pair()).rejects.toMatchObject({ code: 'NOT_OPENMOVER' });
  });

  it('stops when the person at the sender does', async () => {
    const controller = new AbortController();
    const secret = new Ephemeral(code);
    const pairing = pairAsSender({
      host: '127.0.0.1',
      port: endpoint.port,
      secret,
      signal: controller.signal,
    });
    controller.abort(new Error('enough'));
    await expect(pairing).rejects.toThrow('enough');
    await pair();
  });
});
