/**
 * What the commands use of the engine, as a shape, so that tests can put a fake in its place. The real one is
 * `src/transfer/index.ts`; it is loaded only when a command needs it, which keeps `mover --version` quick.
 */
import type { AppFacts, AppVerdict, DeviceFacts } from '../../transfer/compat/facts.ts';
import type { DeviceIo } from '../../transfer/devices/device-io.ts';
import type { DeviceListing } from '../../transfer/devices/open-source.ts';
import type { Destination, DeviceDestination, DiskDestination, Source } from '../../transfer/devices/port.ts';
import type { DuplicateGroup } from '../../transfer/kinds/contacts/duplicates.ts';
import type { Kind, ReportLeft } from '../../transfer/kinds/kind.ts';
import type { Ephemeral } from '../../transfer/privacy/ephemeral.ts';
import type { Address, Choice, Decision, Listener, Offer, Plan } from '../../transfer/session/events.ts';
import type { CompareOptions, Comparison } from '../../transfer/session/compare.ts';
import type { RateLimit } from '../../transfer/session/rate-limit.ts';
import type { StagingReport } from '../../transfer/session/staging/staging-report.ts';
import type { UndoReport } from '../../transfer/session/undo/undo.ts';
import type { Finding, NetworkFacts, PeerFacts } from '../../transfer/network/diagnosis.ts';
import type { Hotspot } from '../../transfer/network/hotspot.ts';
import type { LinkSpeed } from '../../transfer/network/link-to.ts';
import type { Retry } from '../../transfer/wire/retry.ts';
import type { KindOffer, Receipt } from '../../transfer/wire/messages.ts';

export type {
  Comparison,
  DeviceIo,
  DuplicateGroup,
  Finding,
  Hotspot,
  LinkSpeed,
  NetworkFacts,
  DeviceListing,
  StagingReport,
  UndoReport,
};

export interface ReceiveRequest {
  readonly destination: Destination;
  readonly name?: string;
  readonly port?: number;
  readonly host?: string;
  readonly kinds?: readonly Kind[];
  readonly androidId?: Ephemeral<string>;
  readonly advertise?: boolean;
  readonly dryRun?: boolean;
  readonly keepUndo?: boolean;
  readonly waitMs?: number;
  readonly limit?: RateLimit;
  readonly onEvent: Listener;
  readonly onLeftBehind?: ReportLeft;
  onOffer(this: void, offer: Offer): Promise<Decision>;
  readonly signal: AbortSignal;
}

export interface SendRequest {
  readonly source: Source;
  readonly to: Address;
  readonly code: Ephemeral<string>;
  readonly kinds?: readonly Kind[];
  readonly lanes?: number;
  readonly waitMs?: number;
  readonly limit?: RateLimit;
  readonly retry?: Retry;
  readonly androidId?: Ephemeral<string>;
  readonly onEvent: Listener;
  readonly onLeftBehind?: ReportLeft;
  /** `undefined`: the person declines. */
  onPlan(this: void, plan: Plan): Promise<Choice | undefined>;
  readonly signal: AbortSignal;
}

/** A new device that waits on the network. */
export interface Found {
  readonly name: string;
  readonly addresses: readonly Address[];
}

/** A device (a folder, `android:pixel-7`), or lists of what to move; exactly one of the two. */
export type SourceSpec = { readonly include?: readonly string[] } & (
  | { readonly from: string }
  | {
      readonly contacts?: readonly string[];
      readonly calendar?: readonly string[];
      readonly messages?: readonly string[];
      readonly calls?: readonly string[];
      readonly apps?: string;
      readonly files?: readonly string[];
    }
);

export interface Inspection {
  readonly kinds: readonly KindOffer[];
  readonly apps: readonly AppFacts[];
}

export interface Engine {
  receive(request: ReceiveRequest): Promise<Receipt>;
  send(request: SendRequest): Promise<Receipt>;
  discover(request: { seconds?: number; signal: AbortSignal }): AsyncIterable<Found>;
  findDuplicates(folder: string, signal: AbortSignal): Promise<DuplicateGroup[]>;
  mergeDuplicates(
    folder: string,
    groups: readonly DuplicateGroup[],
    signal: AbortSignal,
  ): Promise<{ readonly merged: number; readonly kept: number }>;
  /** A Wi-Fi of this computer's own. */
  openHotspot(signal: AbortSignal): Promise<Hotspot>;
  linkTo(host: string): Promise<LinkSpeed | undefined>;
  examineLocal(signal: AbortSignal): Promise<NetworkFacts>;
  /** @param peer with what it is called in sentences. */
  examinePeer(peer: Address & { readonly shown: string }, signal: AbortSignal): Promise<PeerFacts>;
  diagnose(facts: NetworkFacts): Finding[];
  verdictOf(findings: readonly Finding[]): Finding;
  /** What `--from` names, or lists of what to move. */
  openSource(spec: SourceSpec, io: DeviceIo): Promise<Source>;
  listDevices(io: DeviceIo): AsyncIterable<DeviceListing>;
  /** What `--into` names; a folder is made when it is not there. */
  openDestination(text: string, io: DeviceIo): Promise<Destination>;
  openFolderDestination(folder: string): Promise<DiskDestination>;
  inspectDevice(
    source: Source,
    options: { signal: AbortSignal; onLeftBehind?: ReportLeft },
  ): Promise<Inspection>;
  compareDevices(options: CompareOptions): Promise<Comparison>;
  judgeApps(apps: readonly AppFacts[], device: DeviceFacts, space: { freeBytes: number }): AppVerdict[];
  /** `undefined`: no move was interrupted there. */
  keepVerified(request: {
    destination: DiskDestination;
    keepUndo?: boolean;
    onLeftBehind?: ReportLeft;
    signal: AbortSignal;
  }): Promise<Receipt | undefined>;
  undoMove(request: { destination: Destination; signal: AbortSignal }): Promise<UndoReport>;
  forgetUndo(request: { destination: Destination }): Promise<void>;
  readonly Retry: new () => Retry;
  readonly RateLimit: new (bytesPerSecond: number) => RateLimit;
  /** Of a folder, or of a device that is opened. */
  inspectStaging(place: string | DeviceDestination): Promise<StagingReport>;
  dropStaging(place: string | DeviceDestination): Promise<void>;
}
