/** The host with the real engine, two of them over the loopback interface. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEngine, type EngineProcess } from '../../../src/main/app/engine-process.ts';
import type { FromHost, HostUpdate, SendTarget, Task } from '../../../src/main/app/host/host-messages.ts';
import type { Discovery } from '../../../src/transfer/index.ts';
import { makeLargeFiles, makeSmallDevice, SMALL_COUNTS } from '../../support/small-device.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { fakeHost } from './fake-host.ts';

type UpdateOf<T extends HostUpdate['type']> = Extract<HostUpdate, { type: T }>;

/** A host at work, what it has said, and waiting for what it will say. */
class Worker {
  readonly messages: FromHost[] = [];
  readonly engine: EngineProcess;
  #heard: () => void = () => undefined;

  constructor(task: Task, discovery?: Discovery) {
    this.engine = startEngine(fakeHost(discovery), task, (message) => {
      this.messages.push(message);
      this.#heard();
    });
    onTestFinished(() => this.engine.stop());
  }

  get updates(): HostUpdate[] {
    return this.messages.flatMap((message) => (message.type === 'update' ? [message.update] : []));
  }

  /** The first update of a type, when it comes; a move that ends without is a failure. */
  async first<T extends HostUpdate['type']>(type: T): Promise<UpdateOf<T>> {
    let over = false;
    void this.engine.ended.then(() => {
      over = true;
      this.#heard();
    });
    for (;;) {
      const found = this.updates.find((update): update is UpdateOf<T> => update.type === type);
      if (found !== undefined) return found;
      if (over) throw new Error(`ended without ${type}: ${String(await this.engine.ended)}`);
      await new Promise<void>((resolve) => (this.#heard = resolve));
    }
  }
}

const receiver = (destination: string): Worker => new Worker({ type: 'receive', destination, limit: null });
const sender = (from: string, to: SendTarget): Worker =>
  new Worker({ type: 'send', sources: { from }, to, limit: null });

/** `host:port` on the loopback interface, where tests talk. */
function loopback({ addresses }: UpdateOf<'listening'>): string {
  const port = /:(\d+)$/.exec(addresses[0] ?? '')?.[1] ?? '';
  return `127.0.0.1:${port}`;
}

async function accept(receiving: Worker, sending: Worker): Promise<void> {
  const { kinds } = await receiving.first('offer');
  receiving.engine.post({
    type: 'answer',
    answer: { accept: true, kinds: kinds.map(({ kind }) => kind), apps: [] },
  });
  const plan = await sending.first('plan');
  sending.engine.post({ type: 'answer', answer: { accept: true, kinds: [...plan.kinds], apps: [] } });
}

describe('two hosts', () => {
  it('move a device by address and typed code, agree on the receipt, and the move can be taken back', async () => {
    const root = scratchFolder();
    const into = join(root, 'new', 'OpenMover');
    const receiving = receiver(into);
    const address = loopback(await receiving.first('listening'));
    const { digits } = await receiving.first('code');
    const typed = `${digits.slice(0, 3)} ${digits.slice(3)}`;
    const sending = sender(makeSmallDevice(join(root, 'old')), { type: 'address', address, code: typed });
    await accept(receiving, sending);

    const { receipt } = await receiving.first('receipt');
    expect(await receiving.engine.ended).toBeUndefined();
    expect(await sending.engine.ended).toBeUndefined();
    expect((await sending.first('receipt')).receipt).toEqual(receipt);
    expect(receipt.outcome).toBe('complete');
    expect(receipt.kinds.contacts?.added).toBe(SMALL_COUNTS.contacts);
    expect(receipt.kinds.files?.added).toBe(SMALL_COUNTS.files);
    expect(readFileSync(join(into, 'files', 'notes.txt'), 'utf8')).toBe('Buy milk.\n');
    // The old device hears what it has said, and is asked; the new one is asked by the offer alone.
    expect(receiving.updates.map(({ type }) => type)).not.toContain('plan');

    const undoing = new Worker({ type: 'undo', destination: into });
    expect(await undoing.engine.ended).toBeUndefined();
    expect(undoing.messages).toEqual([
      {
        type: 'undone',
        outcome: expect.objectContaining({ removed: SMALL_COUNTS.files, restored: 4, left: 0 }) as unknown,
      },
    ]);
    expect(existsSync(join(into, 'files'))).toBe(false);
  });

  it('meet by the text of the QR code alone', async () => {
    const root = scratchFolder();
    const receiving = receiver(join(root, 'new'));
    const address = loopback(await receiving.first('listening'));
    const { qr } = await receiving.first('code');
    // The addresses of the code are those of the network; a test talks on the loopback interface.
    const text = qr.replace(/[^/]*$/, address);
    const sending = sender(makeSmallDevice(join(root, 'old')), { type: 'qr', text });
    await accept(receiving, sending);
    expect((await sending.first('receipt')).receipt.outcome).toBe('complete');
  });

  it('move a single photo as one file', async () => {
    const root = scratchFolder();
    const photo = join(root, 'photo.jpg');
    writeFileSync(photo, 'a picture');
    const receiving = receiver(join(root, 'new'));
    const address = loopback(await receiving.first('listening'));
    const { digits } = await receiving.first('code');
    const sources = { contacts: [], calendar: [], messages: [], calls: [], files: [photo], apps: undefined };
    const to = { type: 'address', address, code: digits } as const;
    const sending = new Worker({ type: 'send', sources, to, limit: null });
    await accept(receiving, sending);
    expect((await sending.first('receipt')).receipt.outcome).toBe('complete');
    expect(readFileSync(join(root, 'new', 'files', 'photo.jpg'), 'utf8')).toBe('a picture');
  });

  it('try the next address of a device where nobody answers at the first', async () => {
    const root = scratchFolder();
    const receiving = receiver(join(root, 'new'));
    const { name } = await receiving.first('listening');
    const address = loopback(await receiving.first('listening'));
    const { digits } = await receiving.first('code');
    const port = Number(address.split(':')[1]);
    const sending = sender(makeSmallDevice(join(root, 'old')), {
      type: 'found',
      name,
      code: digits,
      addresses: [
        { host: '127.0.0.1', port: 1 },
        { host: '127.0.0.1', port },
      ],
    });
    await accept(receiving, sending);
    expect((await sending.first('receipt')).receipt.outcome).toBe('complete');
  });

  it('part when the code is wrong, and the new device waits on with a try less', async () => {
    const root = scratchFolder();
    const receiving = receiver(join(root, 'new'));
    const address = loopback(await receiving.first('listening'));
    const { digits } = await receiving.first('code');
    const wrong = String((Number(digits) + 1) % 1_000_000).padStart(6, '0');
    const sending = sender(makeSmallDevice(join(root, 'old')), { type: 'address', address, code: wrong });
    expect(await sending.engine.ended).toBe('WRONG_CODE');
    expect(await receiving.first('attempt-failed')).toMatchObject({ triesLeft: 2 });
    expect(receiving.updates.at(-1)?.type).not.toBe('receipt');
  });

  it('move no faster than they may, and as fast as they can once they may', async () => {
    const root = scratchFolder();
    const receiving = receiver(join(root, 'new'));
    const address = loopback(await receiving.first('listening'));
    const { digits } = await receiving.first('code');
    const from = makeLargeFiles(join(root, 'old'), 1, 4_000_000);
    const sending = new Worker({
      type: 'send',
      sources: { from },
      to: { type: 'address', address, code: digits },
      // At this speed it would take the better part of an hour.
      limit: 1_500,
    });
    await accept(receiving, sending);
    await receiving.first('progress');
    expect(receiving.updates.some(({ type }) => type === 'receipt')).toBe(false);
    sending.engine.post({ type: 'limit', bytesPerSecond: 4_000_000 });
    const { receipt } = await receiving.first('receipt');
    expect(receipt.outcome).toBe('complete');
    // A burst may go at once; the rest takes its time.
    expect(receipt.seconds).toBeGreaterThan(0.4);
  });

  it('part when the new device says no', async () => {
    const root = scratchFolder();
    const receiving = receiver(join(root, 'new'));
    const address = loopback(await receiving.first('listening'));
    const { digits } = await receiving.first('code');
    const sending = sender(makeSmallDevice(join(root, 'old')), { type: 'address', address, code: digits });
    await receiving.first('offer');
    receiving.engine.post({ type: 'answer', answer: { accept: false } });
    expect(await receiving.engine.ended).toBe('REFUSED');
    expect(await sending.engine.ended).toBe('REFUSED');
  });

  it('stop while a person is still being asked, and nothing is left behind', async () => {
    const root = scratchFolder();
    const into = join(root, 'new', 'OpenMover');
    const receiving = receiver(into);
    const address = loopback(await receiving.first('listening'));
    const { digits } = await receiving.first('code');
    const sending = sender(makeSmallDevice(join(root, 'old')), { type: 'address', address, code: digits });
    await receiving.first('offer');
    await receiving.engine.stop();
    expect(await receiving.engine.ended).toBe('CANCELLED');
    expect(await sending.engine.ended).toBe('PEER_CANCELLED');
    // The folder was made for this move.
    expect(existsSync(join(root, 'new'))).toBe(false);
  });
});

describe('a host', () => {
  it('leaves no folder behind when it waited for nobody', async () => {
    const root = scratchFolder();
    const receiving = receiver(join(root, 'a', 'b'));
    await receiving.first('code');
    expect(existsSync(join(root, 'a', 'b'))).toBe(true);
    await receiving.engine.stop();
    expect(readdirSync(root)).toEqual([]);
  });

  it('counts what sources hold', async () => {
    const root = scratchFolder();
    const device = makeSmallDevice(join(root, 'old'));
    const inspecting = new Worker({
      type: 'inspect',
      sources: {
        contacts: [join(device, 'contacts.vcf')],
        calendar: [],
        messages: [],
        calls: [],
        files: [join(device, 'files', 'Fotos')],
        apps: undefined,
      },
    });
    expect(await inspecting.engine.ended).toBeUndefined();
    const [message] = inspecting.messages;
    const kinds = message?.type === 'inspection' ? message.inspection.kinds : [];
    const items = Object.fromEntries(kinds.map((kind) => [kind.kind, kind.items]));
    expect(items).toMatchObject({ contacts: SMALL_COUNTS.contacts, calendar: 0, files: 1 });
  });

  it('keeps what an interrupted move had verified, and says so when there was none', async () => {
    const root = scratchFolder();
    const keeping = new Worker({ type: 'keep', destination: root });
    expect((await keeping.first('receipt')).receipt.kinds).toEqual({});
    expect(await keeping.engine.ended).toBeUndefined();
  });

  it.each<[string, (root: string) => Task, string]>([
    [
      'a source that is gone',
      (root) => ({ type: 'inspect', sources: { from: join(root, 'gone') } }),
      'SOURCE_MISSING',
    ],
    ['a folder no move was made into', (root) => ({ type: 'undo', destination: root }), 'NOTHING_TO_UNDO'],
    [
      'a folder that is gone',
      (root) => ({ type: 'undo', destination: join(root, 'gone') }),
      'DESTINATION_MISSING',
    ],
    [
      'a destination that is a file',
      (root) => ({ type: 'receive', destination: join(root, 'file'), limit: null }),
      'DESTINATION_MISSING',
    ],
    [
      'a code that is none',
      (root) => sendTask(root, { type: 'address', address: '127.0.0.1:1', code: '12345' }),
      'CODE_INVALID',
    ],
    [
      'an address that is none',
      (root) => sendTask(root, { type: 'address', address: 'over there', code: '123456' }),
      'UNREACHABLE',
    ],
    [
      'an address where nobody is',
      (root) => sendTask(root, { type: 'address', address: '127.0.0.1:1', code: '123456' }),
      'UNREACHABLE',
    ],
    [
      'a QR code of somebody else',
      (root) => sendTask(root, { type: 'qr', text: 'https://example.org' }),
      'CODE_INVALID',
    ],
  ])('ends with a code for %s', async (_what, task, code) => {
    const root = scratchFolder();
    mkdirSync(join(root, 'files'));
    writeFileSync(join(root, 'file'), '');
    expect(await new Worker(task(root)).engine.ended).toBe(code);
  });

  it('tells who comes and who goes, and looks for a name it was given no address of', async () => {
    const discovery = new ScriptedDiscovery();
    const watching = new Worker({ type: 'watch' }, discovery);
    const seen = (): string[] =>
      watching.messages.flatMap((message) =>
        message.type === 'devices' ? [message.devices.map(({ emoji, name }) => emoji + name).join()] : [],
      );
    await expect.poll(() => discovery.browsing).toBe(true);
    discovery.finds('blue otter', 'quiet hedgehog');
    discovery.loses('blue otter');
    await expect.poll(seen).toEqual(['🦦blue otter', '🦦blue otter,🦔quiet hedgehog', '🦔quiet hedgehog']);
    await watching.engine.stop();
    expect(await watching.engine.ended).toBe('CANCELLED');
    expect(discovery.browsing).toBe(false);
  });

  it('ends when main says what it cannot understand', async () => {
    const channel = fakeHost();
    const ended = new Promise<unknown>((resolve) => {
      channel.onMessage(resolve);
    });
    const speak = channel.post as (message: unknown) => void;
    speak({ type: 'start', task: { type: 'format', drive: 'C:' } });
    expect(await ended).toEqual({ type: 'ended', code: 'UNEXPECTED' });
  });
});

function sendTask(root: string, to: SendTarget): Task {
  rmSync(join(root, 'file'));
  return { type: 'send', sources: { from: root }, to, limit: null };
}

class ScriptedDiscovery implements Discovery {
  #options: Parameters<Discovery['browse']>[0] | undefined;

  get browsing(): boolean {
    return this.#options !== undefined;
  }

  finds(...names: string[]): void {
    for (const name of names)
      this.#options?.onFound({ name, addresses: [{ host: '10.0.0.2', port: 4_000 }] });
  }

  loses(name: string): void {
    this.#options?.onLost?.(name);
  }

  browse(options: Parameters<Discovery['browse']>[0]): Promise<void> {
    this.#options = options;
    return new Promise((resolve) => {
      options.signal.addEventListener('abort', () => {
        this.#options = undefined;
        resolve();
      });
    });
  }

  advertise(): never {
    throw new Error('nobody advertises here');
  }
}
