/**
 * Every producer of every message of a session, driven to its bound: what it sends is what the other side's schema takes,
 * and fits a message. A bound of the wire and the constant of a scheduler that do not know each other end an honest move as
 * a violation.
 */
import { EventEmitter } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { AppFacts, DeviceFacts } from '../../src/transfer/compat/facts.ts';
import { MemoryDestination } from '../support/memory/destination.ts';
import { MemorySource } from '../support/memory/source.ts';
import type { Entry, FileEntry } from '../../src/transfer/kinds/entry.ts';
import { KINDS, SKIP_REASON_NAMES } from '../../src/transfer/kinds/kind.ts';
import { LIMITS } from '../../src/transfer/limits.ts';
import { Ephemeral } from '../../src/transfer/privacy/ephemeral.ts';
import { agree } from '../../src/transfer/session/agreement/agreement.ts';
import { SessionSignal } from '../../src/transfer/session/ending.ts';
import { ReceivePhase } from '../../src/transfer/session/transfer/receive-phase.ts';
import { JobSource } from '../../src/transfer/session/transfer/job-source.ts';
import { LeftBehindList } from '../../src/transfer/session/left-behind-list.ts';
import { ManifestSender } from '../../src/transfer/session/manifest/manifest-sender.ts';
import { ProgressMeter } from '../../src/transfer/session/progress.ts';
import { propose } from '../../src/transfer/session/agreement/proposal.ts';
import type { ReceiveLanes } from '../../src/transfer/session/transfer/receive-lanes.ts';
import { SegmentReader } from '../../src/transfer/session/transfer/segment-reader.ts';
import { SendLanes } from '../../src/transfer/session/transfer/send-lanes.ts';
import { DiskStaging } from '../../src/transfer/session/staging-store/disk-staging.ts';
import type { WarmWorkers } from '../../src/transfer/session/transfer/warm-workers.ts';
import { digestOf } from '../../src/transfer/disk/digest.ts';
import { openAnonymousFile } from '../../src/transfer/disk/anonymous-file.ts';
import { ManifestPages } from '../../src/transfer/lanes/manifest-pages.ts';
import type { Channel } from '../../src/transfer/wire/channel.ts';
import { decodeEnvelope, encodeEnvelope, encodeMessage } from '../../src/transfer/wire/envelope.ts';
import { memoryChannelPair } from '../support/memory/channel.ts';
import { type Message, messageSchema } from '../../src/transfer/wire/messages.ts';
import { lineFormats } from '../support/line-format.ts';
import { scratchFolder } from '../support/scratch.ts';

const { signal } = new AbortController();
const key = (): Ephemeral<Buffer> => new Ephemeral(Buffer.alloc(64, 7));
const name = (number: number): string => String(number).padStart(LIMITS.nameBytes, 'n');

/** Messages without a list: nothing in them grows with what is moved. */
const FIXED = [
  'go',
  'manifest-end',
  'receipt-ok',
  'stop',
  'streamed',
] as const satisfies readonly Message['type'][];
/** Who is driven below. `receipt` has a row a kind and a reason, all of them constants. */
const DRIVEN = [
  ...(['hello', 'apps', 'offer', 'verdicts', 'plan', 'begin'] as const),
  ...(['page', 'want', 'ask', 'state', 'sent', 'settled', 'receipt'] as const),
] as const satisfies readonly Message['type'][];
/** Does not compile while a message is in neither list. */
const ALL: readonly Message['type'][] = [...FIXED, ...DRIVEN] satisfies readonly Message['type'][];
type Missing = Exclude<Message['type'], (typeof FIXED)[number] | (typeof DRIVEN)[number]>;
const NONE_MISSING: [Missing] extends [never] ? true : never = true;

/** Lets everything through that the other side would take, and remembers it. */
function spy(channel: Channel): { sent: Message[] } {
  const sent: Message[] = [];
  const send = channel.send.bind(channel);
  vi.spyOn(channel, 'send').mockImplementation((message) => {
    expectTakes(message);
    sent.push(message);
    send(message);
  });
  return { sent };
}

