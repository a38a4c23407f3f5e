/**
 * The receiver under attack: the engine's own `receive` into a real folder that somebody uses, and the verdict that is
 * the same for every attack.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { MemorySource } from '../support/memory/source.ts';
import type { ErrorCode } from '../../src/transfer/errors.ts';
import { Ephemeral, openFolderDestination, receive, send, type Receipt } from '../../src/transfer/index.ts';
import type { Address, MoveEvent } from '../../src/transfer/session/events.ts';
import { scratchFolder } from '../support/scratch.ts';
import { readTree } from '../support/tree.ts';
import { stageVerified } from '../support/verified-staging.ts';
import { HostileSender } from './hostile-sender.ts';

type Tree = ReturnType<typeof readTree>;

export interface Victim {
  readonly into: string;
  readonly address: Address;
  readonly code: string;
  readonly events: readonly MoveEvent[];
  readonly receiving: Promise<Receipt>;
  readonly stop: () => void;
}

/** A folder in use: what is in it is somebody's, and an honest move into it was interrupted. */
export function usedFolder(): string {
  const into = join(scratchFolder(), 'mine');
  mkdirSync(join(into, 'files', 'Pictures'), { recursive: true });
  writeFileSync(join(into, 'files', 'mine.txt'), 'mine\n');
  writeFileSync(join(into, 'files', 'Pictures', 'mine.jpg'), 'my picture\n');
  writeFileSync(
    join(into, 'contacts.vcf'),
    'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Me\r\nN:;Me;;;\r\nEND:VCARD\r\n',
  );
  stageVerified(into, { files: { 'Pictures/verified.jpg': 'arrived and verified\n' } });
  return into;
}

/** A receiver that takes everything it is offered, and has shown its code. */
export async function startVictim(into: string): Promise<Victim> {
  const stopping = new AbortController();
  const events: MoveEvent[] = [];
  const destination = await openFolderDestination(into);
  let receiving: Promise<Receipt> | undefined;
  const shown = await new Promise<{ address: Address; code: string }>((resolve, reject) => {
    let address: Address | undefined;
    receiving = receive({
      destination,
      advertise: false,
      host: '127.0.0.1',
      onOffer: (offer) => Promise.resolve({ accept: true, kinds: offer.kinds.map(({ kind }) => kind) }),
      signal: stopping.signal,
      onEvent: (event) => {
        events.push(event);
        if (event.type === 'listening') [address] = event.addresses;
        if (event.type === 'code' && address !== undefined) {
          resolve({ address, code: event.code.use((digits) => digits) });
        }
      },
    });
    receiving.catch(reject);
  });
  if (receiving === undefined) throw new Error('nobody receives');
  const running = receiving;
  onTestFinished(async () => {
    stopping.abort();
    await running.catch(() => undefined);
    await destination.close();
  });
  return {
    into,
    ...shown,
    events,
    receiving: running,
    stop: () => {
      stopping.abort();
    },
  };
}

const withoutStaging = (tree: Tree): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([path]) => !/^\.openmover-[0-9a-f]{8}/.test(path)));

/** A following honest sender is served by a new receiver, into the same folder. */
export async function expectServed(into: string): Promise<void> {
  const before = withoutStaging(readTree(into));
  const { address, code, receiving } = await startVictim(into);
  await sendHonestly(address, code);
  const receipt = await receiving;
  expect(receipt.outcome).toBe('complete');
  expect(readTree(into)).toMatchObject({ ...before, 'files/honest.txt': { type: 'file' } });
}

export function sendHonestly(address: Address, code: string): Promise<Receipt> {
  return send({
    source: new MemorySource({ files: [{ path: ['honest.txt'], bytes: Buffer.from('honest'), mtimeMs: 1 }] }),
    to: address,
    code: new Ephemeral(code),
    lanes: 1,
    onEvent: () => undefined,
    onPlan: ({ kinds }) => Promise.resolve({ kinds, apps: [] }),
    signal: new AbortController().signal,
  });
}

/**
 * The verdict on an attack: the session ends with `code` on both sides, what was there is as it was, what an earlier move had
 * verified too, and the next sender is served.
 */
export async function expectRefused(
  attack: (sender: HostileSender, victim: Victim) => Promise<void>,
  code: ErrorCode = 'PEER_VIOLATION',
): Promise<void> {
  const into = usedFolder();
  const before = readTree(into);
  const victim = await startVictim(into);
  const sender = await HostileSender.pair(victim.address, victim.code);
  try {
    const refused = expect(victim.receiving).rejects.toMatchObject({ code });
    await attack(sender, victim);
    await refused;
    await sender.ended();
    expect(sender.heard.at(-1)).toEqual({ type: 'stop', code });
  } finally {
    sender.leave();
  }
  const after = readTree(into);
  expect(withoutStaging(after)).toEqual(withoutStaging(before));
  expect(after).toMatchObject(before);
  await expectServed(into);
  expect(readTree(into)).toMatchObject(before);
}
