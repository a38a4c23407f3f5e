import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine, ReceiveRequest } from '../../../src/main/terminal/engine.ts';
import { MoverError } from '../../../src/transfer/errors.ts';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import type { Receipt } from '../../../src/transfer/wire/messages.ts';
import type { Decision, Offer } from '../../../src/transfer/session/events.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { DESTINATION, RECEIPT } from './fake-engine.ts';
import { fakeIo, jsonLines } from './fake-io.ts';
import { run } from './run.ts';

const OFFER: Offer = {
  peer: { platform: 'android', name: 'Old\u001b[31m phone' },
  kinds: [
    { kind: 'contacts', items: 1_204, entries: 2, bytes: 90_000, left: [] },
    { kind: 'files', items: 9, entries: 9, bytes: 61_400_000, left: [{ reason: 'link', count: 3 }] },
  ],
  apps: [],
};

/** Asks as the real engine does, and tells what was asked for and answered. */
function asking(events: (request: ReceiveRequest) => void = () => undefined) {
  const seen: { request?: ReceiveRequest; decision?: Decision; androidId?: string | undefined } = {};
  const receive: Engine['receive'] = async (request) => {
    seen.request = request;
    seen.androidId = request.androidId?.use((id) => id);
    events(request);
    seen.decision = await request.onOffer(OFFER);
    if (!seen.decision.accept) throw new MoverError('REFUSED');
    request.onEvent({ type: 'receipt', receipt: RECEIPT });
    return RECEIPT;
  };
  return { seen, engine: { receive } };
}