function expectTakes(message: Message): void {
  const text = Buffer.from(encodeEnvelope(1, 0, encodeMessage(message)));
  expect(text.length, message.type).toBeLessThanOrEqual(LIMITS.messageBytes);
  expect(() => decodeEnvelope(text), message.type).not.toThrow();
}

const of = <Type extends Message['type']>(
  sent: readonly Message[],
  type: Type,
): Extract<Message, { type: Type }>[] =>
  sent.filter((message): message is Extract<Message, { type: Type }> => message.type === type);

afterEach(() => {
  vi.restoreAllMocks();
});

describe('messages', () => {
  it('are each driven to their bound, or hold no list', () => {
    expect(NONE_MISSING).toBe(true);
    for (const option of messageSchema.options) {
      const [type] = option.shape.type.values;
      expect(ALL).toContain(type);
      const lists = Object.values(option.shape).filter(
        (field) => field instanceof z.ZodArray || field instanceof z.ZodCustom,
      );
      if ((FIXED as readonly string[]).includes(type ?? '')) expect(lists, type).toEqual([]);
    }
  });

  it('of the agreement take the largest device there is', async () => {
    const list = (count: number): string[] => Array.from({ length: count }, (_, number) => name(number));
    const device: DeviceFacts = {
      name: 'n'.repeat(100),
      platform: 'android',
      android: {
        sdk: 34,
        abis: list(16),
        features: list(LIMITS.deviceFacts),
        libraries: list(LIMITS.deviceFacts),
        locales: list(100),
        installed: [],
      },
    };
    const apps = Array.from({ length: LIMITS.apps }, (_, number): AppFacts => ({
      ...{ package: name(number), label: name(number), versionCode: 1, versionName: name(number) },
      ...{ minSdk: 1, targetSdk: 1, abis: list(32), requiredFeatures: [], requiredLibraries: [] },
      ...{ signers: [], lineage: [], sizeBytes: 1, splits: [], splitsRequired: false },
      ...{ requiredSplitTypes: [], needsGoogle: false, needsHuawei: false, testOnly: false },
    }));
    const left = SKIP_REASON_NAMES.map((reason) => ({ reason, count: 1 }));
    const kinds = KINDS.map((kind) => ({ kind, items: apps.length, entries: apps.length, bytes: 1, left }));
    const [a, b] = memoryChannelPair();
    const [sender, receiver] = [spy(a), spy(b)];
    const session = { appKey: key(), joinKey: key(), certificateDigest: Buffer.alloc(32) };
    const source = Object.assign(new MemorySource({}), { device });
    const scanned = {
      apps,
      kinds,
      pages: new ManifestPages(0),
      left: new LeftBehindList(),
      close: () => undefined,
    };
    const proposing = propose(
      {
        ...{ source, to: { host: '127.0.0.1', port: 1 }, code: new Ephemeral('000000'), signal },
        onEvent: () => undefined,
        onPlan: () => Promise.resolve({ kinds: KINDS, apps: apps.map((app) => app.package) }),
      },
      { channel: a, ...session },
      Promise.resolve(scanned),
      LIMITS.lanes,
      signal,
    );
    const destination = new MemoryDestination({ device, scratch: scratchFolder(), formats: lineFormats });
    const agreement = await agree(
      {
        ...{ destination, onEvent: () => undefined, signal },
        onOffer: () => Promise.resolve({ accept: true, kinds: KINDS }),
      },
      { channel: b, ...session },
      signal,
    );
    const ports = Array.from({ length: LIMITS.lanes }, () => 65_535);
    const [chosen] = await Promise.all([agreement.plan(ports), proposing]);
    expect(chosen.apps).toHaveLength(LIMITS.apps);
    expect(of(sender.sent, 'apps').flatMap((message) => message.apps)).toHaveLength(LIMITS.apps);
    expect(of(receiver.sent, 'verdicts').flatMap(({ verdicts }) => verdicts)).toHaveLength(LIMITS.apps);
  });

  it('of a receipt have space for every kind with every reason', () => {
    const skipped = SKIP_REASON_NAMES.map((reason) => ({ reason, count: Number.MAX_SAFE_INTEGER }));
    const figures = { offered: 1, sent: 1, verified: 1, added: 1, merged: 1, same: 1, renamed: 1 };
    const counts = { ...figures, skipped };
    expectTakes({
      type: 'receipt',
      receipt: {
        outcome: 'partial',
        kinds: Object.fromEntries(KINDS.map((kind) => [kind, counts])),
        bytes: { payload: 1, wire: 1, resumed: 1 },
        seconds: 1,
      },
    });
  });
});

