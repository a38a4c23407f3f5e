/** What to move: a whole device folder, or lists of files. */
import type { SourceSpec } from './engine.ts';
import { usage } from './options.ts';

export interface SourceOptions {
  readonly from?: string;
  readonly contacts?: readonly string[];
  readonly calendar?: readonly string[];
  readonly messages?: readonly string[];
  readonly calls?: readonly string[];
  readonly apps?: string;
  readonly files?: readonly string[];
  /** Move although they hold credentials. */
  readonly include?: readonly string[];
}

/** @throws MoverError `USAGE` unless exactly one of the two ways was used. */
export function sourceSpec(options: SourceOptions): SourceSpec {
  const { from, contacts, calendar, messages, calls, apps, files } = options;
  const lists = { contacts, calendar, messages, calls, apps, files };
  const included = options.include === undefined ? {} : { include: options.include };
  const given = Object.entries(lists).filter(([, value]) => value !== undefined);
  if (from !== undefined) {
    if (given.length > 0)
      throw usage('--from takes a whole device: leave the lists out, or leave --from out');
    return { from, ...included };
  }
  if (given.length === 0) {
    throw usage(
      'say what to move: --from DIR, or any of --contacts --calendar --messages --calls --apps --files',
    );
  }
  return { ...Object.fromEntries(given), ...included };
}
