/**
 * `npm run demo`: a made-up old device moves to a new one, between two real processes of the built command on this
 * machine: found by name, paired by a code, encrypted, verified. Everything is made in a temporary folder and left
 * there to look at.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../dist/main/cli/index.js', import.meta.url));
/** How long to look for the new device by its name before its address is used instead. */
const LOOK_SECONDS = 4;

type Line = Readonly<Record<string, unknown>>;

const children = new Set<ChildProcess>();

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Runs the command; its words go to this terminal unless they are `piped`. */
function mover(args: readonly string[], output: 'inherit' | 'pipe' = 'inherit'): ChildProcess {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['pipe', output, 'inherit'] });
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
}

async function finished(child: ChildProcess, what: string): Promise<void> {
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${what} ended with exit code ${String(code)}`);
}

/** Hands over JSON lines as they come, and remembers them for whoever asks late. */
function events(child: ChildProcess): (holds: (line: Line) => boolean) => Promise<Line | undefined> {
  const seen: Line[] = [];
  const waiting = new Set<(line: Line | undefined) => void>();
  if (child.stdout === null) throw new Error('its output is not piped');
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (text) => {
    const line = JSON.parse(text) as Line;
    seen.push(line);
    for (const wake of waiting) wake(line);
  });
  lines.once('close', () => {
    for (const wake of waiting) wake(undefined);
  });
  return (holds) =>
    new Promise((resolve) => {
      const found = seen.find(holds);
      if (found !== undefined) {
        resolve(found);
        return;
      }
      const wake = (line: Line | undefined): void => {
        if (line !== undefined && !holds(line)) return;
        waiting.delete(wake);
        resolve(line);
      };
      waiting.add(wake);
    });
}

/** Whether the network of this machine carries the announcement: some containers have no multicast. */
async function isFound(name: string): Promise<boolean> {
  const child = mover(['discover', '--json', '--seconds', String(LOOK_SECONDS)], 'pipe');
  const ended = once(child, 'close');
  const found = await events(child)((line) => line.name === name);
  child.kill();
  await ended;
  return found !== undefined;
}

async function demo(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'openmover-demo-'));
  const [old, fresh] = [join(folder, 'old-device'), join(folder, 'new-device')];

  say('1. An old device with contacts, messages, calls, calendar, apps and files');
  await finished(mover(['sample', '--into', old]), 'mover sample');
  const nothing = ['contacts', 'messages', 'calls', 'events', 'apps', 'files'].flatMap((kind) => [
    `--${kind}`,
    '0',
  ]);
  await finished(mover(['sample', '--into', fresh, '--device', 'new', ...nothing], 'pipe'), 'mover sample');
  await finished(mover(['inspect', old]), 'mover inspect');

  say('\n2. The new device waits: mover receive --into new-device');
  const receiver = mover(['receive', '--into', fresh, '--yes', '--json'], 'pipe');
  const received = once(receiver, 'close');
  const event = events(receiver);
  const listening = await event((line) => line.event === 'listening');
  const shown = await event((line) => line.event === 'code');
  if (listening === undefined || shown === undefined) throw new Error('the new device does not wait');
  const name = String(listening.name);
  const code = String(shown.code);
  say(`   It is "${name}" and shows the code ${code.slice(0, 3)} ${code.slice(3)}`);

  const found = await isFound(name);
  const address = String((listening.addresses as string[])[0]);
  if (!found)
    say('   Its name is not heard here (this network carries no multicast): its address is used instead.');
  const to = found ? name : address;

  say(`\n3. The old device moves: mover send --from old-device --to "${to}"`);
  const sender = mover(['send', '--from', old, '--to', to, '--yes', '--secrets-stdin']);
  sender.stdin?.write(`${JSON.stringify({ code })}\n`);
  await finished(sender, 'mover send');
  const [receiverCode] = (await received) as [number | null];
  if (receiverCode !== 0) throw new Error(`mover receive ended with exit code ${String(receiverCode)}`);

  say('\n4. What the new device holds now');
  await finished(mover(['inspect', fresh]), 'mover inspect');
  say(`\nLook at ${fresh}\nand compare it with ${old}`);
  say(`Both stay until you remove them: rm -r ${folder}`);
}

if (!existsSync(COMMAND)) {
  say('The command is not built yet: npm run build');
  process.exitCode = 1;
} else {
  try {
    await demo();
  } catch (error) {
    say(`The demo failed: ${error instanceof Error ? error.message : String(error)}`);
    for (const child of children) child.kill();
    process.exitCode = 1;
  }
}
