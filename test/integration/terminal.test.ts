/**
 * What a peer says of itself, through the real command to a real terminal: whatever a terminal would act on, or a person
 * would read otherwise than it stands there, comes out as text.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Address } from '../../src/transfer/session/events.ts';
import { apk } from '../fixtures/apps/make-apk.ts';
import { openReceiver } from '../hostile/hostile-receiver.ts';
import { HostileSender, LARGE_OFFER } from '../hostile/hostile-sender.ts';
import { COMMAND } from '../support/mover.ts';
import { scratchFolder } from '../support/scratch.ts';
import { writeTree } from '../support/write-tree.ts';

/** By what it would do: retitle the window, clear it, hide, forge a line, ring, reverse, isolate, not be seen at all. */
const EVIL = [
  ...['\u001b]0;owned\u0007', '\u001b[2J', '\u001b[8m', '\u009b2J', '\r\nEverything arrived', '\u0008\u0008'],
  ...['\u202egpj.exe', '\u2066x', '\u200fx', '\u2028x', '\u0085x', '\u{e0041}', '\ufeff'],
].join('.');
const RAW = [
  '\u001b]',
  '\u001b[2J',
  '\u001b[8m',
  '\u009b',
  '\r\nEverything',
  '\nEverything',
  '\u0007',
  '\u0008',
];
const UNREADABLE = /[\u0080-\u009f\u2028\u2029\p{Cf}]/u;

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

/** Where the command speaks to: `terminal` is a pseudo-terminal of 20 columns, too narrow for large digits. */
const PLACES = ['terminal', 'pipe', 'json'] as const;
type Place = (typeof PLACES)[number];
const hasTerminal = spawnSync('script', ['--version'], { stdio: 'ignore' }).status === 0;
const places = PLACES.filter((place) => place !== 'terminal' || hasTerminal);

interface Speaking {
  said(): string;
  /** Resolves once it has said something that matches. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  tell(line: string): void;
  readonly ended: Promise<unknown>;
}

function speak(place: Place, args: readonly string[]): Speaking {
  const line = [process.execPath, COMMAND, ...args, ...(place === 'json' ? ['--json'] : [])];
  const quoted = line.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const env = { ...process.env, NO_COLOR: '1' };
  const running =
    place === 'terminal'
      ? spawn('script', ['-q', '-e', '-c', `stty cols 20; exec ${quoted}`, '/dev/null'], { env })
      : spawn(line[0] ?? '', line.slice(1), { env });
  child = running;
  let text = '';
  let heard: () => void = () => undefined;
  for (const stream of [running.stdout, running.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      heard();
    });
  }
  running.stdin.on('error', () => undefined);
  return {
    said: () => text,
    until: async (pattern) => {
      for (;;) {
        const found = pattern.exec(text);
        if (found !== null) return found;
        await new Promise<void>((resolve) => (heard = resolve));
      }
    },
    tell: (words) => {
      running.stdin.write(`${words}\n`);
    },
    ended: once(running, 'close'),
  };
}

function expectHarmless(text: string, place: Place): void {
  for (const raw of RAW) expect(text, JSON.stringify(raw)).not.toContain(raw);
  expect(text).not.toMatch(UNREADABLE);
  // It was shown, as what it is.
  expect(text.toLowerCase()).toContain(place === 'json' ? '\\u202e' : '\\u{202e}');
}

describe.each(places)('by way of a %s,', (place) => {
  it('the name of an old device reaches the person at the new one as text', async () => {
    const into = join(scratchFolder(), 'new');
    mkdirSync(into);
    const receiver = speak(place, ['receive', '--into', into, '--host', '127.0.0.1', '--yes']);
    const [, port = ''] = await receiver.until(/127\.0\.0\.1:(\d+)/);
    const [, one = '', two = ''] = await receiver.until(/(?:old device:\s+|"code":")(\d{3}) ?(\d{3})/);
    const sender = await HostileSender.pair({ host: '127.0.0.1', port: Number(port) }, one + two);
    sender.say({ type: 'hello', device: { platform: 'computer', name: EVIL }, identity: 'A'.repeat(43) });
    sender.say({ type: 'offer', kinds: [LARGE_OFFER], lanes: 1 });
    await sender.hear('plan');
    sender.say({ type: 'stop', code: 'CANCELLED' });
    await receiver.ended;
    sender.leave();
    expectHarmless(receiver.said(), place);
  });

  it('a new device’s name, what it says of apps, and their labels reach the person at the old one as text', async () => {
    const from = scratchFolder();
    writeTree(from, { 'apps/notes/base.apk': apk({ label: EVIL }), 'files/a.txt': 'a' });
    const { address, code, accepted } = await openReceiver();
    const sender = speak(place, ['send', '--from', from, '--to', text(address), '--yes', '--secrets-stdin']);
    sender.tell(JSON.stringify({ code }));
    const receiver = await accepted;
    receiver.say({
      ...{ type: 'hello', identity: 'A'.repeat(43) },
      device: { platform: 'android', name: EVIL, android: { sdk: 30, abis: [EVIL] } },
    });
    await receiver.hear('offer');
    const verdict = { package: 'org.example.notes', verdict: 'no', reasons: [EVIL.slice(0, 64), 'ABI'] };
    receiver.say({ type: 'verdicts', verdicts: [verdict] });
    receiver.say({ type: 'plan', kinds: ['apps', 'files'], freeBytes: 1e12, lanePorts: [9] });
    await receiver.hear('begin');
    receiver.say({ type: 'stop', code: 'CANCELLED' });
    await sender.ended;
    expectHarmless(sender.said(), place);
  });
});

const text = ({ host, port }: Address): string => `${host}:${String(port)}`;