describe('mover receive', () => {
  it('hands the flags to the engine, and accepts everything with --yes', async () => {
    const { seen, engine } = asking();
    const args = ['--port', '4000', '--host', '10.0.0.1', '--name', 'kitchen', '--yes'];
    const { exitCode } = await run(['receive', '--into', 'd', ...args], { engine });
    expect(exitCode).toBe(0);
    expect(seen.request).toMatchObject({ port: 4_000, host: '10.0.0.1', name: 'kitchen' });
    expect(seen.decision).toEqual({ accept: true, kinds: ['contacts', 'files'] });
  });

  it('--only takes no other kind', async () => {
    const { seen, engine } = asking();
    await run(['receive', '--into', 'd', '--yes', '--only', 'Files, calls'], { engine });
    expect(seen.request?.kinds).toEqual(['calls', 'files']);
    expect(seen.decision).toEqual({ accept: true, kinds: ['files'] });
  });

  it('without a terminal and without --yes nothing is even opened', async () => {
    const { seen, engine } = asking();
    const { exitCode, err } = await run(['receive', '--into', 'd'], { engine });
    expect([exitCode, seen.request]).toEqual([2, undefined]);
    expect(err).toContain('--yes');
  });

  it('on a terminal the offer is shown and the answer taken', async () => {
    for (const [answer, accept] of [
      ['maybe\ny\n', true],
      ['n\n', false],
    ] as const) {
      const { seen, engine } = asking();
      const io = fakeIo({ terminal: true });
      for (const line of answer.split(/(?<=\n)/)) io.input.write(line);
      const { exitCode, out, err } = await run(['receive', '--into', 'd'], { engine, io });
      expect(seen.decision?.accept).toBe(accept);
      expect(exitCode).toBe(accept ? 0 : 7);
      if (!accept) expect(err).toMatch(/You declined\. Nothing was written here\.\n$/);
      expect(out).toMatch(/Contacts +1,204 +90 kB/);
      expect(out).toContain('3 × symbolic links are not moved');
      expect(err).toContain('Accept all of this? [y/n]');
    }
  });

  it('names from the other device are escaped', async () => {
    const { engine } = asking();
    const { out } = await run(['receive', '--into', 'd', '--yes'], { engine });
    expect(out).toContain('Old\\u{1b}[31m phone');
  });

  it('the Android ID reaches the engine by standard input and is wiped at the end', async () => {
    const { seen, engine } = asking();
    const io = fakeIo();
    io.input.write('{"androidId":"0123456789abcdef"}\n');
    const { out, err } = await run(['receive', '--into', 'd', '--yes', '--secrets-stdin'], { engine, io });
    expect(seen.androidId).toBe('0123456789abcdef');
    expect(seen.request?.androidId?.wiped).toBe(true);
    expect(out + err).not.toContain('0123456789abcdef');
  });

  it('shows the code, tries left and the new code, in words and as events', async () => {
    const { engine } = asking(({ onEvent }) => {
      const qr = new Ephemeral('x');
      onEvent({ type: 'listening', name: 'blue otter', addresses: [{ host: '10.0.0.1', port: 5 }] });
      onEvent({ type: 'code', code: new Ephemeral('471902'), qr, expiresAt: 0 });
      onEvent({ type: 'attempt-failed', code: 'WRONG_CODE', triesLeft: 1 });
      onEvent({ type: 'attempt-failed', code: 'WRONG_CODE', triesLeft: 0 });
      onEvent({ type: 'code', code: new Ephemeral('000111'), qr, expiresAt: 0 });
      onEvent({ type: 'paired' });
    });
    const words = await run(['receive', '--into', 'd', '--yes'], { engine });
    expect(words.out).toMatch(
      /blue otter.*10\.0\.0\.1:5\n.*471 902\n.*1 try left\.\n.*0 tries left.*\n.*000 111\n/,
    );
    expect(words.err).toBe('');
    const events = await run(['receive', '--into', 'd', '--yes', '--json'], { engine });
    expect(jsonLines(events.out).map(({ event }) => event)).toEqual([
      'listening',
      'code',
      'error',
      'error',
      'code',
      'paired',
      'receipt',
    ]);
  });

  it.each([
    ['partial', 6],
    ['interrupted', 4],
    ['complete', 0],
  ] as const)('a receipt that says %s ends with exit code %d', async (outcome, expected) => {
    const receive = () => Promise.resolve({ ...RECEIPT, outcome });
    const { exitCode } = await run(['receive', '--into', 'd', '--yes'], { engine: { receive } });
    expect(exitCode).toBe(expected);
  });

  it.each([
    ['PORT_IN_USE', 2],
    ['NO_SPACE', 5],
    ['SAME_DEVICE', 7],
    ['INTERRUPTED', 4],
    ['PEER_CANCELLED', 4],
    ['PAIRING_LOCKED', 3],
  ] as const)('%s is one sentence and exit code %d', async (code, expected) => {
    const receive = () => Promise.reject(new MoverError(code));
    const words = await run(['receive', '--into', 'd', '--yes'], { engine: { receive } });
    expect(words).toEqual({ exitCode: expected, out: '', err: `${new MoverError(code).message}\n` });
    const json = await run(['receive', '--into', 'd', '--yes', '--json'], { engine: { receive } });
    expect(json.exitCode).toBe(expected);
    expect(jsonLines(json.out)).toEqual([{ event: 'error', code, message: new MoverError(code).message }]);
  });

  it('a fault of ours is told without its innards', async () => {
    const receive = () => Promise.reject(new Error('/home/me/secret'));
    const { exitCode, err } = await run(['receive', '--into', 'd', '--yes'], { engine: { receive } });
    expect(exitCode).toBe(1);
    expect(err).toContain(new MoverError('UNEXPECTED').message);
    expect(err).toContain('--verbose');
    expect(err).not.toContain('secret');
    const more = await run(['receive', '--into', 'd', '--yes', '--verbose'], { engine: { receive } });
    expect(more.err).toMatch(/Error: \/home\/me\/secret[^]*receive\.test\.ts/);
  });

  it('what breaks after Ctrl-C is told as the cancellation it is', async () => {
    const controller = new AbortController();
    const receive = () => {
      controller.abort(new MoverError('CANCELLED'));
      return Promise.reject(new MoverError('INTERRUPTED'));
    };
    const { exitCode } = await run(['receive', '--into', 'd', '--yes'], {
      engine: { receive },
      signal: controller.signal,
    });
    expect(exitCode).toBe(130);
  });

  it('the destination is closed however the move ends', async () => {
    let closed = 0;
    const openFolderDestination = () =>
      Promise.resolve({ ...DESTINATION, close: () => Promise.resolve(void (closed += 1)) });
    const receive = () => Promise.reject(new MoverError('INTERRUPTED'));
    await run(['receive', '--into', 'd', '--yes'], {
      engine: { openDestination: openFolderDestination, receive },
    });
    await run(['receive', '--into', 'd', '--yes'], { engine: { openDestination: openFolderDestination } });
    await run(['receive', '--into', 'd', '--keep-verified'], { engine: { openFolderDestination } });
    expect(closed).toBe(3);
  });

  it('--dry-run and --no-undo reach the engine, and undo is kept unless one of them is said', async () => {
    const asked: unknown[] = [];
    const receive = (request: ReceiveRequest) => {
      asked.push([request.dryRun, request.keepUndo]);
      const receipt: Receipt = { ...RECEIPT, outcome: request.dryRun === true ? 'dry-run' : 'complete' };
      request.onEvent({ type: 'receipt', receipt });
      return Promise.resolve(receipt);
    };
    const dry = await run(['receive', '--into', 'd', '--yes', '--dry-run'], { engine: { receive } });
    expect(dry.exitCode).toBe(0);
    expect(dry.out).toContain('Dry run: nothing was changed.');
    const without = await run(['receive', '--into', 'd', '--yes', '--no-undo'], { engine: { receive } });
    const kept = await run(['receive', '--into', 'd', '--yes'], { engine: { receive } });
    const asBefore = await run(['receive', '--into', 'd', '--yes', '--keep-undo'], { engine: { receive } });
    expect(asked).toEqual([
      [true, undefined],
      [undefined, false],
      [undefined, undefined],
      [undefined, undefined],
    ]);
    const told = [dry, without, kept, asBefore].map(({ out }) => out.includes('mover undo --into d'));
    expect(told).toEqual([false, false, true, true]);
  });

  it('says nothing of undo after a move that changed nothing', async () => {
    const receive = () => Promise.resolve({ ...RECEIPT, kinds: {} });
    const { out } = await run(['receive', '--into', 'd', '--yes'], { engine: { receive } });
    expect(out).not.toContain('mover undo');
  });

  it('--no-undo does not go with --keep-undo', async () => {
    const { exitCode, err } = await run(['receive', '--into', 'd', '--yes', '--no-undo', '--keep-undo']);
    expect([exitCode, err.includes('--no-undo')]).toEqual([2, true]);
  });

  it('--keep-verified takes --no-undo', async () => {
    const asked: unknown[] = [];
    const keepVerified: Engine['keepVerified'] = (request) => {
      asked.push(request.keepUndo);
      return Promise.resolve(RECEIPT);
    };
    const args = ['receive', '--into', 'd', '--keep-verified'];
    await run(args, { engine: { keepVerified } });
    await run([...args, '--no-undo'], { engine: { keepVerified } });
    expect(asked).toEqual([undefined, false]);
  });

  it.each(['--keep-undo', '--keep-verified'])('--dry-run does not go with %s', async (flag) => {
    const { exitCode, err } = await run(['receive', '--into', 'd', '--yes', '--dry-run', flag]);
    expect([exitCode, err.includes('--dry-run keeps nothing')]).toEqual([2, true]);
  });

  it('a dry run takes away the folders it made, and no other', async () => {
    const parent = scratchFolder();
    const into = join(parent, 'new', 'device');
    const openDestination = (folder: string) => {
      mkdirSync(folder, { recursive: true });
      return Promise.resolve(DESTINATION);
    };
    await run(['receive', '--into', into, '--yes', '--dry-run'], { engine: { openDestination } });
    expect(readdirSync(parent)).toEqual([]);
    await run(['receive', '--into', into, '--yes'], { engine: { openDestination } });
    await run(['receive', '--into', into, '--yes', '--dry-run'], { engine: { openDestination } });
    expect(existsSync(into)).toBe(true);
  });

  it('--keep-verified needs no sender, no terminal and no --yes', async () => {
    const receive = () => Promise.reject(new Error('asked for a sender'));
    const { exitCode, out } = await run(['receive', '--into', 'd', '--keep-verified', '--json'], {
      engine: { receive },
    });
    expect(exitCode).toBe(0);
    expect(jsonLines(out)).toEqual([{ event: 'receipt', ...RECEIPT }]);
  });
});
