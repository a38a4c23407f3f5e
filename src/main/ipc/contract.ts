/**
 * What the window and the main process say to each other, once and for both. The renderer takes the types; main checks
 * every request against its schema here before anything is done (`register.ts`). No path and no identifier is in it: a
 * folder is a `Place` with a number, and only the six digits that a person reads or types cross to the window.
 */
import { z } from 'zod';
import {
  KINDS,
  type AppFacts,
  type AppVerdict,
  type ErrorCode,
  type Kind,
  type KindOffer,
  type ReasonFacts,
  type Receipt,
} from '../../transfer/index.ts';

/** A file the person picked, or typed as text, is never longer than this. */
const MAX_TEXT = 4 * 1024 * 1024;

export const PLACE_TYPES = ['device', 'contacts', 'calendar', 'messages', 'calls', 'apps', 'files'] as const;
export type PlaceType = (typeof PLACE_TYPES)[number];

const role = z.enum(['source', 'destination']);
/** What a dialog can ask for: folders of files, or files one by one, which are of one type. */
export const PICK_TYPES = [...PLACE_TYPES, 'single-files'] as const;
export type PickType = (typeof PICK_TYPES)[number];
const pickType = z.enum(PICK_TYPES);
const placeId = z.string().regex(/^place-\d{1,9}$/);
const moveId = z.string().regex(/^move-\d{1,9}$/);
const kinds = z.array(z.enum(KINDS)).max(KINDS.length);
const bytesPerSecond = z.number().int().min(1_024).nullable();
const label = z.string().max(400);

const target = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('found'), name: z.string().min(1).max(63), code: z.string().max(32) }),
  /** `host:port`, as the new device shows it. */
  z.strictObject({ type: z.literal('address'), address: z.string().max(300), code: z.string().max(32) }),
  /** The text of the QR code; it holds the address and a secret, so no digits are typed. */
  z.strictObject({ type: z.literal('qr'), text: z.string().max(1_024) }),
]);

const start = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('receiver'), place: placeId, limit: bytesPerSecond }),
  z.strictObject({
    role: z.literal('sender'),
    places: z.array(placeId).min(1).max(200),
    to: target,
    limit: bytesPerSecond,
  }),
  /** Takes what an interrupted move had verified to its place, without the old device. */
  z.strictObject({ role: z.literal('keeper'), place: placeId }),
]);

export const moveAnswerSchema = z.discriminatedUnion('accept', [
  z.strictObject({ accept: z.literal(false) }),
  /** `apps` is the sender's choice of packages; a receiver leaves it empty. */
  z.strictObject({
    accept: z.literal(true),
    kinds,
    apps: z.array(z.string().min(1).max(255)).max(100_000),
  }),
]);

/** Sentences of the window's language for what main shows itself: menu, dialogs, notifications. */
const words = z.strictObject({
  language: z.enum(['en', 'zh-CN', 'es', 'ar']),
  texts: z.record(z.string().max(100), label),
});

/** Every request with the schema of its arguments. */
export const REQUESTS = {
  'app.ready': z.tuple([]),
  'app.words': z.tuple([words]),
  /** Opens the system's dialog; null when the person closes it. Files and folders of one type are one place. */
  'places.pick': z.tuple([role, pickType]),
  'places.inspect': z.tuple([z.array(placeId).min(1).max(200)]),
  /** From now on `devices` events tell who waits on this network. */
  'devices.watch': z.tuple([]),
  'devices.unwatch': z.tuple([]),
  'moves.start': z.tuple([start]),
  /** The answer to an `offer` (receiver) or a `plan` (sender). */
  'moves.answer': z.tuple([moveId, moveAnswerSchema]),
  /** Stop and forget. Answered when the move's process has ended. */
  'moves.stop': z.tuple([moveId]),
  /** Dials a lost device at once. */
  'moves.retry': z.tuple([moveId]),
  'moves.limit': z.tuple([moveId, bytesPerSecond]),
  'moves.undo': z.tuple([moveId]),
  /** Shows the destination in the system's file manager. */
  'moves.open': z.tuple([moveId]),
  /** Lets the person save what the window made of a receipt or a failure; false when the dialog is closed. */
  'receipts.save': z.tuple([z.enum(['html', 'json', 'report']), z.string().max(MAX_TEXT)]),
} as const satisfies Record<string, z.ZodType>;

/**
 * A folder or files dragged in: absolute paths, as the preload learnt them from the system. It has a channel of its own,
 * which the page cannot speak on: a page never names a path.
 */
export const DROP = z.tuple([role, z.array(z.string().min(1).max(4_096)).min(1).max(200)]);

export type RequestName = keyof typeof REQUESTS;
export type RequestArguments<N extends RequestName> = z.infer<(typeof REQUESTS)[N]>;

export type PlaceId = string;
export type MoveId = string;
export type MoveStart = z.infer<typeof start>;
export type MoveAnswer = z.infer<typeof moveAnswerSchema>;
export type Words = z.infer<typeof words>;

