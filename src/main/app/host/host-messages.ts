/**
 * What the main process and a host (the process in which the engine works for one move) say to each other, once and for
 * both. Each side checks what the other says: the host reads what unauthenticated devices on the network send, and main would rather
 * end a move than pass on what a subverted host makes up.
 */
import { z } from 'zod';
import {
  appFactsSchema,
  appVerdictSchema,
  ERROR_CODES,
  kindOfferSchema,
  KINDS,
  reasonFactsSchema,
  receiptSchema,
} from '../../../transfer/index.ts';
import {
  moveAnswerSchema,
  type Inspection,
  type MoveAnswer,
  type MoveUpdate,
  type UndoOutcome,
} from '../../ipc/contract.ts';

/** Windows allows 32,767 UTF-16 units, everything else less. */
const path = z.string().min(1).max(32_767);
const paths = z.array(path).max(200);
const bytesPerSecond = z.number().int().min(1).nullable();
const count = z.number().int().nonnegative();
const kind = z.enum(KINDS);

/** zod makes the key of an optional value optional, too; structured cloning keeps it. */
const maybe = <T extends z.ZodType>(schema: T) => schema.optional().transform((value) => value);

const address = z.strictObject({
  host: z.string().min(1).max(300),
  port: z.number().int().min(1).max(65_535),
});

/** A device folder, or lists of what to move, as `openFolderSource` takes them. */
const sources = z.union([
  z.strictObject({ from: path }),
  z.strictObject({
    contacts: paths,
    calendar: paths,
    messages: paths,
    calls: paths,
    files: paths,
    apps: maybe(path),
  }),
]);

const target = z.discriminatedUnion('type', [
  /** `addresses` is what main has heard of it; without, the host looks for the name. */
  z.strictObject({
    type: z.literal('found'),
    name: z.string().min(1).max(63),
    addresses: z.array(address).max(64),
    code: z.string().max(32),
  }),
  z.strictObject({ type: z.literal('address'), address: z.string().max(300), code: z.string().max(32) }),
  z.strictObject({ type: z.literal('qr'), text: z.string().max(1_024) }),
]);

const task = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('receive'), destination: path, limit: bytesPerSecond }),
  z.strictObject({ type: z.literal('send'), sources, to: target, limit: bytesPerSecond }),
  z.strictObject({ type: z.literal('keep'), destination: path }),
  z.strictObject({ type: z.literal('inspect'), sources }),
  z.strictObject({ type: z.literal('watch') }),
  z.strictObject({ type: z.literal('undo'), destination: path }),
]);

export const toHostSchema = z.discriminatedUnion('type', [
  /** First of all, and once. */
  z.strictObject({ type: z.literal('start'), task }),
  z.strictObject({ type: z.literal('answer'), answer: moveAnswerSchema }),
  z.strictObject({ type: z.literal('limit'), bytesPerSecond }),
  z.strictObject({ type: z.literal('stop') }),
  /** The other device is dialled at once. */
  z.strictObject({ type: z.literal('retry') }),
]);

const figures = {
  bytes: count,
  totalBytes: count,
  entries: count,
  totalEntries: count,
};
const kindOffers = z.array(kindOfferSchema).max(KINDS.length);
const apps = z.array(appFactsSchema);
const peer = maybe(z.string().max(1_000));

const update = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('listening'),
    name: z.string().max(63),
    emoji: z.string().max(16),
    addresses: z.array(z.string().max(310)),
  }),
  z.strictObject({
    type: z.literal('code'),
    digits: z.string().regex(/^\d{6}$/),
    qr: z.string().max(1_024),
    expiresAt: z.number(),
  }),
  z.strictObject({
    type: z.literal('attempt-failed'),
    code: z.enum(ERROR_CODES),
    triesLeft: count,
  }),
  z.strictObject({ type: z.literal('paired') }),
  z.strictObject({ type: z.literal('offer'), peer, kinds: kindOffers, apps, freeBytes: maybe(count) }),
  z.strictObject({
    type: z.literal('plan'),
    peer,
    kinds: z.array(kind),
    verdicts: z.array(appVerdictSchema.extend({ facts: z.array(reasonFactsSchema).optional() })),
    freeBytes: count,
  }),
  z.strictObject({
    type: z.literal('progress'),
    phase: z.enum(['streaming', 'committing']),
    kinds: z.partialRecord(kind, z.strictObject(figures)),
    bytesPerSecond: z.number().nonnegative(),
    secondsLeft: maybe(z.number().nonnegative()),
    ...figures,
  }),
  z.strictObject({ type: z.literal('waiting'), until: z.number() }),
  z.strictObject({ type: z.literal('stalled') }),
  z.strictObject({ type: z.literal('resumed') }),
  z.strictObject({ type: z.literal('receipt'), receipt: receiptSchema }),
]) satisfies z.ZodType<HostUpdate>;

export const fromHostSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('update'), update }),
  z.strictObject({
    type: z.literal('inspection'),
    inspection: z.strictObject({ kinds: kindOffers, apps }) satisfies z.ZodType<Inspection>,
  }),
  z.strictObject({
    type: z.literal('devices'),
    devices: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(63),
          emoji: z.string().max(16),
          addresses: z.array(address).max(64),
        }),
      )
      .max(256),
  }),
  z.strictObject({
    type: z.literal('undone'),
    outcome: z.strictObject({
      removed: count,
      restored: count,
      gone: count,
      left: count,
    }) satisfies z.ZodType<UndoOutcome>,
  }),
  /** Last of all: the task is over, well when there is no code. */
  z.strictObject({ type: z.literal('ended'), code: maybe(z.enum(ERROR_CODES)) }),
]);

/** `ended` is said by the process that watches the host: a host that crashed cannot. */
export type HostUpdate = Exclude<MoveUpdate, { type: 'ended' }>;

export type ToHost = z.infer<typeof toHostSchema>;
export type FromHost =
  | Exclude<z.infer<typeof fromHostSchema>, { type: 'update' }>
  | { readonly type: 'update'; readonly update: HostUpdate };
export type Task = z.infer<typeof task>;
export type TaskOf<T extends Task['type']> = Extract<Task, { type: T }>;
export type SendTarget = z.infer<typeof target>;
export type HostSources = z.infer<typeof sources>;
export type HostDevice = Extract<FromHost, { type: 'devices' }>['devices'][number];
export type { MoveAnswer };
