/**
 * The worker thread of a receiving lane: listens on a port of its own, stages what comes, reports it. Its first message
 * is `ReceiveLaneData`, the following `ToReceiveLane`.
 */
import type { Duplex } from 'node:stream';
import { parentPort, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { MoverError } from '../errors.ts';
import { received } from '../privacy/shared-copy.ts';
import { listenLane } from '../wire/lane-join.ts';
import type { FromReceiveLane, ToReceiveLane } from './lane-messages.ts';
import { LaneStaging, type LaneStagingOptions } from './lane-staging.ts';

export interface ReceiveLaneData extends Omit<LaneStagingOptions, 'report' | 'drain'> {
  readonly host: string | undefined;
  readonly port: number;
  /** Private key of the run's certificate (PEM), and the lanes' join key: shared with the engine's thread, which wipes both. */
  readonly key: Uint8Array;
  readonly certificate: string;
  readonly certificateDigest: Uint8Array;
  readonly joinKey: Uint8Array;
}

if (parentPort === null) throw new TypeError('receive-lane-worker runs as a worker thread only');
const port: MessagePort = parentPort;

const report = (message: FromReceiveLane): void => {
  port.postMessage(message);
};

port.once('message', (data: ReceiveLaneData) => {
  const joinKey = received(data.joinKey);
  const staging = new LaneStaging({
    ...data,
    report,
    /** A page may wait in the port behind the socket event that needs it. */
    drain: () => {
      for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
        handle(next.message as ToReceiveLane);
      }
    },
  });
  const listening = listenLane({
    identity: {
      key: received(data.key),
      certificate: data.certificate,
      digest: Buffer.from(data.certificateDigest),
    },
    host: data.host,
    port: data.port,
    joinKey,
    lane: data.lane,
    onConnection: (socket: Duplex) => {
      void staging.receive(socket);
    },
  });
  listening.then(
    (listener) => {
      report({ type: 'listening', port: listener.port });
    },
    (error: unknown) => {
      report({ type: 'failed', code: MoverError.from(error).code });
    },
  );

  function handle(message: ToReceiveLane): void {
    if (message.type === 'stop') {
      joinKey.wipe();
      void staging.stop().then(async () => {
        await (await listening).close();
        port.close();
      });
    } else {
      staging.handle(message);
    }
  }
  port.on('message', handle);
});
