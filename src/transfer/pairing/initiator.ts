/**
 * The sender's side of pairing: its person has typed the code (or scanned the QR code).
 *
 *     start → pair-a        pair-b → confirm-a        confirm-b → keys        pair-failed → its code, thrown
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { MoverError, type ErrorCode } from '../errors.ts';
import type { Ephemeral } from '../privacy/ephemeral.ts';
import type { PairingMessage } from './messages.ts';
import { ELEMENT_BYTES } from './cpace.ts';
import {
  decodeBytes,
  deriveSchedule,
  encodeAssociated,
  makeAssociated,
  makeShare,
  requireCommonVersion,
  requireConnection,
  requireProof,
  wipeSchedule,
  type Schedule,
} from './exchange.ts';
import type { Connection, PairingSecret, RandomBytes, SecretKind, Step } from './machine.ts';

export interface InitiatorOptions extends Connection {
  readonly secret: PairingSecret;
  /** `code` unless given. */
  readonly secretKind?: SecretKind;
  readonly random?: RandomBytes;
}

interface AwaitingPairB {
  readonly type: 'awaiting-pair-b';
  readonly connection: Connection;
  readonly scalar: Ephemeral<Buffer>;
  readonly ya: Buffer;
  readonly ada: Buffer;
}

interface AwaitingConfirmB {
  readonly type: 'awaiting-confirm-b';
  readonly schedule: Schedule;
}

export type InitiatorState = AwaitingPairB | AwaitingConfirmB | { readonly type: 'paired' };

type MessageOf<Type extends PairingMessage['type']> = Extract<PairingMessage, { type: Type }>;

/** Failures a responder may report before it has proved anything; all else would be a lie it could make us tell. */
const REPORTABLE: readonly ErrorCode[] = [
  'WRONG_CODE',
  'PAIRING_FAILED',
  'PAIRING_BUSY',
  'PAIRING_LOCKED',
  'PEER_VERSION',
  'PEER_VIOLATION',
];

/** Begins an exchange; `send` is the `pair-a`. The secret is borrowed during this call only. */
export function startInitiator(options: InitiatorOptions): { state: InitiatorState; send: PairingMessage } {
  const random = options.random ?? randomBytes;
  const { channelBinding, certificateDigest } = options;
  requireConnection(channelBinding, certificateDigest);
  const associated = makeAssociated(random, options.secretKind ?? 'code');
  const { scalar, share } = makeShare(options.secret, channelBinding, random);
  return {
    state: {
      type: 'awaiting-pair-b',
      connection: { channelBinding, certificateDigest },
      scalar,
      ya: share,
      ada: encodeAssociated('A', associated),
    },
    send: { type: 'pair-a', share: share.toString('base64url'), associated },
  };
}

function takePairB(state: AwaitingPairB, message: MessageOf<'pair-b'>): Step<InitiatorState> {
  const adb = encodeAssociated('B', message.associated);
  requireCommonVersion(message.associated);
  const digest = decodeBytes(message.associated.certificate, ELEMENT_BYTES);
  // Someone in the middle shows a certificate of its own.
  if (!timingSafeEqual(digest, state.connection.certificateDigest)) throw new MoverError('PAIRING_FAILED');
  const schedule = deriveSchedule(state.scalar, 'A', {
    channelBinding: state.connection.channelBinding,
    ya: state.ya,
    ada: state.ada,
    yb: decodeBytes(message.share, ELEMENT_BYTES),
    adb,
  });
  const tag = schedule.proofA.use((proof) => proof.toString('base64url'));
  schedule.proofA.wipe();
  return { state: { type: 'awaiting-confirm-b', schedule }, send: { type: 'confirm-a', tag } };
}

function takeConfirmB(state: AwaitingConfirmB, message: MessageOf<'confirm-b'>): Step<InitiatorState> {
  const { proofB, appKey, joinKey } = state.schedule;
  requireProof(proofB, message.tag);
  proofB.wipe();
  return { state: { type: 'paired' }, keys: { appKey, joinKey } };
}

function takeFailure(message: MessageOf<'pair-failed'>): never {
  if (!REPORTABLE.includes(message.code)) throw new MoverError('PEER_VIOLATION');
  const { triesLeft } = message;
  throw new MoverError(message.code, triesLeft === undefined ? {} : { detail: `tries left: ${triesLeft}` });
}

function advance(state: InitiatorState, message: PairingMessage): Step<InitiatorState> {
  if (message.type === 'pair-failed' && state.type !== 'paired') return takeFailure(message);
  switch (state.type) {
    case 'awaiting-pair-b':
      if (state.scalar.wiped) throw new MoverError('PAIRING_FAILED');
      if (message.type === 'pair-b') return takePairB(state, message);
      break;
    case 'awaiting-confirm-b':
      if (state.schedule.proofB.wiped) throw new MoverError('PAIRING_FAILED');
      if (message.type === 'confirm-b') return takeConfirmB(state, message);
      break;
    case 'paired':
      break;
  }
  throw new MoverError('PEER_VIOLATION');
}

/**
 * The next step.
 * @throws MoverError `WRONG_CODE` when the peer's proof does not hold or it says ours does not; `PAIRING_FAILED` when
 *   its certificate is not the connection's, or the state is spent; `PEER_VERSION`; `PEER_VIOLATION` for anything out
 *   of order or shape; or the failure the peer reports.
 */
export function stepInitiator(state: InitiatorState, message: PairingMessage): Step<InitiatorState> {
  try {
    return advance(state, message);
  } catch (error) {
    endInitiator(state);
    throw error;
  }
}

/** Wipes what a state holds: after a time-out or a lost connection. Idempotent. */
export function endInitiator(state: InitiatorState): void {
  switch (state.type) {
    case 'awaiting-pair-b':
      state.scalar.wipe();
      break;
    case 'awaiting-confirm-b':
      wipeSchedule(state.schedule);
      break;
    case 'paired':
      break;
  }
}
