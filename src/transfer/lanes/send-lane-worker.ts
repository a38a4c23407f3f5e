/**
 * The worker thread of a sending lane: dials, streams, and says when the connection is lost. Its first message is
 * `SendLaneData`, the following `ToSendLane`.
 */
import type { Duplex } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { MoverError } from '../errors.ts';
import type { Ephemeral } from '../privacy/ephemeral.ts';
import { received } from '../privacy/shared-copy.ts';
import { joinLane } from '../wire/lane-join.ts';
import type { FileJobs, FromSendLane, SendJob, ToSendLane } from './lane-messages.ts';
import { LeakyBucket } from './leaky-bucket.ts';
import { dropContent, SendLane } from './send-lane.ts';

export interface SendLaneData {
  readonly host: string;
  readonly typed: true | undefined;
  readonly port: number;
  readonly controlPort: number;
  readonly lane: number;
  readonly certificateDigest: Uint8Array;
  /** Shared with the engine's thread, which wipes it. */
  readonly joinKey: Uint8Array;
}

const port = parentPort;
if (port === null) throw new TypeError('send-lane-worker runs as a worker thread only');
const stopped = new AbortController();
const pace = new LeakyBucket();
let lane: SendLane | undefined;
let connection: Duplex | undefined;
let run: { readonly data: SendLaneData; readonly joinKey: Ephemeral<Buffer> } | undefined;

const report = (message: FromSendLane): void => {
  port.postMessage(message);
};

async function connect(index: number): Promise<void> {
  if (run === undefined) throw new TypeError('told to join before it was told where');
  const { data, joinKey } = run;
  let socket: Duplex | undefined;
  try {
    socket = await joinLane({
      host: data.host,
      typed: data.typed,
      port: data.port,
      controlPort: data.controlPort,
      certificateDigest: Buffer.from(data.certificateDigest),
      joinKey,
      index,
      lane: data.lane,
      signal: stopped.signal,
    });
    socket.on('error', () => socket?.destroy());
    connection = socket;
    lane = new SendLane({ socket, lane: data.lane, bucket: pace, report, signal: stopped.signal });
    report({ type: 'joined' });
    await lane.run();
    report({ type: 'finished' });
  } catch (error) {
    lane = undefined;
    socket?.destroy();
    if (!stopped.signal.aborted) report({ type: 'lost', code: MoverError.from(error, 'INTERRUPTED').code });
  }
}

function jobsOf({ kind, entries, sizes, mtimesMs, paths }: FileJobs): SendJob[] {
  return entries.map((entry, index) => ({
    entry,
    kind,
    size: sizes[index] ?? 0,
    mtimeMs: mtimesMs[index] ?? 0,
    content: { type: 'path', path: paths[index] ?? '' },
    prefixes: [],
  }));
}

port.once('message', (data: SendLaneData) => {
  run = { data, joinKey: received(data.joinKey) };
  port.on('message', handle);
});

function handle(message: ToSendLane): void {
  switch (message.type) {
    case 'join':
      void connect(message.index);
      break;
    case 'jobs':
      if (lane === undefined) dropContent(message.jobs);
      else lane.push(message.jobs);
      break;
    case 'files':
      lane?.push(jobsOf(message.files));
      break;
    case 'limit':
      pace.set(message.bytesPerSecond, performance.now());
      break;
    case 'finish':
      lane?.finish();
      break;
    case 'drop':
      connection?.destroy();
      break;
    case 'abort':
      stopped.abort();
      run?.joinKey.wipe();
      port?.close();
      break;
  }
}
