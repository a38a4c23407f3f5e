/**
 * Applies the decision table. Pure: facts in, verdicts out.
 */
import { type Circumstances, type KnownAndroid, knownAndroid } from './circumstances.ts';
import { type AppFacts, type AppVerdict, type DeviceFacts, VERDICTS } from './facts.ts';
import { type ReasonId, reasonText, type Row, TABLE } from './table.ts';

export interface Space {
  /** Bytes free on the new device. */
  readonly freeBytes: number;
}

const ROWS: readonly Row[] = TABLE;

interface Reason {
  readonly verdict: Row['verdict'];
  readonly text: string;
}

/** Every reason of the table, by its id. */
export const REASONS = Object.fromEntries(
  ROWS.map(({ id, verdict, text }) => [id, { verdict, text }]),
) as Readonly<Record<ReasonId, Reason>>;

/** Every reason id, in order of precedence. */
export const REASON_IDS = ROWS.map((row) => row.id) as readonly ReasonId[];

/**
 * Whether one app can run on a device, and why not: all reasons that apply, the weightiest first. A device that is no
 * Android phone, or of which nothing is known, takes everything: then the APKs are files to keep.
 */
export function judgeApp(app: AppFacts, device: DeviceFacts, space: Space): AppVerdict {
  return judge(app, device.android && knownAndroid(device.android), space);
}

/** `judgeApp` for many apps; each is judged by itself, not by what the others will take of the space. */
export function judgeApps(apps: readonly AppFacts[], device: DeviceFacts, space: Space): AppVerdict[] {
  const android = device.android && knownAndroid(device.android);
  return apps.map((app) => judge(app, android, space));
}

function judge(app: AppFacts, android: KnownAndroid | undefined, space: Space): AppVerdict {
  if (android === undefined) return { package: app.package, verdict: 'yes', reasons: ['DATA_STAYS'] };
  const facts = circumstances(app, android, space);
  const rows = ROWS.filter((row) => row.applies(facts));
  const weight = Math.max(...rows.map((row) => VERDICTS.indexOf(row.verdict)));
  return {
    package: app.package,
    verdict: VERDICTS[weight] ?? 'yes',
    reasons: rows.map((row) => row.id),
  };
}

const circumstances = (app: AppFacts, android: KnownAndroid, { freeBytes }: Space): Circumstances => ({
  app,
  android,
  installed: android.installed.get(app.package),
  freeBytes,
});

/**
 * The sentence a person reads for a reason, with the facts of the case in it where they are at hand (`Needs Android 14
 * or newer`), else `reasonText`.
 */
export function explainReason(
  reason: string,
  of: { readonly app?: AppFacts | undefined; readonly device?: DeviceFacts | undefined } = {},
): string {
  const row = ROWS.find(({ id }) => id === reason);
  const { app, device } = of;
  if (row?.says === undefined || app === undefined || device?.android === undefined)
    return reasonText(reason);
  return row.says(circumstances(app, knownAndroid(device.android), { freeBytes: 0 }));
}

/** The receipt's reason (a `SkipReason`) for an app that does not move; `undefined` for one that does. */
export function skipReasonOf({
  verdict,
  reasons,
}: AppVerdict): 'app-cannot-run' | 'app-already-there' | 'app-left-behind' | undefined {
  if (verdict === 'no') return 'app-cannot-run';
  if (verdict !== 'skip') return undefined;
  const there = reasons.includes('NEWER_THERE') || reasons.includes('ALREADY_THERE');
  return there ? 'app-already-there' : 'app-left-behind';
}
