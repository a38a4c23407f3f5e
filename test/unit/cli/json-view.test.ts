import { describe, expect, it } from 'vitest';
import { JsonView } from '../../../src/main/cli/views/json-view.ts';
import { MoverError } from '../../../src/transfer/errors.ts';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import type { MoveEvent, Progress } from '../../../src/transfer/session/events.ts';
import { RECEIPT } from './fake-engine.ts';
import { fakeIo, jsonLines } from './fake-io.ts';

const progress = (bytes: number): MoveEvent => ({ type: 'progress', progress: snapshot(bytes) });

function snapshot(bytes: number): Progress {
  return {
    bytes,
    totalBytes: 100,
    entries: 1,
    totalEntries: 2,
    kinds: {},
    bytesPerSecond: 5,
    secondsLeft: undefined,
    phase: 'streaming',
  };
}

function shown(events: readonly MoveEvent[], clock: () => number = () => 0): Record<string, unknown>[] {
  const io = fakeIo();
  const view = new JsonView(io.output, clock);
  for (const event of events) view.event(event);
  view.close();
  return jsonLines(io.written());
}

describe('JSON events', () => {
  it('listening has the name and addresses as host:port', () => {
    const addresses = [
      { host: '10.0.0.1', port: 5 },
      { host: 'fe80::1%2', port: 5 },
    ];
    expect(shown([{ type: 'listening', name: 'blue otter', addresses }])).toEqual([
      { event: 'listening', name: 'blue otter', addresses: ['10.0.0.1:5', '[fe80::1%2]:5'] },
    ]);
  });

  it('code is six plain digits, and nothing of the QR code', () => {
    const code = new Ephemeral('012345');
    const qr = new Ephemeral('secret');
    expect(shown([{ type: 'code', code, qr, expiresAt: 1 }])).toEqual([{ event: 'code', code: '012345' }]);
  });

  it('a failed attempt is an error event with the tries left', () => {
    const [event] = shown([{ type: 'attempt-failed', code: 'WRONG_CODE', triesLeft: 2 }]);
    expect(event).toMatchObject({ event: 'error', code: 'WRONG_CODE', triesLeft: 2 });
    expect(event?.message).toMatch(/tries left: 2/);
  });

  it('the offer tells of the peer without its list of apps', () => {
    const android = {
      sdk: 34,
      abis: ['arm64-v8a'],
      installed: [{ package: 'x', versionCode: 1, signers: [], system: false }],
    };
    const [event] = shown([
      {
        type: 'offer',
        offer: { peer: { name: 'Pixel', platform: 'android', android }, kinds: [], apps: [] },
      },
    ]);
    expect(event).toEqual({
      event: 'offer',
      peer: { name: 'Pixel', platform: 'android', android: { sdk: 34, abis: ['arm64-v8a'] } },
      kinds: [],
    });
  });

  it('progress has exactly the keys of the contract', () => {
    expect(shown([progress(10)])).toEqual([
      {
        event: 'progress',
        phase: 'streaming',
        bytes: 10,
        totalBytes: 100,
        entries: 1,
        totalEntries: 2,
        bytesPerSecond: 5,
        secondsLeft: null,
      },
    ]);
  });

  it('progress comes at most five times a second, and the last one always', () => {
    let now = 0;
    const times = Array.from({ length: 101 }, (_, index) => index * 10);
    const io = fakeIo();
    const view = new JsonView(io.output, () => now);
    for (const time of times) {
      now = time;
      view.event(progress(time / 10));
    }
    view.event({ type: 'receipt', receipt: RECEIPT });
    const lines = jsonLines(io.written());
    const figures = lines.filter(({ event }) => event === 'progress').map(({ bytes }) => bytes);
    expect(figures.length).toBeLessThanOrEqual(7);
    expect(figures.at(-1)).toBe(100);
    expect(lines.at(-1)?.event).toBe('receipt');
  });

  it('a lost connection, and one on which nothing moves, are waiting events; going on is a progress event', () => {
    const lost = shown([progress(10), { type: 'waiting', until: 1 }, { type: 'resumed' }]);
    expect(lost.map(({ event, waiting, reason, until }) => [event, waiting, reason, until])).toEqual([
      ['progress', undefined, undefined, undefined],
      ['waiting', undefined, 'network', '1970-01-01T00:00:00.001Z'],
      ['progress', true, undefined, undefined],
      ['progress', undefined, undefined, undefined],
    ]);
    expect(shown([{ type: 'stalled' }])[0]).toEqual({ event: 'waiting', reason: 'stalled' });
  });

  it('the receipt has exactly the keys of the contract', () => {
    expect(shown([{ type: 'receipt', receipt: RECEIPT }])).toEqual([{ event: 'receipt', ...RECEIPT }]);
  });

  it('an error has its code and its sentence', () => {
    const io = fakeIo();
    new JsonView(io.output).error(new MoverError('NO_SPACE'));
    expect(jsonLines(io.written())).toEqual([
      { event: 'error', code: 'NO_SPACE', message: new MoverError('NO_SPACE').message },
    ]);
  });

  it('what a terminal might act on is escaped, and parses to the same', () => {
    const io = fakeIo();
    const name = 'a\u009b2J\u202egpj.exe\u2028\u{e0041}';
    new JsonView(io.output).event({ type: 'listening', name, addresses: [] });
    const text = io.written();
    expect(text).toMatch(/^[\u0020-\u007e]*\n$/);
    expect(jsonLines(text)[0]?.name).toBe(name);
  });
});