const file = (number: number, size = 1): FileEntry => ({
  ...{ type: 'file', kind: 'files', size, mtimeMs: 1, executable: false },
  path: [`photo-${String(number)}`],
});

describe('a sender', () => {
  it('fills pages with the longest paths and the shortest', async () => {
    const [a] = memoryChannelPair();
    const { sent } = spy(a);
    const scanned = new ManifestPages(openAnonymousFile().fd);
    const long = Array.from({ length: Math.floor(LIMITS.pathBytes / LIMITS.nameBytes) }, () => name(1));
    const entries: Entry[] = [];
    for (let number = 0; number < 3 * LIMITS.pageEntries; number += 1) {
      entries.push(number % 2 === 0 ? file(number) : { ...file(number), path: [...long, String(number)] });
    }
    for (let first = 0; first < entries.length; first += 100) {
      scanned.append({ first, entries: entries.slice(first, first + 100), held: [] });
    }
    const manifest = new ManifestSender(a, new ManifestPages(openAnonymousFile().fd));
    const sending = manifest.send(scanned, { kinds: new Set(KINDS), apps: new Set() }, signal);
    for (let told = 0; told < entries.length;) {
      const page = await vi.waitUntil(() => of(sent, 'page').find(({ first }) => first === told), 10_000);
      manifest.answer({ type: 'want', first: page.first, held: [] });
      told += page.entries.length;
    }
    await sending;
    expect(of(sent, 'page').flatMap((page) => page.entries)).toEqual(entries);
  });

  it('asks after everything that is open on a lane that broke, and tells of everything it skips', async () => {
    const [a] = memoryChannelPair();
    const { sent } = spy(a);
    const entries = Array.from({ length: 10_000 }, (_, number) => file(number));
    const pages = new ManifestPages(openAnonymousFile().fd);
    for (let first = 0; first < entries.length; first += LIMITS.pageEntries) {
      pages.append({ first, entries: entries.slice(first, first + LIMITS.pageEntries), held: [] });
    }
    const source = new MemorySource({});
    vi.spyOn(source, 'content').mockImplementation(({ path }) => ({ type: 'path', path: path.join('/') }));
    const worker = Object.assign(new EventEmitter(), { postMessage: vi.fn(), terminate: vi.fn() });
    const settled: number[] = [];
    const lanes = new SendLanes({
      ...{ host: '127.0.0.1', typed: undefined, controlPort: 9, lanePorts: [9], limit: undefined, signal },
      workers: { take: () => worker as unknown as Worker } as unknown as WarmWorkers,
      session: { channel: a, joinKey: key(), appKey: key(), certificateDigest: Buffer.alloc(32) },
      jobs: new JobSource(source, pages, new SegmentReader(source, signal), signal),
      ...{ onBytes: () => undefined, onResumed: () => undefined, onIdle: () => undefined },
      onSettled: (entry) => settled.push(entry),
      onFailed: (error) => expect.unreachable(error.code),
    });
    worker.emit('message', { type: 'joined' });
    lanes.open();
    // The lane reports what it has sent as soon as it can, and the receiver says nothing.
    let reported = 0;
    for (let before = -1; reported !== before;) {
      before = reported;
      await new Promise((resolve) => setImmediate(resolve));
      const files = worker.postMessage.mock.calls
        .map(([message]) => message as { type: string; files?: { entries: number[] } })
        .flatMap(({ type, files }) => (type === 'files' ? (files?.entries ?? []) : []));
      const fresh = files.slice(reported);
      reported = files.length;
      const digests = fresh.map((entry) => digestOf(Buffer.from(String(entry))));
      worker.emit('message', {
        type: 'sent',
        sent: { entries: fresh, digests, resumed: [] },
        skipped: [],
      });
      // One entry less than the lane may have open: there is no capacity for what is dispatched at a time.
      if (reported === LIMITS.laneEntries) lanes.settled({ type: 'settled', verified: [0], again: [] });
    }
    worker.emit('message', { type: 'lost', code: 'INTERRUPTED' });
    const [ask] = of(sent, 'ask');
    expect(ask?.entries.length).toBeGreaterThan(LIMITS.laneEntries - LIMITS.dispatchEntries);
    const skipped = entries.map((_, entry) => [entry, 'changed'] as const);
    worker.emit('message', { type: 'sent', sent: { entries: [], digests: [], resumed: [] }, skipped });
    expect(of(sent, 'sent').flatMap((message) => message.skipped)).toHaveLength(entries.length);
    await lanes.stop();
  });
});

