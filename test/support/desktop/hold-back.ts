/**
 * `node hold-back.ts FOLDER`: passes the app's messages on, but the one that tells where Chromium's debugger listens only
 * once the window shows its page. Playwright attaches when it reads that; attached to Electron 25 while the window goes
 * from the empty page to its own, it misses the journey and waits for it for ever (seen in one start of ten).
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** Between two looks; there is no event that tells another program of a page. */
const LOOK_MS = 20;

interface Target {
  readonly type: string;
  readonly title: string;
}

async function pageIsThere(port: string): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`);
    const targets = (await response.json()) as readonly Target[];
    return targets.some(({ type, title }) => type === 'page' && title.endsWith('OpenMover'));
  } catch {
    return false;
  }
}

// The folder of the script that started this: by now everybody has opened what is in it.
rmSync(process.argv[2] ?? '', { recursive: true, force: true });
let ended = false;
const lines = createInterface({ input: process.stdin });
lines.on('close', () => (ended = true));
lines.on('line', (line) => {
  const port = /^DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1];
  if (port === undefined) {
    process.stderr.write(`${line}\n`);
    return;
  }
  void (async () => {
    while (!ended && !(await pageIsThere(port))) await pause(LOOK_MS);
    process.stderr.write(`${line}\n`);
  })();
});
