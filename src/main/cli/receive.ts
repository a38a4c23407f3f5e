/** `mover receive`: this is the new device. */
import type { DeviceIo } from '../../transfer/devices/device-io.ts';
import type { Destination } from '../../transfer/devices/port.ts';
import { MoverError } from '../../transfer/errors.ts';
import { deviceNamed } from '../../transfer/index.ts';
import type { Receipt } from '../../transfer/wire/messages.ts';
import type { Context } from '../terminal/context.ts';
import { decideOffer } from './views/decide-offer.ts';
import type { Hotspot } from '../terminal/engine.ts';
import { exitCodeOf } from '../terminal/exit-code.ts';
import { missingFolders, removeFolders } from '../missing-folders.ts';
import { ReceiptFile } from './saved-receipt/receipt-file.ts';
import { LeftBehindReport } from './views/left-behind.ts';
import { optionalKinds, optionalMinutes, optionalNumber, optionalRate, usage } from '../terminal/options.ts';
import { canAsk } from '../terminal/prompt.ts';
import { destinationIo } from '../terminal/with-destination.ts';
import { NO_SECRETS, readSecrets, wipeSecrets } from '../terminal/secrets.ts';
import { openView } from './views/open-view.ts';
import { showHotspot } from './views/show-hotspot.ts';
import { stagingHint } from './staging.ts';
import type { View } from './views/view.ts';
import { asArgument, bytes, commandName } from '../terminal/format.ts';

export interface ReceiveOptions {
  readonly into: string;
  readonly name?: string;
  readonly port?: string;
  readonly wait?: string;
  readonly limit?: string;
  readonly host?: string;
  readonly only?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly secretsStdin?: boolean;
  readonly leftBehind?: string;
  readonly receipt?: string;
  readonly reference?: string;
  readonly keepVerified?: boolean;
  readonly hotspot?: boolean;
  readonly dryRun?: boolean;
  /** False for `--no-undo`. */
  readonly undo?: boolean;
  /** `--keep-undo`, which asks for what is done anyway. */
  readonly keepUndo?: boolean;
}

/** Characters a name may have: it is published as one DNS label of at most 63 bytes (RFC 6763, section 4.1.1). */
const NAME_BYTES = 63;

/** @returns the exit code. @throws MoverError */
export async function runReceive(options: ReceiveOptions, context: Context): Promise<number> {
  const kinds = optionalKinds('--only', options.only);
  const port = optionalNumber('--port', options.port, 1, 65_535);
  const waitMs = optionalMinutes('--wait', options.wait);
  const limit = optionalRate('--limit', options.limit);
  if (options.name !== undefined && !fitsLabel(options.name)) {
    throw usage(`--name takes 1 to ${String(NAME_BYTES)} bytes of text without control characters`);
  }
  const { io, engine, signal, hold, version } = context;
  const receiptFile = new ReceiptFile(options.receipt, { version, reference: options.reference });
  let placing = false;
  if (options.dryRun === true && (options.keepVerified === true || options.keepUndo === true)) {
    throw usage('--dry-run keeps nothing: leave out --keep-verified and --keep-undo');
  }
  const toDevice = deviceNamed(options.into) !== undefined;
  if (toDevice && options.keepVerified === true) {
    throw usage(
      'what a phone has of an interrupted move comes to its place by the same move: start it again on both devices',
    );
  }
  if (options.undo === false && options.keepUndo === true) {
    throw usage('--no-undo and --keep-undo say the opposite: leave out one of them');
  }
  if (options.keepVerified === true) return keepVerified(options, context);
  if (options.yes !== true && (options.secretsStdin === true || !canAsk(io))) {
    throw usage('there is no terminal to ask on, so the move cannot be accepted: add --yes to accept it');
  }
  const view = await openView(io, 'receiver', options.json);
  const madeForIt = options.dryRun === true && !toDevice ? missingFolders(options.into) : [];
  const secrets = options.secretsStdin === true ? await readSecrets(io.input, signal) : NO_SECRETS;
  let declined = false;
  let left: LeftBehindReport | undefined;
  let hotspot: Hotspot | undefined;
  try {
    if (options.hotspot === true) {
      hotspot = await engine.openHotspot(signal);
      showHotspot(io, hotspot, options.json === true);
    }
    left = new LeftBehindReport(options.leftBehind);
    const report = left;
    const device = destinationIo(
      context,
      (message) => {
        view.device(message);
      },
      options.yes !== true,
    );
    return await withDestination(options.into, device, context, async (destination) => {
      const receipt = await engine
        .receive({
          destination,
          ...(options.name === undefined ? {} : { name: options.name }),
          ...(port === undefined ? {} : { port }),
          ...(options.host === undefined ? {} : { host: options.host }),
          ...(kinds === undefined ? {} : { kinds }),
          ...(waitMs === undefined ? {} : { waitMs }),
          ...(limit === undefined ? {} : { limit: new engine.RateLimit(limit) }),
          ...(secrets.androidId === undefined ? {} : { androidId: secrets.androidId }),
          ...(options.dryRun === true ? { dryRun: true } : {}),
          ...(options.undo === false ? { keepUndo: false } : {}),
          onEvent: (event) => {
            if (!placing && event.type === 'progress' && event.progress.phase === 'committing') {
              placing = true;
              hold(() => {
                view.note(PLACING);
              });
            }
            if (event.type === 'receipt') receiptFile.take(event.receipt);
            view.event(event);
          },
          onLeftBehind: report.add,
          onOffer: async (offer) => {
            const decision = await decideOffer(offer, {
              io,
              view,
              kinds,
              yes: options.yes === true,
              dryRun: options.dryRun === true,
              signal,
            });
            declined = !decision.accept;
            return decision;
          },
          signal,
        })
        .catch(async (error: unknown) => {
          await tellOfStaging(options, destination, view, context);
          throw error;
        });
      if (canBeTakenBack(options, receipt)) view.note(undoHint(options.into));
      await report.finish(io, view, options.json !== true && options.yes !== true, signal);
      return exitCodeOf(receipt);
    });
  } catch (error) {
    if (declined && MoverError.from(error).code === 'REFUSED') {
      throw new MoverError('REFUSED', { sentence: 'You declined. Nothing was written here.', cause: error });
    }
    throw error;
  } finally {
    await hotspot?.close();
    left?.close();
    wipeSecrets(secrets);
    removeFolders(madeForIt);
    view.close();
    receiptFile.save();
  }
}