export interface Place {
  readonly id: PlaceId;
  readonly role: 'source' | 'destination';
  readonly type: PlaceType;
  /** Last part of the path, or how many files: what a person calls it. */
  readonly name: string;
  readonly files: number;
  /** Destinations only. */
  readonly freeBytes: number | undefined;
  /** A move into it was interrupted, and can go on. */
  readonly interrupted: boolean;
}

export interface Inspection {
  readonly kinds: readonly KindOffer[];
  readonly apps: readonly AppFacts[];
}

/** A new device that waits on this network. */
export interface NearbyDevice {
  readonly name: string;
  readonly emoji: string;
}

export interface UndoOutcome {
  readonly removed: number;
  readonly restored: number;
  readonly gone: number;
  /** Changed since, and left as they are. */
  readonly left: number;
}

export interface AppInfo {
  readonly version: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** What the person's system prefers, best first (BCP 47). */
  readonly languages: readonly string[];
  /** Where things go unless the person chooses another folder; `destination` events tell of a later one. */
  readonly destination: Place;
  /** This computer's own folders worth offering as a source. */
  readonly sources: readonly Place[];
  /** Moves this machine can carry side by side. */
  readonly maxMoves: number;
  /** Ids of the clauses of `privacy/policy.ts`, in order. */
  readonly promise: readonly string[];
}

export interface KindFigures {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly entries: number;
  readonly totalEntries: number;
}

/** What was decided for one app, with the facts of the case where there are any to tell. */
export interface JudgedApp extends AppVerdict {
  readonly facts?: readonly ReasonFacts[] | undefined;
}

export type MoveUpdate =
  | {
      readonly type: 'listening';
      readonly name: string;
      readonly emoji: string;
      /** `host:port` */
      readonly addresses: readonly string[];
    }
  | { readonly type: 'code'; readonly digits: string; readonly qr: string; readonly expiresAt: number }
  | { readonly type: 'attempt-failed'; readonly code: ErrorCode; readonly triesLeft: number }
  | { readonly type: 'paired' }
  /** Receiver: to be answered. Sender: what it has said. */
  | {
      readonly type: 'offer';
      readonly peer: string | undefined;
      readonly kinds: readonly KindOffer[];
      readonly apps: readonly AppFacts[];
      readonly freeBytes: number | undefined;
    }
  /** Sender: to be answered. */
  | {
      readonly type: 'plan';
      readonly peer: string | undefined;
      readonly kinds: readonly Kind[];
      readonly verdicts: readonly JudgedApp[];
      readonly freeBytes: number;
    }
  | ({
      readonly type: 'progress';
      readonly phase: 'streaming' | 'committing';
      readonly kinds: Readonly<Partial<Record<Kind, KindFigures>>>;
      readonly bytesPerSecond: number;
      readonly secondsLeft: number | undefined;
    } & KindFigures)
  | { readonly type: 'waiting'; readonly until: number }
  /** Connected, and nothing moves; until the next progress. */
  | { readonly type: 'stalled' }
  | { readonly type: 'resumed' }
  | { readonly type: 'receipt'; readonly receipt: Receipt }
  /** Last of all. `code` is absent when the move came to its receipt. */
  | { readonly type: 'ended'; readonly code: ErrorCode | undefined };

/** Chosen in the menu or by its shortcut. */
export type MenuCommand = 'new-move' | 'stop' | 'several' | 'promise';

export type WindowEvent =
  /** Where the next move goes unless the person chooses: told again when a move begins to write there, or ends. */
  | { readonly type: 'destination'; readonly place: Place }
  | { readonly type: 'devices'; readonly devices: readonly NearbyDevice[] }
  | { readonly type: 'move'; readonly id: MoveId; readonly update: MoveUpdate }
  | { readonly type: 'command'; readonly command: MenuCommand };

export interface Answers {
  'app.ready': AppInfo;
  'app.words': null;
  'places.pick': Place | null;
  'places.inspect': Inspection;
  'devices.watch': null;
  'devices.unwatch': null;
  'moves.start': MoveId;
  'moves.answer': null;
  'moves.stop': null;
  'moves.retry': null;
  'moves.limit': null;
  'moves.undo': UndoOutcome;
  'moves.open': null;
  'receipts.save': boolean;
}

/** A refused or failed request answers with a code; nothing is thrown across the border. */
export type Answered<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: ErrorCode };
export type Answer<N extends RequestName> = Answered<Answers[N]>;

/** What the preload puts on `window.openmover`. */
export interface Bridge {
  request<N extends RequestName>(name: N, ...args: RequestArguments<N>): Promise<Answer<N>>;
  /** @returns how to stop listening. */
  onEvent(listener: (event: WindowEvent) => void): () => void;
  /**
   * What was dragged into the window (`File`s), as one place. The preload asks the system for the paths and tells main;
   * null when none of it is on a disk.
   */
  drop(role: Place['role'], files: readonly unknown[]): Promise<Answered<Place | null>>;
}

export { DROP_CHANNEL, EVENT_CHANNEL, REQUEST_CHANNEL } from './channels.ts';
export type { AppFacts, AppVerdict, ErrorCode, Kind, KindOffer, ReasonFacts, Receipt };
