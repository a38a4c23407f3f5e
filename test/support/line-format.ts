/**
 * The smallest record format there is: a record is a line, `BAD` is a malformed one. Devices are tested with it, so that
 * a test of a folder does not fail for a comma in a vCard.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { identify } from '../../src/transfer/kinds/file-identity.ts';
import { RECORD_KINDS, type RecordFormat, type RecordKind } from '../../src/transfer/kinds/kind.ts';

const FILE_NAMES = {
  contacts: 'contacts.vcf',
  messages: 'messages.xml',
  calls: 'calls.xml',
  calendar: 'calendar.ics',
} as const;

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').filter(Boolean);

/** Records of a named collection are `collection:line`, so that a test sees where they came from. */
export function lineFormat(kind: RecordKind): RecordFormat {
  return {
    kind,
    fileName: FILE_NAMES[kind],
    async *read(input, { collection, skip }) {
      let text = '';
      for await (const block of input) text += Buffer.from(block).toString('utf8');
      for (const line of text.split('\n')) {
        if (line === 'BAD') skip('malformed');
        else if (line !== '') yield collection === undefined ? line : `${collection}:${line}`;
      }
    },
    async merge({ existing, incoming, target, workFolder }) {
      const were = new Map(existing.map(({ path }) => [path, identify(path)]));
      const known = new Set(existing.flatMap(({ path }) => linesOf(path)));
      const added = new Map<string, string[]>();
      let same = 0;
      for await (const record of incoming()) {
        const [collection, line = record] = record.includes(':') ? record.split(':', 2) : [undefined];
        if (known.has(line)) {
          same += 1;
          continue;
        }
        known.add(line);
        const to = target(collection);
        added.set(to, [...(added.get(to) ?? []), line]);
      }
      const replacements = [...added].map(([to, lines]) => {
        const from = join(workFolder, basename(to));
        const before = existsSync(to) ? linesOf(to) : [];
        writeFileSync(from, [...before, ...lines, ''].join('\n'));
        return { from, to, read: identify(from), was: were.get(to) };
      });
      const count = [...added.values()].reduce((sum, lines) => sum + lines.length, 0);
      const before = existing.reduce((sum, { path }) => sum + linesOf(path).length, 0);
      const after = before + count;
      return { added: count, merged: 0, same, skipped: [], before, after, replacements };
    },
  };
}

export const lineFormats = Object.fromEntries(RECORD_KINDS.map((kind) => [kind, lineFormat(kind)])) as Record<
  RecordKind,
  RecordFormat
>;
