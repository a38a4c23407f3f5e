/**
 * The switch that lets the shell write messages (AppOpsManager, `WRITE_SMS`). It is on while a script runs and back as it
 * was when the script ends, whatever ends it: each script puts it back itself, and the computer once more at the end.
 */
import type { PhoneLink } from '../link.ts';
import { commandText } from '../shell.ts';
import type { Guard } from './script.ts';
import { endingSignal } from './writing.ts';

const OP = 'com.android.shell WRITE_SMS';
/** `WRITE_SMS: ignore; rejectTime=+3m ago`, and `No operations.` where nobody has changed it. */
const MODE = /^WRITE_SMS: (allow|ignore|deny|default|foreground)/m;

export async function withAppOp<T>(
  link: PhoneLink,
  signal: AbortSignal,
  work: (guard: Guard) => Promise<T>,
): Promise<T> {
  const was = await modeOf(link, signal);
  const restore = `appops set ${OP} ${was}`;
  try {
    return await work({ before: `appops set ${OP} allow`, after: restore });
  } finally {
    const ending = signal.aborted ? endingSignal() : signal;
    await commandText(link, `${restore} 2>/dev/null`, { signal: ending }).catch(() => undefined);
  }
}

async function modeOf(link: PhoneLink, signal: AbortSignal): Promise<string> {
  const { output } = await commandText(link, `appops get ${OP}`, { signal });
  return MODE.exec(output)?.[1] ?? 'default';
}
