/** What the merge needs to know of a component: who it is, what it says and how new it is. */
import { mendLines } from './mend.ts';
import { contentOf, parseTree, type Node } from './tree.ts';

/** Which of two versions is newer: RFC 5545 sections 3.8.7.4 and 3.8.7.3. */
export interface Revision {
  readonly sequence: number;
  readonly lastModified: string | undefined;
}

export interface Component {
  /** Upper case. */
  readonly name: string;
  /** Equal for all versions of the same thing: UID and occurrence, or without a UID all it says. */
  readonly key: string;
  readonly revision: Revision;
  /** All it says save DTSTAMP, which many programs set anew on every export. */
  readonly content: string;
  /** The same without the marks of revisions. */
  readonly substance: () => string;
  /** What tells events apart to whom some program gave one UID; empty where there is none. */
  readonly summary: string;
  readonly start: string;
  /** Time zones its times are in. */
  readonly zones: ReadonlySet<string>;
  /** Of a VTIMEZONE. */
  readonly zone: string | undefined;
  /** Its text, flawed lines mended. Latin1. */
  readonly text: string;
  readonly tree: Node;
}

const STAMP = new Set(['DTSTAMP']);
const REVISION = new Set(['DTSTAMP', 'SEQUENCE', 'LAST-MODIFIED', 'CREATED']);

/** The component, or undefined when it is malformed. `bytes` is one whole component, from BEGIN to END. */
export function parseComponent(bytes: Buffer): Component | undefined {
  const text = mendLines(bytes.toString('latin1'));
  const tree = parseTree(text);
  if (tree === undefined) return undefined;
  const { name } = tree;
  const valueOf = (wanted: string): string | undefined =>
    tree.lines.find((line) => line.name === wanted && line.value !== '')?.value;
  const zone = name === 'VTIMEZONE' ? tree.lines.find((line) => line.name === 'TZID')?.written : undefined;
  const id = zone?.slice(zone.indexOf(':') + 1).trim();
  if (name === 'VTIMEZONE' && (id === undefined || id === '')) return undefined;
  const zones = new Set<string>();
  collectZones(tree, zones);
  let known: string | undefined;
  const substance = (): string => (known ??= contentOf(tree, REVISION));
  const uid = valueOf('UID');
  const sequence = Number(valueOf('SEQUENCE') ?? 0);
  const lastModified = valueOf('LAST-MODIFIED');
  return {
    name,
    key: JSON.stringify(
      uid === undefined ? ['no uid', substance()] : [name, uid, valueOf('RECURRENCE-ID') ?? null],
    ),
    revision: {
      sequence: Number.isFinite(sequence) ? sequence : 0,
      // Anything else than a moment in UTC tells nothing.
      lastModified: lastModified?.startsWith('@') === true ? lastModified : undefined,
    },
    content: contentOf(tree, STAMP),
    substance,
    summary: valueOf('SUMMARY') ?? '',
    start: valueOf('DTSTART') ?? valueOf('DUE') ?? '',
    zones,
    zone: id,
    text,
    tree,
  };
}

function collectZones({ lines, children }: Node, zones: Set<string>): void {
  for (const { tzid } of lines) if (tzid !== undefined) zones.add(tzid);
  for (const child of children) collectZones(child, zones);
}

/** Above 0 when `a` is newer, below when `b` is, 0 when nothing tells: DTSTAMP never does. */
export function compareRevisions(a: Revision, b: Revision): number {
  if (a.sequence !== b.sequence) return a.sequence - b.sequence;
  if (a.lastModified === undefined || b.lastModified === undefined) return 0;
  return Number(a.lastModified.slice(1)) - Number(b.lastModified.slice(1));
}
