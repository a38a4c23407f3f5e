/** `--limit`: what a move may take of the network. */
import { describe, expect, it } from 'vitest';
import { RECEIPT } from './fake-engine.ts';
import { fakeIo } from './fake-io.ts';
import { run } from './run.ts';

/** Bytes a second that a side asks its engine for. */
async function limitOf(command: 'receive' | 'send', ...flags: readonly string[]): Promise<[number, unknown]> {
  let asked: unknown = 'nothing';
  const take = (request: { readonly limit?: { readonly bytesPerSecond: number | null } }) => {
    asked = request.limit?.bytesPerSecond;
    return Promise.resolve(RECEIPT);
  };
  const line = {
    receive: ['receive', '--into', 'd', '--yes'],
    send: ['send', '--from', 'd', '--to', '127.0.0.1:4000', '--yes', '--secrets-stdin'],
  }[command];
  const io = fakeIo();
  io.input.end('{"code":"123456"}\n');
  const { exitCode } = await run([...line, ...flags], {
    engine: { receive: take, send: take },
    io,
  });
  return [exitCode, asked];
}

describe('--limit', () => {
  it.each(['receive', 'send'] as const)(
    'is megabytes a second for %s, parts of one among them',
    async (command) => {
      expect(await limitOf(command, '--limit', '12')).toEqual([0, 12_000_000]);
      expect(await limitOf(command, '--limit', '0.5')).toEqual([0, 500_000]);
      expect(await limitOf(command)).toEqual([0, undefined]);
    },
  );

  it.each(['0', '-1', 'fast', '1e3', '', '0.001', '1000000'])(
    'refuses %j before anything begins',
    async (text) => {
      expect(await limitOf('receive', `--limit=${text}`)).toEqual([2, 'nothing']);
    },
  );
});
