/**
 * Apps as a person looks through them: those that can move, those to look at, those that cannot run there, and those that
 * need not move; each with the reasons and how many apps each reason stands for.
 */
import type { AppFacts, AppVerdict, JudgedApp, ReasonFacts } from '../../../main/ipc/contract.ts';

export const GROUPS = ['yes', 'warning', 'no', 'skip'] as const satisfies readonly AppVerdict['verdict'][];
export type GroupName = (typeof GROUPS)[number];

/** Every app has it, so it is said once and not beside each. */
const SAID_ONCE = 'DATA_STAYS';

export interface AppItem {
  readonly package: string;
  /** What people call it; its package when it has no label. */
  readonly name: string;
  readonly version: string;
  readonly sizeBytes: number;
  readonly verdict: GroupName;
  /** Ids of the compatibility table, weightiest first. */
  readonly reasons: readonly string[];
  /** Of those reasons that have any to tell. */
  readonly facts: readonly ReasonFacts[];
}

export interface AppGroup {
  readonly verdict: GroupName;
  readonly apps: readonly AppItem[];
  /** Most frequent first; each app counts for its weightiest reason, so that the counts add up. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

/**
 * @param compare order of names in the window's language
 */
export function groupApps(
  apps: readonly AppFacts[],
  verdicts: readonly JudgedApp[],
  compare: (a: string, b: string) => number = (a, b) => a.localeCompare(b),
): AppGroup[] {
  const items = itemsOf(apps, verdicts).sort(
    (a, b) => compare(a.name, b.name) || compare(a.package, b.package),
  );
  return GROUPS.map((verdict) => {
    const members = items.filter((item) => item.verdict === verdict);
    return { verdict, apps: members, reasons: countReasons(members) };
  });
}

/** What moves unless the person says otherwise: all that can, those with a warning too. */
export const defaultApps = (verdicts: readonly AppVerdict[]): ReadonlySet<string> =>
  new Set(
    verdicts
      .filter(({ verdict }) => verdict === 'yes' || verdict === 'warning')
      .map((verdict) => verdict.package),
  );

/** The chosen among those that cannot run there: the person insists. */
export const insistedOn = (verdicts: readonly AppVerdict[], chosen: ReadonlySet<string>): number =>
  verdicts.filter((app) => app.verdict === 'no' && chosen.has(app.package)).length;

/** What is there already, came with the device or belongs to an organisation is not moved, whoever wants it. */
export const canBeChosen = ({ verdict }: AppItem): boolean => verdict !== 'skip';

/** Those whose name or package holds every word of the text, in any case and spelling of letters. */
export function searchApps(apps: readonly AppItem[], text: string): readonly AppItem[] {
  const words = folded(text)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return apps;
  return apps.filter((app) => {
    const haystack = folded(`${app.name} ${app.package}`);
    return words.every((word) => haystack.includes(word));
  });
}

/** Without case, accents and width: "Musica" finds "Música". */
function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function itemsOf(apps: readonly AppFacts[], verdicts: readonly JudgedApp[]): AppItem[] {
  const known = new Map(apps.map((app) => [app.package, app]));
  const judged = new Map(verdicts.map((verdict) => [verdict.package, verdict]));
  return [...judged.values()].map(({ package: id, verdict, reasons, facts = [] }): AppItem => {
    const app = known.get(id);
    return {
      package: id,
      name: app?.label?.trim() || id,
      version: app?.versionName?.trim() || (app === undefined ? '' : String(app.versionCode)),
      sizeBytes: app?.sizeBytes ?? 0,
      verdict,
      reasons: reasons.filter((reason) => reason !== SAID_ONCE),
      facts,
    };
  });
}

function countReasons(items: readonly AppItem[]): AppGroup['reasons'] {
  const counts = new Map<string, number>();
  for (const { reasons } of items) {
    const [weightiest] = reasons;
    if (weightiest !== undefined) counts.set(weightiest, (counts.get(weightiest) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}
