/**
 * The sender's choice among what the new device would take: the person's, or `--yes`.
 */
import { MoverError } from '../../../transfer/errors.ts';
import { printable } from '../../../transfer/privacy/escape.ts';
import type { Choice, Offer, Plan } from '../../../transfer/session/events.ts';
import { appsText } from './apps-text.ts';
import { kindsTable } from './decide-offer.ts';
import type { LinkSpeed } from '../../terminal/engine.ts';
import type { Io } from '../../terminal/io.ts';
import { linkText } from './link-text.ts';
import { parseKinds } from '../../terminal/options.ts';
import { ask, canAsk } from '../../terminal/prompt.ts';
import type { View } from './view.ts';
import { bytes, KIND_LABELS } from '../../terminal/format.ts';

interface PlanOptions {
  readonly io: Io;
  readonly view: View;
  readonly yes: boolean;
  /** The two words the new device shows; unknown where its address was given. */
  readonly name: string | undefined;
  /** What was offered: counts, sizes, facts of the apps. */
  readonly offer: Offer | undefined;
  /** Whether apps that cannot run there move all the same. */
  readonly allApps: boolean;
  /** To the new device; undefined where it is not known. */
  readonly link: LinkSpeed | undefined;
  readonly signal: AbortSignal;
}

/** Without `yes` and without a person to ask, what `--from` and `--only` named is the choice. */
export async function choosePlan(plan: Plan, options: PlanOptions): Promise<Choice | undefined> {
  const { io, view, yes, allApps, signal } = options;
  view.note(planText(plan, options));
  const apps = plan.verdicts
    .filter(({ verdict }) => verdict === 'yes' || verdict === 'warning' || (allApps && verdict === 'no'))
    .map((app) => app.package);
  if (yes || !canAsk(io)) return { kinds: plan.kinds, apps };
  for (;;) {
    const answer = await ask(
      io,
      'Move all of this? [Y/n, or the kinds to move, separated by commas] ',
      signal,
    );
    if (answer === '' || /^y(es)?$/i.test(answer)) return { kinds: plan.kinds, apps };
    if (/^no?$/i.test(answer)) return undefined;
    try {
      const wanted = parseKinds('the answer', answer);
      return { kinds: plan.kinds.filter((kind) => wanted.includes(kind)), apps };
    } catch (error) {
      io.errors.write(`${MoverError.from(error).detail ?? ''}\n`);
    }
  }
}

function planText(
  { peer, kinds, verdicts, freeBytes, dryRun }: Plan,
  { name, offer, allApps, link }: Pick<PlanOptions, 'name' | 'offer' | 'allApps' | 'link'>,
): string {
  const names = [name, peer.name].filter((each) => each !== undefined).map((each) => `"${printable(each)}"`);
  const device = names.length === 0 ? 'The new device' : names.join(', ');
  const offered = offer?.kinds ?? [];
  const total = offered.reduce((sum, kind) => sum + (kinds.includes(kind.kind) ? kind.bytes : 0), 0);
  const lines =
    kinds.length === 0
      ? [`${device} takes nothing of this (${bytes(freeBytes)} free there).`]
      : [
          `${device} takes:`,
          offered.length === 0
            ? `  ${kinds.map((kind) => KIND_LABELS[kind]).join(', ')}`
            : kindsTable(offered, kinds),
          `  ${bytes(total)} in all; ${bytes(freeBytes)} are free there`,
        ];
  const speed = linkText(link, total);
  if (speed !== undefined) lines.push(`  ${speed}`);
  if (dryRun === true) {
    lines.push('It makes a dry run: everything is sent, nothing is kept, and you see what a move would do.');
  }
  if (kinds.includes('apps') && verdicts.length > 0) {
    lines.push(appsText(verdicts, { apps: offer?.apps ?? [], device: peer, allApps }));
  }
  return lines.join('\n');
}
