/**
 * The sender's choice among what the new device would take: the person's, or `--yes`.
 */
import type { AppFacts } from '../../transfer/compat/facts.ts';
import { MoverError } from '../../transfer/errors.ts';
import { printable } from '../../transfer/privacy/escape.ts';
import type { Choice, Plan } from '../../transfer/session/events.ts';
import { appsText } from './apps-text.ts';
import type { Io } from './io.ts';
import { parseKinds } from './options.ts';
import { ask, canAsk } from './prompt.ts';
import type { View } from './view.ts';
import { bytes, KIND_LABELS } from './words.ts';

/** Without `yes` and without a person to ask, what `--from` and `--only` named is the choice. */
export async function choosePlan(
  plan: Plan,
  options: {
    readonly io: Io;
    readonly view: View;
    readonly yes: boolean;
    /** Facts of the apps that were offered. */
    readonly apps: readonly AppFacts[];
    /** Whether apps that cannot run there move all the same. */
    readonly allApps: boolean;
    readonly signal: AbortSignal;
  },
): Promise<Choice | undefined> {
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
  { apps, allApps }: { readonly apps: readonly AppFacts[]; readonly allApps: boolean },
): string {
  const name = peer.name === undefined ? 'The new device' : `"${printable(peer.name)}"`;
  const lines = [
    `${name} takes ${kinds.map((kind) => KIND_LABELS[kind]).join(', ') || 'nothing of this'} (${bytes(freeBytes)} free).`,
  ];
  if (dryRun === true) {
    lines.push('It makes a dry run: everything is sent, nothing is kept, and you see what a move would do.');
  }
  if (kinds.includes('apps') && verdicts.length > 0) {
    lines.push(appsText(verdicts, { apps, device: peer, allApps }));
  }
  return lines.join('\n');
}
