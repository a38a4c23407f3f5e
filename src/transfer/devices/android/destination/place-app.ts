/** Apps put on a phone by its package manager, all APKs of one in one session, so that none is there without its splits. */
import type { ApkEntry } from '../../../kinds/entry.ts';
import type { SkipReason } from '../../../kinds/kind.ts';
import type { DeviceIo } from '../../device-io.ts';
import type { StagedOnDevice } from '../../port.ts';
import type { PhoneLink } from '../link.ts';
import { apkPaths } from '../apps.ts';
import { commandText, quoted } from '../shell.ts';
import type { PhoneJournal } from './undo-journal.ts';

export interface AppPlacing {
  readonly link: PhoneLink;
  readonly journal: PhoneJournal;
  readonly tell: DeviceIo['tell'];
  readonly signal: AbortSignal;
}

/** What the package manager answers (AOSP, android.content.pm.PackageManager, `INSTALL_FAILED_…`), in the words of receipts. */
const FAILURES: readonly (readonly [answer: RegExp, reason: SkipReason])[] = [
  [/ALREADY_EXISTS|VERSION_DOWNGRADE/, 'app-already-there'],
  [/UPDATE_INCOMPATIBLE|SHARED_USER_INCOMPATIBLE|DUPLICATE_PERMISSION/, 'app-cannot-run'],
  [
    /OLDER_SDK|NEWER_SDK|NO_MATCHING_ABIS|CPU_ABI_INCOMPATIBLE|MISSING_(?:FEATURE|SHARED_LIBRARY)/,
    'app-cannot-run',
  ],
  [/MISSING_SPLIT|DEPRECATED_SDK_VERSION|TEST_ONLY/, 'app-cannot-run'],
  [/INVALID_APK|NOT_APK|PARSE_FAILED/, 'not-an-apk'],
];
const NO_SPACE = /INSUFFICIENT_STORAGE|No space left/;
/** Android 14 and newer keep apps for Android 5 and older out unless the installer insists. */
const OLD_APP = 'DEPRECATED_SDK_VERSION';
const ASK_PERSON = /USER_RESTRICTED|ABORTED|VERIFICATION/;

/** @returns `refused` where the phone keeps it from being installed now, and may not another time. */
export async function placeApp(
  placing: AppPlacing,
  apks: readonly StagedOnDevice<ApkEntry>[],
): Promise<'added' | SkipReason> {
  const { link, journal, tell, signal } = placing;
  const [first] = apks;
  if (first === undefined) return 'damaged';
  const [name] = first.entry.path;
  const wasThere = await isInstalled(link, name, signal);
  const line = { type: 'app', package: name } as const;
  // Before it is there: an undo that finds no such app has nothing to do. As the first change of a move it would take the
  // place of the journal before, for an app that the phone may refuse: then it is written once the app is there.
  const after = !journal.begun;
  if (!wasThere && !after) await journal.append([line], signal);
  let answer = await install(placing, apks, '');
  if (answer.includes(OLD_APP)) answer = await install(placing, apks, ' --bypass-low-target-sdk-block');
  if (answer === '' && (await isInstalled(link, name, signal))) {
    if (!wasThere && after) await journal.append([line], signal);
    await commandText(link, `rm -f ${apks.map(({ staged }) => quoted(staged)).join(' ')} 2>/dev/null`, {
      signal,
    });
    return 'added';
  }
  const known = FAILURES.find(([pattern]) => pattern.test(answer));
  if (known !== undefined) return known[1];
  if (NO_SPACE.test(answer)) tell({ message: 'The phone has no space left for apps.' });
  else if (ASK_PERSON.test(answer)) {
    tell({
      message: 'The phone does not let apps be installed over the cable.',
      action:
        'On Xiaomi: Settings → Additional settings → Developer options → turn on "Install via USB", then start the same move again.',
    });
  }
  return 'refused';
}

async function isInstalled(link: PhoneLink, name: string, signal: AbortSignal): Promise<boolean> {
  return (await apkPaths(link, name, signal)).length > 0;
}

/** @returns nothing where it is installed, otherwise what the phone said. */
async function install(
  { link, signal }: AppPlacing,
  apks: readonly StagedOnDevice<ApkEntry>[],
  option: string,
): Promise<string> {
  const total = apks.reduce((sum, { entry }) => sum + entry.size, 0);
  const created = await say(link, `pm install-create -r -S ${String(total)}${option}`, signal);
  const session = /\[(\d+)\]/.exec(created)?.[1];
  if (session === undefined) return created;
  for (const [index, { entry, staged }] of apks.entries()) {
    // From the file through the shell: the package manager itself may not read shared storage.
    const written = await say(
      link,
      `cat ${quoted(staged)} | pm install-write -S ${String(entry.size)} ${session} ${String(index)}.apk -`,
      signal,
    );
    if (written.includes('Success')) continue;
    await say(link, `pm install-abandon ${session}`, signal);
    return written;
  }
  const committed = await say(link, `pm install-commit ${session}`, signal);
  if (/^Success/m.test(committed)) return '';
  await say(link, `pm install-abandon ${session}`, signal);
  return committed === '' ? 'no answer' : committed;
}

/** What a command says, errors included. */
async function say(link: PhoneLink, command: string, signal: AbortSignal): Promise<string> {
  const { output, errors } = await commandText(link, `(${command}) 2>&1`, { signal });
  return `${output}${errors}`.trim();
}
