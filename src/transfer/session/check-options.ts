/**
 * What callers hand to `send` and `receive`, looked at before anything is done with it: a program in JavaScript, or one
 * with a wrong cast, is told which option is wrong, and not by a TypeError from deep inside.
 */
import { MoverError } from '../errors.ts';
import { KINDS, type Kind } from '../kinds/kind.ts';
import { LIMITS } from '../limits.ts';
import { Ephemeral } from '../privacy/ephemeral.ts';
import { Retry } from '../wire/retry.ts';
import { RateLimit } from './rate-limit.ts';
import type { ReceiveOptions } from './receive-options.ts';
import type { SendOptions } from './send-options.ts';

type Check = (value: unknown) => string | undefined;

const MOST_PORT = 65_535;
const KIND_NAMES: ReadonlySet<unknown> = new Set<Kind>(KINDS);

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);

const a =
  (what: string, holds: (value: unknown) => boolean): Check =>
  (value) =>
    holds(value) ? undefined : what;

const object = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const wholeNumber = (least: number, most: number): Check =>
  a(
    `a whole number from ${String(least)} to ${String(most)}`,
    (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  );

const withMethods = (what: string, ...methods: string[]): Check =>
  a(`${what} (an object with ${methods.join(', ')})`, (value) =>
    object(value) ? methods.every((name) => typeof value[name] === 'function') : false,
  );

const aFunction = a('a function', (value) => typeof value === 'function');
const aSignal = a('an AbortSignal', (value) => value instanceof AbortSignal);
const aText = a('a text', (value) => typeof value === 'string');
const aBoolean = a('true or false', (value) => typeof value === 'boolean');
const someKinds = a(
  `an array of kinds (${KINDS.join(', ')})`,
  (value) => Array.isArray(value) && value.every((kind) => KIND_NAMES.has(kind)),
);
const anEphemeral = a('an Ephemeral', (value) => value instanceof Ephemeral);
const milliseconds = a(
  'a number of milliseconds, 0 or more',
  (value) => typeof value === 'number' && value >= 0,
);

const COMMON = {
  kinds: optional(someKinds),
  androidId: optional(anEphemeral),
  limit: optional(a('a RateLimit', (value) => value instanceof RateLimit)),
  waitMs: optional(milliseconds),
  onEvent: aFunction,
  onLeftBehind: optional(aFunction),
  signal: aSignal,
} as const satisfies Record<string, Check>;

const SEND: Readonly<Record<keyof SendOptions, Check>> = {
  ...COMMON,
  source: withMethods('a Source', 'scan', 'content', 'segments', 'close'),
  to: a(
    'an address { host, port }',
    (value) =>
      object(value) &&
      typeof value['host'] === 'string' &&
      wholeNumber(1, MOST_PORT)(value['port']) === undefined,
  ),
  code: anEphemeral,
  secretKind: optional(a("'code' or 'qr'", (value) => value === 'code' || value === 'qr')),
  certificateDigest: optional(
    a('a Buffer of 32 bytes', (value) => Buffer.isBuffer(value) && value.length === 32),
  ),
  lanes: optional(wholeNumber(1, LIMITS.lanes)),
  retry: optional(a('a Retry', (value) => value instanceof Retry)),
  onPlan: aFunction,
};

const RECEIVE: Readonly<Record<keyof ReceiveOptions, Check>> = {
  ...COMMON,
  destination: a(
    'a Destination (a DiskDestination or a DeviceDestination)',
    (value) =>
      object(value) &&
      (value['type'] === 'disk' || value['type'] === 'device') &&
      typeof value['space'] === 'function' &&
      typeof value['close'] === 'function',
  ),
  name: optional(aText),
  port: optional(wholeNumber(0, MOST_PORT)),
  host: optional(aText),
  advertise: optional(aBoolean),
  dryRun: optional(aBoolean),
  keepUndo: optional(aBoolean),
  dropWhenStopped: optional(aBoolean),
  onOffer: aFunction,
};

function check(call: string, options: unknown, checks: Readonly<Record<string, Check>>): void {
  if (!object(options)) throw wrong(`${call} takes an object of options`);
  for (const [name, find] of Object.entries(checks)) {
    const expected = find(options[name]);
    if (expected !== undefined) throw wrong(`${call}: ${name} must be ${expected}`);
  }
}

const wrong = (sentence: string): MoverError => new MoverError('USAGE', { sentence: `${sentence}.` });

/** @throws MoverError `USAGE`, with a message that names the option. */
export function checkSendOptions(options: SendOptions): void {
  check('send', options, SEND);
}

/** @throws MoverError `USAGE`, with a message that names the option. */
export function checkReceiveOptions(options: ReceiveOptions): void {
  check('receive', options, RECEIVE);
}
