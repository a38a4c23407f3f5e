/** `mover duplicates DIR`: contacts that may be there twice. Only what a person says is merged. */
import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { MoverError } from '../../transfer/errors.ts';
import { printable } from '../../transfer/privacy/escape.ts';
import type { Context } from '../terminal/context.ts';
import type { DuplicateGroup } from '../terminal/engine.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { noFolder } from '../terminal/options.ts';
import { askYesNo, canAsk } from '../terminal/prompt.ts';
import { plural } from '../terminal/format.ts';

export interface DuplicatesOptions {
  /** Groups that are one person each, by the ids they are listed with. */
  readonly merge?: readonly string[];
  readonly json?: boolean;
}

const WHY: Readonly<Record<DuplicateGroup['why'], string>> = {
  'same-name': 'One name, nothing else in common',
  'same-number': 'One number',
  'same-email': 'One e-mail address',
};

/** @returns 0. @throws MoverError */
export async function runDuplicates(
  folder: string,
  options: DuplicatesOptions,
  { io, engine, signal }: Context,
): Promise<number> {
  const there = await stat(folder).catch(() => undefined);
  if (there?.isDirectory() !== true) throw noFolder(folder);
  const json = options.json === true;
  const groups = await engine.findDuplicates(folder, signal);
  const unknown = (options.merge ?? []).filter((id) => !groups.some((group) => group.id === id));
  if (unknown.length > 0) {
    throw new MoverError('USAGE', { detail: `no such group: ${unknown.map(printable).join(', ')}` });
  }
  const chosen: DuplicateGroup[] = [];
  for (const group of groups) {
    const named = options.merge?.includes(group.id) === true;
    if (json)
      io.output.write(
        jsonLine({
          event: 'duplicate',
          ...group,
          cards: group.cards.map((card) => ({ ...card, file: relative(folder, card.file) })),
        }),
      );
    else io.output.write(asText(group));
    const asked = options.merge === undefined && !json && canAsk(io);
    if (named || (asked && (await askYesNo(io, 'Are they one person, to be merged?', signal, false))))
      chosen.push(group);
  }
  const { merged, kept } =
    chosen.length === 0 ? { merged: 0, kept: 0 } : await engine.mergeDuplicates(folder, chosen, signal);
  if (json) io.output.write(jsonLine({ event: 'duplicates', groups: groups.length, merged, kept }));
  else
    io.output.write(`${summary(groups.length, merged, kept, options.merge === undefined && !canAsk(io))}\n`);
  return 0;
}

function asText({ id, why, cards }: DuplicateGroup): string {
  const lines = cards.map(
    ({ name, phones, emails }) => `  ${printable([name, ...phones, ...emails].join(' · '))}\n`,
  );
  return `${WHY[why]} (${id}):\n${lines.join('')}`;
}

function summary(groups: number, merged: number, kept: number, unattended: boolean): string {
  if (groups === 0) return 'No contact seems to be there twice.';
  const what = [`${plural(groups, 'person', 'people')} may be there more than once.`];
  if (merged > 0)
    what.push(`Merged: ${plural(merged, 'card', 'cards')} into others; nothing of them is lost.`);
  if (kept > 0)
    what.push(
      `Left as they are, because they have changed or one card could not say all of both: ${String(kept)}.`,
    );
  if (merged + kept === 0) what.push('Nothing was changed.');
  if (unattended) what.push('To merge those that are one person: --merge ID…');
  return what.join(' ');
}
