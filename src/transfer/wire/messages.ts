/**
 * Every message of the control channel once the devices trust each other, one discriminated union; those before are
 * in `pairing/messages.ts`. PROTOCOL.md says who sends which, when.
 * Binary values are base64url without padding. Schemas are strict: an unknown key is a violation.
 */
import { z } from 'zod';
import { appFactsSchema, appVerdictSchema, deviceFactsSchema } from '../compat/facts.ts';
import { ERROR_CODES } from '../errors.ts';
import { KINDS, RECORD_KINDS, SKIP_REASON_NAMES } from '../kinds/kind.ts';
import { LIMITS } from '../limits.ts';
import { areDigests, areEntryNumbers, isEntries } from './bulk-shapes.ts';
import type { Entry } from '../kinds/entry.ts';

const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const entryNumber = z.number().int().nonnegative().max(LIMITS.entries);
const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const kind = z.enum(KINDS);
const skip = z.strictObject({ reason: z.enum(SKIP_REASON_NAMES), count });

const path = z.array(z.string().min(1).max(LIMITS.nameBytes)).min(1).max(LIMITS.pathDepth);
const size = z.number().int().nonnegative().max(LIMITS.fileBytes);
const mtimeMs = z.number().min(-8.64e15).max(8.64e15);

/** One entry of a page, which is checked against this by `bulk-shapes.ts`. */
export const entrySchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('file'),
    kind: z.literal('files'),
    path,
    size,
    mtimeMs,
    executable: z.boolean(),
  }),
  z.strictObject({ type: z.literal('folder'), kind: z.literal('files'), path, size: z.literal(0) }),
  z.strictObject({
    type: z.literal('apk'),
    kind: z.literal('apps'),
    path: z.tuple([z.string().min(1).max(LIMITS.nameBytes), z.string().min(1).max(LIMITS.nameBytes)]),
    size,
    mtimeMs,
  }),
  z.strictObject({
    type: z.literal('segment'),
    kind: z.enum(RECORD_KINDS),
    index: count,
    records: z.number().int().min(1).max(LIMITS.segmentRecords),
    size,
  }),
]);

/** What the sender has of one kind. `items` are records, files or apps, as a person counts them. */
export const kindOfferSchema = z.strictObject({
  kind,
  items: count,
  entries: entryNumber,
  bytes: count,
  /** Not among `items`: seen and left behind by the sender, with the reason. */
  left: z.array(skip).max(SKIP_REASON_NAMES.length),
});
/** What a source has of one kind: counts and bytes, and what it leaves behind with the reasons. */
export type KindOffer = z.infer<typeof kindOfferSchema>;

/** `entry` is held up to byte `from`; `digest` is the BLAKE3 digest of that prefix. */
const held = z.tuple([entryNumber, size, bytes32]);
export type ResumeTuple = z.infer<typeof held>;

/** The zod schema of `Receipt`: for receipts that come from a file or another process. */
export const receiptSchema = z.strictObject({
  /** `dry-run`: nothing was kept; the figures are what a move would have come to. */
  outcome: z.enum(['complete', 'partial', 'interrupted', 'dry-run']),
  kinds: z.partialRecord(
    kind,
    z.strictObject({
      offered: count,
      sent: count,
      verified: count,
      added: count,
      merged: count,
      same: count,
      /** Of those added: under another name than they had. */
      renamed: count,
      skipped: z.array(skip).max(SKIP_REASON_NAMES.length),
    }),
  ),
  bytes: z.strictObject({ payload: count, wire: count, resumed: count }),
  seconds: z.number().nonnegative(),
});
/**
 * What became of a move, per kind: offered, sent, verified, added, merged, same, renamed, skipped. Both sides hold
 * the same; it has counts and no names.
 */
export type Receipt = z.infer<typeof receiptSchema>;

