/** An engine that moves nothing and does what a test tells it, behind the shape of the real one. */
import { asyncOf } from '../../support/async-of.ts';
import { RateLimit } from '../../../src/transfer/session/rate-limit.ts';
import { Retry } from '../../../src/transfer/wire/retry.ts';
import type { Engine, Found } from '../../../src/main/terminal/engine.ts';
import type { DiskDestination, Source } from '../../../src/transfer/devices/port.ts';
import { EXACT_NAMES } from '../../../src/transfer/devices/name-rules.ts';
import { MoverError } from '../../../src/transfer/errors.ts';
import type { Receipt } from '../../../src/transfer/wire/messages.ts';

export const RECEIPT: Receipt = {
  outcome: 'complete',
  kinds: {
    files: {
      offered: 3,
      sent: 2,
      verified: 2,
      added: 2,
      merged: 0,
      same: 0,
      renamed: 0,
      skipped: [{ reason: 'link', count: 1 }],
    },
  },
  bytes: { payload: 1_000, wire: 1_200, resumed: 0 },
  seconds: 2,
};

export const SOURCE: Source = {
  device: { platform: 'android', name: 'Pixel 6a' },
  async *scan() {
    // Holds nothing.
  },
  content: () => ({ type: 'bytes', bytes: new Uint8Array() }),
  async *segments() {
    // Holds nothing.
  },
  close: () => Promise.resolve(),
};

export const DESTINATION: DiskDestination = {
  type: 'disk',
  device: { platform: 'android', name: 'Pixel 9', android: { sdk: 36, abis: [], installed: [] } },
  stagingParent: '/nowhere',
  nameRules: () => EXACT_NAMES,
  space: () => ({ freeBytes: 1_000_000, totalBytes: 2_000_000 }),
  candidates: () => [],
  freePathFor: () => undefined,
  adoptFolder: () => false,
  placeFolder: () => 'added',
  place: () => 'added',
  sizeOf: () => undefined,
  appSets: () => [],
  placeApp: () => undefined,
  merge: () => Promise.reject(new MoverError('UNEXPECTED')),
  flush: () => Promise.resolve(),
  holds: () => true,
  recordBytes: () => 0,
  close: () => Promise.resolve(),
};

export function fakeEngine(parts: Partial<Engine> = {}): Engine {
  return {
    receive: () => Promise.resolve(RECEIPT),
    send: () => Promise.resolve(RECEIPT),
    discover: () => found([]),
    openSource: () => Promise.resolve(SOURCE),
    listDevices: () => asyncOf([]),
    openDestination: () => Promise.resolve(DESTINATION),
    openFolderDestination: () => Promise.resolve(DESTINATION),
    openHotspot: () => Promise.reject(new MoverError('HOTSPOT_UNAVAILABLE')),
    linkTo: () => Promise.resolve(undefined),
    findDuplicates: () => Promise.resolve([]),
    mergeDuplicates: () => Promise.resolve({ merged: 0, kept: 0 }),
    examineLocal: () => Promise.resolve({ interfaces: [] }),
    examinePeer: () => Promise.resolve({ address: undefined, state: 'not-found' }),
    diagnose: () => [],
    verdictOf: () => ({ code: 'NOTHING_WRONG', state: 'ok', message: '' }),
    inspectDevice: () => Promise.resolve({ kinds: [], apps: [] }),
    compareDevices: () => Promise.resolve({ complete: true, kinds: [] }),
    judgeApps: () => [],
    keepVerified: () => Promise.resolve(RECEIPT),
    undoMove: () => Promise.resolve({ removed: 0, restored: 0, folders: 0, gone: 0, left: [] }),
    forgetUndo: () => Promise.resolve(),
    RateLimit,
    Retry,
    inspectStaging: () => Promise.resolve({ attempts: 0, bytes: 0, verified: {} }),
    dropStaging: () => Promise.resolve(),
    ...parts,
  };
}

export async function* found(devices: readonly Found[]): AsyncGenerator<Found> {
  for (const device of devices) yield await Promise.resolve(device);
}
