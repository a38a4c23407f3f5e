/**
 * OpenMover's engine: moves what is on one device to another. No Electron, no terminal, no policy: what happens is
 * told through `onEvent`, what is to be decided is asked through functions the caller hands in.
 */

// Move, and what comes after a move.
export { send } from './session/sender.ts';
export type { SendOptions } from './session/send-options.ts';
export { receive } from './session/receiver.ts';
export type { ReceiveOptions } from './session/receive-options.ts';
export type * from './session/events.ts';
export { RateLimit } from './session/rate-limit.ts';
export { Retry } from './wire/retry.ts';
export { LeftBehindList } from './session/left-behind-list.ts';
export { compareDevices, type CompareOptions, type Comparison } from './session/compare.ts';
export { keepVerified } from './session/keep-verified.ts';
export { hasStaging } from './session/staging/staging.ts';
export { dropStaging, inspectStaging, type StagingReport } from './session/staging/staging-report.ts';
export { forgetUndo, undoMove, type UndoReport } from './session/undo/undo.ts';
export { kindOfferSchema, receiptSchema, type KindOffer, type Receipt } from './wire/messages.ts';

// Find the other device.
export { bonjour, discover, type DiscoverOptions, findByName, type Found } from './discovery/index.ts';
export type { Discovery } from './discovery/port.ts';
export { emojiOf } from './discovery/names.ts';
export { parseQr } from './pairing/qr.ts';
export { diagnose, type Finding, type NetworkFacts, verdictOf } from './network/diagnosis.ts';
export { examineLocal, examinePeer } from './network/examine.ts';
export { type Hotspot, openHotspot } from './network/hotspot.ts';
export { linkTo, type LinkSpeed } from './network/link-to.ts';

// Devices that are there.
export { DEVICE_LAYOUT, openFolderSource, openFolderDestination } from './devices/folder/index.ts';
export {
  DEVICE_STATES,
  deviceNamed,
  type DeviceListing,
  listDevices,
  openDestination,
  openSource,
} from './devices/open-source.ts';
export type { DeviceIo, DeviceMessage, PasswordQuestion } from './devices/device-io.ts';
export { inspectDevice, type Inspection, type InspectOptions } from './devices/inspect.ts';
export { findDuplicates, mergeDuplicates } from './devices/folder/duplicates.ts';
export type { DuplicateGroup } from './kinds/contacts/duplicates.ts';

// The ports: write a device of your own. `openmover/testing` has their promises as tests.
export type {
  Content,
  Destination,
  DeviceDestination,
  DiskDestination,
  CreatedPath as Made,
  CreationObserver as Making,
  ScanOptions,
  Source,
  Space,
  StagedApk,
} from './devices/port.ts';
export type { NameRules } from './devices/name-rules.ts';
export { readerSource } from './devices/reader-source.ts';
export type { DeviceApp, DeviceReader, ReadOptions, RecordStream } from './devices/spooled-source.ts';
export {
  countSegments,
  type Lines,
  makeSegments,
  type Segment,
  type SegmentSize,
} from './devices/segments.ts';
export type { ApkEntry, Entry, FileEntry, FolderEntry, SegmentEntry } from './kinds/entry.ts';
export {
  KINDS,
  type Kind,
  type LeftBehind,
  type MergeResult,
  RECORD_KINDS,
  type RecordKind,
  type ReportLeft,
  type ReportSkip,
  SKIP_REASONS,
  type SkipCount,
  type SkipReason,
} from './kinds/kind.ts';
export { LIMITS } from './limits.ts';

// Apps: can this one run there?
export {
  explainReason,
  factsOf,
  judgeApps,
  reasonFactsSchema,
  REASONS,
  type ReasonFacts,
} from './compat/index.ts';
export {
  appFactsSchema,
  appVerdictSchema,
  type AppFacts,
  type AppVerdict,
  type DeviceFacts,
} from './compat/facts.ts';

// Errors, secrets, and the proof that none is kept.
export { ERROR_CODES, ERRORS, MoverError, type ErrorCode } from './errors.ts';
export { Ephemeral } from './privacy/ephemeral.ts';
export { refuseUnsafeRuntime } from './privacy/runtime.ts';
export { PROMISE } from './privacy/policy.ts';
export { needlesFor, scanFile, scanTree, type Canary } from './privacy/canary.ts';
export { NeedleIndex, type Needle } from './privacy/needle-index.ts';
export { NeedleStream } from './privacy/needle-stream.ts';
