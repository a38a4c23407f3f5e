/** Android's commands `content`, `appops` and `pm` over a stand-in phone's data. */
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
    const bytes =
      name === 'content'
        ? content(data, args, caller, input)
        : name === 'appops'
          ? appops(data, args)
          : pm(data, args);
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

function pm(state: PhoneData, args: readonly string[]): string {
  const folder = '/data/app';
  const packages = state.packages ?? [];
  if (args[0] === 'path') {
    const files = packages.find((each) => each.package === args[1])?.files ?? [];
    return files.map((file) => `package:${folder}/${file}\n`).join('');
  }
  if (args[1] !== 'packages') return '';
  const system = args.includes('-3') ? '' : 'package:/system/app/Phone/Phone.apk=com.android.phone\n';
  const own = packages.map((each) => {
    const version = args.includes('--show-versioncode') ? ` versionCode:${String(each.versionCode)}` : '';
    const file = args.includes('-f') ? `${folder}/${each.files[0] ?? ''}=` : '';
    return `package:${file}${each.package}${version}\n`;
  });
  return system + own.join('');
}
