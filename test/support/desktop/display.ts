/** A screen that nobody sees (Xvfb), for all windows of a run. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

export interface Display {
  /** What DISPLAY says, e.g. `:99`. */
  readonly name: string;
  close(): Promise<void>;
}

export function whyNoDisplay(): string | undefined {
  return spawnSync('Xvfb', ['-help'], { stdio: 'ignore' }).error === undefined ? undefined : 'needs Xvfb';
}

/** @param home a folder for whatever it writes */
export async function openDisplay(home: string): Promise<Display> {
  // It chooses a free number itself, and says it once it listens.
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], {
    env: { ...process.env, HOME: home, TMPDIR: home },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await firstLine(child);
  return {
    name: `:${number}`,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const bytes of child.stdio[3] as Readable) {
    text += String(bytes);
    if (text.includes('\n')) return text.trim();
  }
  throw new Error('Xvfb ended before it said its number');
}