/** To somebody who wants to leave while what arrived is put in place. */
const PLACING =
  'Everything has arrived and is being put in its place; this ends by itself. To leave at once, press Ctrl-C again: what is in place stays, and the same move goes on with the rest.';

/** A move that ended badly: what is kept of it, and what can be done about it. */
async function tellOfStaging(
  { into, dryRun }: ReceiveOptions,
  destination: Destination,
  view: View,
  { engine }: Context,
): Promise<void> {
  if (dryRun === true) return;
  const place = destination.type === 'device' ? destination : into;
  const left = await engine.inspectStaging(place).catch(() => undefined);
  if (left === undefined || left.attempts === 0) return;
  view.note(`What had arrived by now is kept (${bytes(left.bytes)}).\n${stagingHint(into)}`);
}

const NOTHING_KEPT: Receipt = {
  outcome: 'complete',
  kinds: {},
  bytes: { payload: 0, wire: 0, resumed: 0 },
  seconds: 0,
};

/** Takes what an interrupted move had verified to its place, without the old device. */
async function keepVerified(options: ReceiveOptions, context: Context): Promise<number> {
  const view: View = await openView(context.io, 'receiver', options.json);
  const left = new LeftBehindReport(options.leftBehind);
  const destination = await context.engine.openFolderDestination(options.into);
  const keeping = context.engine.keepVerified({
    destination,
    ...(options.undo === false ? { keepUndo: false } : {}),
    onLeftBehind: left.add,
    signal: context.signal,
  });
  const kept = await keeping.finally(() => destination.close());
  if (kept === undefined) view.note('No interrupted move was found there; nothing was changed.');
  const receipt = kept ?? NOTHING_KEPT;
  const file = new ReceiptFile(options.receipt, { version: context.version, reference: options.reference });
  file.take(receipt);
  file.save();
  if (kept !== undefined || options.json === true) view.event({ type: 'receipt', receipt });
  if (canBeTakenBack(options, receipt)) view.note(undoHint(options.into));
  await left.finish(context.io, view, options.json !== true && options.yes !== true, context.signal);
  left.close();
  view.close();
  return exitCodeOf(receipt);
}

/** A move that changed nothing leaves the one before it to be taken back. */
function canBeTakenBack({ undo, dryRun }: ReceiveOptions, { kinds }: Receipt): boolean {
  if (undo === false || dryRun === true) return false;
  return Object.values(kinds).some(({ added, merged }) => added + merged > 0);
}

function undoHint(into: string): string {
  const command = `${commandName()} undo --into ${asArgument(into)}`;
  return `\nTo take this move back: ${command}\n(What that needs is kept in .openmover-undo there until the next move; --forget drops it.)`;
}

async function withDestination<T>(
  into: string,
  device: DeviceIo,
  { engine }: Context,
  work: (destination: Destination) => Promise<T>,
): Promise<T> {
  const destination = await engine.openDestination(into, device);
  try {
    return await work(destination);
  } finally {
    await destination.close();
  }
}

function fitsLabel(name: string): boolean {
  return name.trim() !== '' && Buffer.byteLength(name) <= NAME_BYTES && !/[\p{Cc}\p{Cf}]/u.test(name);
}
