/**
 * What the merge needs to know of a component: who it is and how new. Read by ical.js; a component that ical.js cannot
 * read would make the whole calendar unreadable to the programs that use it, so it counts as malformed.
 */
import ICAL from 'ical.js';
import { contentLines } from '../content-line.ts';

type Parameters = Readonly<Record<string, unknown>>;
/** RFC 7265 (jCal): name, parameters, type, values. */
type JcalProperty = readonly [string, Parameters, string, ...unknown[]];
type JcalComponent = readonly [string, readonly JcalProperty[], readonly JcalComponent[]];

/** Which of two versions is newer: RFC 5545 sections 3.8.7.4, 3.8.7.3 and 3.8.7.2. */
export interface Revision {
  readonly sequence: number;
  readonly lastModified: string | undefined;
  readonly stamp: string | undefined;
}

export interface Component {
  /** Upper case. */
  readonly name: string;
  /** Equal for all versions of the same thing; undefined when nothing tells. */
  readonly key: string | undefined;
  readonly revision: Revision;
  /** All it says save DTSTAMP, which many programs set anew on every export. */
  readonly content: string;
  /** Time zones its times are in. */
  readonly zones: ReadonlySet<string>;
  /** Of a VTIMEZONE. */
  readonly zone: string | undefined;
}

const isComponent = (value: unknown): value is JcalComponent =>
  Array.isArray(value) && typeof value[0] === 'string' && Array.isArray(value[1]) && Array.isArray(value[2]);

/** The component, or undefined when it is malformed. `bytes` is one whole component, from BEGIN to END. */
export function parseComponent(bytes: Buffer): Component | undefined {
  const lines = [...contentLines(bytes.toString('latin1'))].map((line) => line.text);
  let jcal: unknown;
  try {
    jcal = ICAL.parse(lines.join('\r\n'));
  } catch {
    return undefined;
  }
  if (!isComponent(jcal)) return undefined;
  const [name, properties] = jcal;
  const zones = new Set<string>();
  collectZones(jcal, zones);
  const zone = name === 'vtimezone' ? textOf(properties, 'tzid') : undefined;
  if (name === 'vtimezone' && zone === undefined) return undefined;
  const content = lines.filter((line) => !/^DTSTAMP[:;]/i.test(line)).map((line) => line.trimEnd());
  return {
    name: name.toUpperCase(),
    key: keyOf(name, properties),
    revision: {
      sequence: sequenceOf(properties),
      lastModified: instantOf(properties, 'last-modified'),
      stamp: instantOf(properties, 'dtstamp'),
    },
    content: content.sort().join('\n'),
    zones,
    zone,
  };
}

/** The value as text with its zone: the same wall-clock time in two zones is not the same time. */
function valueOf(properties: readonly JcalProperty[], name: string): string | undefined {
  const property = properties.find((each) => each[0] === name);
  if (property === undefined) return undefined;
  const { tzid } = property[1];
  return JSON.stringify([property[3], typeof tzid === 'string' ? tzid : null]);
}

function textOf(properties: readonly JcalProperty[], name: string): string | undefined {
  const value = properties.find((each) => each[0] === name)?.[3];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function sequenceOf(properties: readonly JcalProperty[]): number {
  const value = properties.find((each) => each[0] === 'sequence')?.[3];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** `2020-01-31T10:00:00Z`, which sorts as text; undefined when it is no such time. */
function instantOf(properties: readonly JcalProperty[], name: string): string | undefined {
  const text = textOf(properties, name);
  return text !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text) ? text : undefined;
}

function keyOf(name: string, properties: readonly JcalProperty[]): string | undefined {
  const uid = textOf(properties, 'uid');
  if (uid !== undefined) return JSON.stringify([name, uid, valueOf(properties, 'recurrence-id') ?? null]);
  const told = ['summary', 'dtstart', 'due', 'recurrence-id'].map(
    (each) => valueOf(properties, each) ?? null,
  );
  if (told.every((each) => each === null)) return undefined;
  const rules = properties
    .filter((each) => each[0] === 'rrule' || each[0] === 'rdate')
    .map((each) => each.slice(3));
  return JSON.stringify([name, 'no uid', ...told, rules]);
}

function collectZones([, properties, children]: JcalComponent, zones: Set<string>): void {
  for (const [, { tzid }] of properties) if (typeof tzid === 'string') zones.add(tzid);
  for (const child of children) collectZones(child, zones);
}

/** Above 0 when `a` is newer, below when `b` is, 0 when nothing tells. */
export function compareRevisions(a: Revision, b: Revision): number {
  if (a.sequence !== b.sequence) return a.sequence - b.sequence;
  for (const [x, y] of [
    [a.lastModified, b.lastModified],
    [a.stamp, b.stamp],
  ]) {
    if (x !== undefined && y !== undefined && x !== y) return x > y ? 1 : -1;
  }
  return 0;
}
