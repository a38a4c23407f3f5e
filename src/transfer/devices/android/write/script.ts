/**
 * Many commands of a phone in few shells. A `content` call takes a phone 0.2 to 0.5 s, most of it to start: four at a time
 * keep its cores busy. A script says nothing that counts: exit codes of `content` lie, so whoever runs one asks the phone
 * afterwards what there is.
 */
import { setTimeout } from 'node:timers/promises';
import { inCommands, MOST_SERVICE_BYTES, quoted, runCommand } from '../shell.ts';
import type { PhoneLink } from '../link.ts';
import { feedCommand } from './feed.ts';

/** What a script may say before the rest is dropped: enough for the reason of a refusal. */
const MOST_SAID = 64 * 1024;
const AT_ONCE = 4;
/** A command that was begun before the cable was pulled has ended by then. */
const SETTLE_MS = 1_000;

export interface ScriptOutcome {
  /** What the commands printed, errors included. */
  readonly said: string;
  /**
   * Some of the commands may not have run: the phone went away meanwhile and is back, or it is there and its shell broke
   * off. Whoever tries again need not count the first as a try.
   */
  readonly cut: 'gone' | 'failed' | undefined;
}

export interface Guard {
  readonly before: string;
  /** Run however the script ends, also when the cable is pulled: adbd then hangs up its shells. */
  readonly after: string;
}

/**
 * Runs all commands, several at a time and in no certain order. Not tried again: after a cable was pulled only the caller
 * can tell which of them have run.
 */
export async function runAll(
  link: PhoneLink,
  commands: readonly string[],
  { signal, guard }: { readonly signal: AbortSignal; readonly guard?: Guard },
): Promise<ScriptOutcome> {
  let said = '';
  let cut: ScriptOutcome['cut'];
  for (const pack of inCommands(commands)) {
    signal.throwIfAborted();
    const script = scriptOf(pack, guard);
    try {
      const answer = await runScript(link, script, signal);
      if (said.length < MOST_SAID) said += answer;
    } catch (error) {
      signal.throwIfAborted();
      cut = (await link.mend(error, 1, signal)) ? 'gone' : 'failed';
      await setTimeout(SETTLE_MS, undefined, { signal });
      break;
    }
  }
  return { said, cut };
}

/** Shells of a script end with it, so that nothing is written behind the back of whoever reads afterwards. */
function scriptOf(commands: readonly string[], guard: Guard | undefined): string {
  const lanes: string[][] = Array.from({ length: Math.min(AT_ONCE, commands.length) }, () => []);
  for (const [index, command] of commands.entries()) lanes[index % lanes.length]?.push(command);
  const after = guard === undefined ? '' : `${guard.after} >/dev/null 2>&1`;
  return [
    'p=',
    `trap ${quoted(after === '' ? ':' : after)} EXIT`,
    `trap 'kill $p 2>/dev/null; exit 129' HUP INT TERM`,
    ...(guard === undefined ? [] : [`${guard.before} 2>&1`]),
    // A shell that a signal meets while a command of its runs ends after that command, before the next.
    ...lanes.map(
      (lane) =>
        `(trap - EXIT; trap 'exit 129' HUP INT TERM\n${lane.join('\n')}\n) 2>&1 </dev/null & p="$p $!"`,
    ),
    'wait',
    '',
  ].join('\n');
}

async function runScript(link: PhoneLink, script: string, signal: AbortSignal): Promise<string> {
  const isLong = Buffer.byteLength(script) > MOST_SERVICE_BYTES && (await link.has('shell_v2'));
  const running = isLong
    ? feedCommand(link, 'eval "$(cat)"', [Buffer.from(script)], signal)
    : runCommand(link, script, signal);
  let said = '';
  for await (const piece of running) if (said.length < MOST_SAID) said += piece.toString('utf8');
  return said;
}
