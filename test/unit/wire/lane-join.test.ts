import { randomBytes } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LIMITS } from '../../../src/transfer/limits.ts';
import { makeIdentity, type Identity } from '../../../src/transfer/pairing/identity.ts';
import { joinProof } from '../../../src/transfer/pairing/join.ts';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import { listen, type Endpoint } from '../../../src/transfer/wire/endpoint.ts';
import {
  answerLaneJoin,
  joinLane,
  listenLane,
  type JoinLaneOptions,
  type LaneListener,
} from '../../../src/transfer/wire/lane-join.ts';
import { encodePreface } from '../../../src/transfer/wire/lane-preface.ts';
import { exportChannelBinding } from '../../../src/transfer/wire/tls-profile.ts';
import { rawTcp, rawTls, untilClosed } from '../../support/raw-tls.ts';
import { tcpProxy } from '../../support/tcp-proxy.ts';

const { signal } = new AbortController();
const LANE = 2;

let identity: Identity;
let joinKey: Ephemeral<Buffer>;
let endpoint: Endpoint;
let lane: LaneListener;
let joined: { socket: TLSSocket; index: number }[];
let upgraded: { lane: number; index: number }[];
let refusals: unknown[];

beforeEach(async () => {
  identity = await makeIdentity();
  joinKey = new Ephemeral(randomBytes(64));
  joined = [];
  upgraded = [];
  refusals = [];
  endpoint = await listen({ identity, host: '127.0.0.1' });
  let last = 0;
  endpoint.onLane = (socket, head) => {
    const claim = (_lane: number, index: number): boolean => {
      if (index <= last) return false;
      last = index;
      return true;
    };
    answerLaneJoin(socket, head, { joinKey, laneCount: LANE + 1, claim }).then(
      (answer) => {
        upgraded.push(answer);
        socket.pipe(socket);
      },
      (error: unknown) => refusals.push(error),
    );
  };
  lane = await listenLane({
    identity,
    host: '127.0.0.1',
    joinKey,
    lane: LANE,
    onConnection: (socket, index) => {
      joined.push({ socket, index });
      socket.pipe(socket);
    },
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all([endpoint.close(), lane.close()]);
});

function options(changes: Partial<JoinLaneOptions> = {}): JoinLaneOptions {
  return {
    host: '127.0.0.1',
    port: lane.port,
    controlPort: endpoint.port,
    certificateDigest: identity.digest,
    joinKey,
    index: 1,
    lane: LANE,
    signal,
    ...changes,
  };
}

/** What comes back when bytes are written at once after joining: nothing may be swallowed by the joining itself. */
async function echo(socket: TLSSocket): Promise<boolean> {
  const bytes = randomBytes(300_000);
  socket.write(bytes);
  const back: Buffer[] = [];
  let length = 0;
  for await (const chunk of socket) {
    back.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= bytes.length) break;
  }
  return Buffer.concat(back).equals(bytes);
}

const rejected = (code: string): unknown => expect.objectContaining({ code });

describe('joining a lane', () => {
  it('begins with the bytes that PROTOCOL.md shows', () => {
    const key = new Ephemeral(Buffer.from(Array.from({ length: 64 }, (_, byte) => byte)));
    const ekm = Buffer.alloc(32, 0xe1);
    const preface = encodePreface({ lane: 3, index: 258, proof: joinProof(key, 'A', 258, ekm) });
    expect(preface.toString('hex')).toBe(
      '4f4d4c31' + '0003' + '00000102' + 'aa07c450ef592cbb77277116b8726e2ede415a0bb6caff88b8e56328ecd15e9f',
    );
    expect(joinProof(key, 'B', 258, ekm).toString('hex')).toBe(
      '14c51276cc53d43f65af13f02a94005ed9480748317b356503b16f344c3bcce3',
    );
  });

  it('joins at its own port and loses none of the bytes that follow', async () => {
    expect(await echo(await joinLane(options()))).toBe(true);
    expect(joined.map(({ index }) => index)).toEqual([1]);
    expect(upgraded).toEqual([]);
  });

  it('joins through the control port when nothing answers at its own', async () => {
    const { port } = lane;
    await lane.close();
    expect(await echo(await joinLane(options({ port })))).toBe(true);
    expect(upgraded).toEqual([{ lane: LANE, index: 1 }]);
  });

  it('joins through the control port when its own stays silent, as behind a firewall', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const proxy = await tcpProxy(lane.port);
    proxy.onCarry = (client) => client.pause().unpipe();
    const joining = joinLane(options({ port: proxy.port }));
    while (proxy.carried === 0) await new Promise(setImmediate);
    await vi.advanceTimersByTimeAsync(LIMITS.laneJoinMs);
    expect(await echo(await joining)).toBe(true);
    expect(upgraded).toHaveLength(1);
    await proxy.close();
  });

  it('joins through the control port when somebody else has its own', async () => {
    const other = await listenLane({
      identity: await makeIdentity(),
      host: '127.0.0.1',
      joinKey,
      lane: LANE,
      onConnection: () => undefined,
    });
    const socket = await joinLane(options({ port: other.port }));
    expect(upgraded).toHaveLength(1);
    socket.destroy();
    await other.close();
  });

  it('refuses another certificate at every port', async () => {
    const joining = joinLane(options({ certificateDigest: Buffer.alloc(32) }));
    await expect(joining).rejects.toEqual(rejected('PAIRING_FAILED'));
    expect(joined).toEqual([]);
  });

  it('refuses another key, and goes on listening', async () => {
    const joining = joinLane(options({ joinKey: new Ephemeral(Buffer.alloc(64)) }));
    await expect(joining).rejects.toEqual(rejected('UNREACHABLE'));
    expect(refusals).toEqual([rejected('PAIRING_FAILED')]);
    (await joinLane(options())).destroy();
  });

  it('does not believe a receiver that cannot prove the key', async () => {
    const impostor = await listen({ identity, host: '127.0.0.1' });
    impostor.onLane = (socket) => {
      socket.on('data', () => socket.write(Buffer.alloc(32)));
    };
    const joining = joinLane(options({ port: 1, controlPort: impostor.port }));
    await expect(joining).rejects.toEqual(rejected('PAIRING_FAILED'));
    await impostor.close();
  });

  it('lets a newer connection take the place of the one before', async () => {
    const first = await joinLane(options());
    const gone = untilClosed(first);
    const second = await joinLane(options({ index: 2 }));
    await gone;
    expect(await echo(second)).toBe(true);
  });

  it('refuses an index that was used before', async () => {
    const first = await joinLane(options({ index: 7 }));
    const socket = await rawTls(lane.port);
    const proof = joinProof(joinKey, 'A', 7, exportChannelBinding(socket));
    const answer = untilClosed(socket);
    socket.write(encodePreface({ lane: LANE, index: 7, proof }));
    expect(await answer).toBe('');
    expect(await echo(first)).toBe(true);
  });

  it('refuses a lane that is not its own, and one that does not exist', async () => {
    for (const [port, wrong] of [
      [lane.port, LANE - 1],
      [lane.port, LANE + 1],
    ] as const) {
      const socket = await rawTls(port);
      const proof = joinProof(joinKey, 'A', 1, exportChannelBinding(socket));
      const answer = untilClosed(socket);
      socket.write(encodePreface({ lane: wrong, index: 1, proof }));
      expect(await answer).toBe('');
    }
    await expect(joinLane(options({ port: 1, lane: LANE + 1 }))).rejects.toEqual(rejected('UNREACHABLE'));
    expect(upgraded).toEqual([]);
  });

  it('refuses a proof made for another connection', async () => {
    const socket = await rawTls(lane.port);
    const answer = untilClosed(socket);
    const proof = joinProof(joinKey, 'A', 1, Buffer.alloc(32));
    socket.write(encodePreface({ lane: LANE, index: 1, proof }));
    expect(await answer).toBe('');
  });

  it('does not take its own proof back for the other side’s', async () => {
    const socket = await rawTls(lane.port);
    const answer = untilClosed(socket);
    const proof = joinProof(joinKey, 'B', 1, exportChannelBinding(socket));
    socket.write(encodePreface({ lane: LANE, index: 1, proof }));
    expect(await answer).toBe('');
  });

  it('takes the first bytes of a lane that come right behind the request to upgrade', async () => {
    const socket = await rawTls(endpoint.port);
    const proof = joinProof(joinKey, 'A', 1, exportChannelBinding(socket));
    const request = 'GET /lane HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: openmover-lane\r\n\r\n';
    socket.write(Buffer.concat([Buffer.from(request), encodePreface({ lane: LANE, index: 1, proof })]));
    await vi.waitUntil(() => upgraded.length === 1, 10_000);
    socket.destroy();
  });

  it('is not disturbed by garbage', async () => {
    for (let round = 0; round < 5; round += 1) {
      const tcp = await rawTcp(lane.port);
      tcp.write(randomBytes(200));
      await untilClosed(tcp);
      const tls = await rawTls(lane.port);
      tls.write(randomBytes(42));
      await untilClosed(tls);
    }
    expect(await echo(await joinLane(options()))).toBe(true);
  });

  it('waits for nobody longer than five seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const socket = await rawTls(lane.port);
    const closed = untilClosed(socket);
    await new Promise((resolve) => socket.write('OML1', resolve));
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    await vi.advanceTimersByTimeAsync(LIMITS.handshakeMs);
    expect(await closed).toBe('');
  });

  it('stops when its caller does', async () => {
    const controller = new AbortController();
    const joining = joinLane(options({ signal: controller.signal }));
    controller.abort(new Error('enough'));
    await expect(joining).rejects.toThrow('enough');
  });
});