describe('a receiver', () => {
  it('names every prefix it has of a page and of a lane’s entries, and settles all of them', async () => {
    const [a, b] = memoryChannelPair();
    const { sent } = spy(b);
    const folder = mkdtempSync(join(scratchFolder(), 'same-'));
    const path = join(folder, 'photo');
    writeFileSync(path, 'x');
    const destination = new MemoryDestination({ scratch: scratchFolder(), formats: lineFormats });
    vi.spyOn(destination, 'candidates').mockReturnValue(Array.from({ length: 20 }, () => path));
    const count = 3 * LIMITS.pageEntries;
    const staging = await DiskStaging.open(destination, { dryRun: false, keepUndo: false });
    const ending = new SessionSignal(signal);
    const lanes = { page: vi.fn(), held: vi.fn(), release: vi.fn(), quiesce: () => Promise.resolve() };
    const intake = new ReceivePhase({
      ...{ kinds: ['files'], apps: [], verdicts: new Map(), channel: b, staging, destination, ending },
      offer: [{ kind: 'files', items: count, entries: count, bytes: count, left: [] }],
      lanes: lanes as unknown as ReceiveLanes,
      progress: new ProgressMeter(() => undefined),
    });
    const running = intake.run();
    for (let first = 0; first < count; first += LIMITS.pageEntries) {
      const entries = Array.from({ length: LIMITS.pageEntries }, (_, offset) => file(first + offset));
      a.send({ type: 'page', first, entries });
    }
    a.send({ type: 'manifest-end', entries: count });
    await vi.waitUntil(() => of(sent, 'want').length === 3, 30_000);
    for (const { held } of of(sent, 'want')) {
      expect(held).toHaveLength(LIMITS.pageEntries * LIMITS.candidates);
    }
    const asked = Array.from({ length: LIMITS.laneEntries }, (_, entry) => entry);
    a.send({ type: 'ask', lane: 0, entries: asked });
    await vi.waitUntil(() => of(sent, 'state').length === 1, 30_000);
    expect(of(sent, 'state')[0]?.held).toHaveLength(LIMITS.laneEntries * LIMITS.candidates);

    const digest = digestOf(Buffer.from('x'));
    const all = Array.from({ length: count }, (_, entry) => entry);
    intake.staged({ entries: all, digests: all.map(() => digest) });
    for (let first = 0; first < count; first += LIMITS.pageEntries) {
      const some = all.slice(first, first + LIMITS.pageEntries);
      a.send({ type: 'sent', digests: some.map((entry) => [entry, digest]), skipped: [] });
    }
    const told = (): number => of(sent, 'settled').reduce((sum, { verified }) => sum + verified.length, 0);
    await vi.waitUntil(() => told() === count, 30_000);
    a.send({ type: 'streamed', payload: count, wire: count });
    await running;
    await intake.close();
    await staging.drop();
  });
});
