/** What the plan says about apps, for the sender's person: how many move, and why the others do not. */
import type { AppFacts, AppVerdict, DeviceFacts } from '../../../transfer/compat/facts.ts';
import { explainReason, REASONS } from '../../../transfer/index.ts';
import { printable } from '../../../transfer/privacy/escape.ts';
import { count } from '../../terminal/format.ts';

/** Names listed for one reason; a phone has hundreds of apps that belong to its system. */
const NAMES = 8;

const HEADS = {
  warning: 'Look at these after the move:',
  no: 'Cannot run there, and stay here (--all-apps moves them all the same):',
  skip: 'Need not move:',
} as const;

const ALL_APPS_HEAD = 'Warning: these cannot run there and move all the same, as --all-apps says:';

export function appsText(
  verdicts: readonly AppVerdict[],
  {
    apps,
    device,
    allApps,
  }: {
    readonly apps: readonly AppFacts[];
    readonly device: DeviceFacts;
    readonly allApps: boolean;
  },
): string {
  const of = (wanted: AppVerdict['verdict']): AppVerdict[] =>
    verdicts.filter(({ verdict }) => verdict === wanted);
  const facts = new Map(apps.map((app) => [app.package, app]));
  const lines = [
    `Apps: can move ${count(of('yes').length)} · look at these ${count(of('warning').length)} · there already ${count(of('skip').length)} · cannot run there ${count(of('no').length)}.`,
    'Apps move; their data does not. You will sign in again.',
  ];
  for (const verdict of ['no', 'warning', 'skip'] as const) {
    const reasons = byReason(of(verdict), facts, device);
    if (reasons.size === 0) continue;
    lines.push(verdict === 'no' && allApps ? ALL_APPS_HEAD : HEADS[verdict]);
    for (const [reason, names] of reasons) lines.push(`  ${printable(reason)}: ${listed(names)}`);
  }
  return lines.join('\n');
}

/** Names of apps by the sentence that is why they have their verdict. */
function byReason(
  verdicts: readonly AppVerdict[],
  facts: ReadonlyMap<string, AppFacts>,
  device: DeviceFacts,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { package: id, verdict, reasons } of verdicts) {
    const app = facts.get(id);
    const name = app?.label === undefined ? id : `${app.label} (${id})`;
    const weighty = reasons.filter((reason) => verdictOf(reason) === verdict);
    for (const reason of weighty.length === 0 ? reasons : weighty) {
      const text = explainReason(reason, { app, device });
      found.set(text, [...(found.get(text) ?? []), name]);
    }
  }
  return found;
}

/** A peer may be newer and know reasons this table does not. */
const verdictOf = (reason: string): AppVerdict['verdict'] | undefined =>
  Object.entries(REASONS).find(([id]) => id === reason)?.[1].verdict;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES).map((name) => printable(name));
  const more = names.length - shown.length;
  return shown.join(', ') + (more === 0 ? '' : ` and ${count(more)} more`);
}
