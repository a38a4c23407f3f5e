/** Android's commands `content` and `appops` over a stand-in phone's data. */
import type { PhoneData } from './phone-data.ts';
import { type Caller, content, storeOf } from './provider-commands.ts';

export interface CommandAnswer {
  readonly toErrors: boolean;
  readonly bytes: Buffer;
}

/** @param args the command's name first. @param input its standard input, where it reads that. */
export function answerCommand(
  data: PhoneData,
  [name = '', ...args]: readonly string[],
  caller: Caller,
  input: Buffer,
): CommandAnswer {
  try {
    const bytes = name === 'content' ? content(data, args, caller, input) : appops(data, args);
    return { toErrors: false, bytes: Buffer.from(bytes) };
  } catch (error) {
    return { toErrors: true, bytes: Buffer.from(`${(error as Error).message}\n`) };
  }
}

/** `appops get|set com.android.shell WRITE_SMS [allow]` (AOSP, AppOpsService.onShellCommand). */
function appops(data: PhoneData, [verb, , op = '', mode = '']: readonly string[]): string {
  const { ops } = storeOf(data);
  if (verb === 'set') {
    if (data.fixedOps === true) throw new Error('java.lang.SecurityException: MANAGE_APP_OPS_MODES');
    if (mode === 'default') ops.delete(op);
    else ops.set(op, mode);
    return '';
  }
  const known = ops.get(op);
  return known === undefined ? 'No operations.\nDefault mode: ignore\n' : `${op}: ${known}; time=+3m ago\n`;
}