export const messageSchema = z.discriminatedUnion('type', [
  /** Both ways, first. `device` without identifiers; `identity` is HMAC(app key, Android ID). */
  z.strictObject({ type: z.literal('hello'), device: deviceFactsSchema, identity: bytes32 }),
  /** Sender: facts of the apps, before the offer. Never of none: such messages would be bounded by nothing. */
  z.strictObject({
    type: z.literal('apps'),
    apps: z.array(appFactsSchema).min(1).max(LIMITS.appsPerMessage),
  }),
  z.strictObject({
    type: z.literal('offer'),
    kinds: z.array(kindOfferSchema).max(KINDS.length),
    lanes: z.number().int().min(1).max(LIMITS.lanes),
  }),
  /** Receiver: verdicts, before the plan. */
  z.strictObject({
    type: z.literal('verdicts'),
    verdicts: z.array(appVerdictSchema).min(1).max(LIMITS.appsPerMessage),
  }),
  z.strictObject({
    type: z.literal('plan'),
    kinds: z.array(kind).max(KINDS.length),
    freeBytes: count,
    /** Nothing will be kept; the receipt's outcome will be `dry-run`. */
    dryRun: z.literal(true).optional(),
    /** Port of each lane, in order; the lane may join through the control port instead. */
    lanePorts: z.array(z.number().int().min(1).max(65_535)).min(1).max(LIMITS.lanes),
  }),
  /** Sender: what the person there chose of the plan. */
  z.strictObject({
    type: z.literal('begin'),
    kinds: z.array(kind).max(KINDS.length),
    apps: z.array(z.string().max(255)).max(LIMITS.apps),
  }),
  z.strictObject({
    type: z.literal('page'),
    /** Number of the page's first entry; entries count from 0 through the whole manifest. */
    first: entryNumber,
    entries: z.custom<Entry[]>(isEntries),
  }),
  z.strictObject({ type: z.literal('manifest-end'), entries: entryNumber }),
  /** Receiver: answer to the page beginning at `first`. Entries not named in `held` are wanted whole. */
  z.strictObject({
    type: z.literal('want'),
    first: entryNumber,
    held: z.array(held).max(LIMITS.pageEntries * LIMITS.candidates),
  }),
  /** Receiver: lanes may send from now on. */
  z.strictObject({ type: z.literal('go') }),
  /** Sender, after a lane broke: what is there of these entries? Answered by `state`. */
  z.strictObject({
    type: z.literal('ask'),
    lane: count,
    entries: z.array(entryNumber).max(LIMITS.laneEntries),
  }),
  z.strictObject({
    type: z.literal('state'),
    lane: count,
    done: z.array(entryNumber).max(LIMITS.laneEntries),
    held: z.array(held).max(LIMITS.laneEntries * LIMITS.candidates),
  }),
  /** Sender: digests of the entries it has sent whole, and those it could not read. */
  z.strictObject({
    type: z.literal('sent'),
    digests: z.custom<[number, string][]>(areDigests),
    skipped: z.array(z.tuple([entryNumber, z.enum(SKIP_REASON_NAMES)])).max(LIMITS.pageEntries),
  }),
  /** Receiver: digests agree / disagree (send again). */
  z.strictObject({
    type: z.literal('settled'),
    verified: z.custom<number[]>(areEntryNumbers),
    again: z.custom<number[]>(areEntryNumbers),
  }),
  /** Sender: every wanted entry is settled; nothing more comes. */
  z.strictObject({ type: z.literal('streamed'), payload: count, wire: count }),
  z.strictObject({ type: z.literal('receipt'), receipt: receiptSchema }),
  z.strictObject({ type: z.literal('receipt-ok') }),
  /** The end of a session that did not come to a receipt. */
  z.strictObject({ type: z.literal('stop'), code: z.enum(ERROR_CODES) }),
]);
export type Message = z.infer<typeof messageSchema>;
export type MessageOf<T extends Message['type']> = Extract<Message, { type: T }>;
