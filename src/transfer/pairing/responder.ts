/**
 * The receiver's side of pairing: it shows the code (and the QR code).
 *
 *     pair-a → pair-b        confirm-a → confirm-b and keys
 */
import { randomBytes } from 'node:crypto';
import { MoverError } from '../errors.ts';
import type { PairingMessage } from './messages.ts';
import { ELEMENT_BYTES, isValidShare } from './cpace.ts';
import {
  decodeBytes,
  deriveSchedule,
  encodeAssociated,
  makeAssociated,
  makeShare,
  requireCommonVersion,
  requireConnection,
  requireProof,
  secretKindOf,
  wipeSchedule,
  type Schedule,
} from './exchange.ts';
import type { Connection, PairingSecret, RandomBytes, SecretKind, Step } from './machine.ts';

export interface ResponderOptions extends Connection {
  /**
   * Asked once, when a valid pair-a has arrived: here an attempt begins to count (`CodeBook.begin`). May throw
   * `PAIRING_BUSY` or `PAIRING_LOCKED`. The secret is borrowed during that step only.
   */
  readonly secretFor: (kind: SecretKind) => PairingSecret;
  readonly random?: RandomBytes;
}

interface AwaitingPairA {
  readonly type: 'awaiting-pair-a';
  readonly options: ResponderOptions;
  /** Nothing here is secret yet; still a state is used once. */
  readonly spent: { value: boolean };
}

interface AwaitingConfirmA {
  readonly type: 'awaiting-confirm-a';
  readonly schedule: Schedule;
}

export type ResponderState = AwaitingPairA | AwaitingConfirmA | { readonly type: 'paired' };

type MessageOf<Type extends PairingMessage['type']> = Extract<PairingMessage, { type: Type }>;

/** Waits for an initiator on one connection. */
export function startResponder(options: ResponderOptions): ResponderState {
  requireConnection(options.channelBinding, options.certificateDigest);
  return { type: 'awaiting-pair-a', options, spent: { value: false } };
}

function takePairA(options: ResponderOptions, message: MessageOf<'pair-a'>): Step<ResponderState> {
  const { channelBinding, certificateDigest } = options;
  const random = options.random ?? randomBytes;
  const ada = encodeAssociated('A', message.associated);
  requireCommonVersion(message.associated);
  const ya = decodeBytes(message.share, ELEMENT_BYTES);
  // Checked before an attempt is counted: an invalid share tests no code.
  if (!isValidShare(ya)) throw new MoverError('PEER_VIOLATION');

  const kind = secretKindOf(message.associated);
  const { scalar, share } = makeShare(options.secretFor(kind), channelBinding, random);
  const associated = {
    ...makeAssociated(random, kind),
    certificate: certificateDigest.toString('base64url'),
  };
  const adb = encodeAssociated('B', associated);
  const schedule = deriveSchedule(scalar, 'B', { channelBinding, ya, ada, yb: share, adb });
  return {
    state: { type: 'awaiting-confirm-a', schedule },
    send: { type: 'pair-b', share: share.toString('base64url'), associated },
  };
}

function takeConfirmA(schedule: Schedule, message: MessageOf<'confirm-a'>): Step<ResponderState> {
  const { proofA, proofB, appKey, joinKey } = schedule;
  requireProof(proofA, message.tag);
  const tag = proofB.use((proof) => proof.toString('base64url'));
  proofA.wipe();
  proofB.wipe();
  return { state: { type: 'paired' }, send: { type: 'confirm-b', tag }, keys: { appKey, joinKey } };
}

function advance(state: ResponderState, message: PairingMessage): Step<ResponderState> {
  switch (state.type) {
    case 'awaiting-pair-a':
      if (state.spent.value) throw new MoverError('PAIRING_FAILED');
      state.spent.value = true;
      if (message.type === 'pair-a') return takePairA(state.options, message);
      break;
    case 'awaiting-confirm-a':
      if (state.schedule.proofA.wiped) throw new MoverError('PAIRING_FAILED');
      if (message.type === 'confirm-a') return takeConfirmA(state.schedule, message);
      break;
    case 'paired':
      break;
  }
  throw new MoverError('PEER_VIOLATION');
}

/**
 * The next step.
 * @throws MoverError `WRONG_CODE` when the initiator's proof does not hold; `PEER_VERSION`; `PEER_VIOLATION` for anything
 *   out of order or shape; `PAIRING_FAILED` when the state is spent; or what `secretFor` throws.
 */
export function stepResponder(state: ResponderState, message: PairingMessage): Step<ResponderState> {
  try {
    return advance(state, message);
  } catch (error) {
    endResponder(state);
    throw error;
  }
}

/** Wipes what a state holds: after a time-out or a lost connection. Idempotent. */
export function endResponder(state: ResponderState): void {
  switch (state.type) {
    case 'awaiting-pair-a':
      state.spent.value = true;
      break;
    case 'awaiting-confirm-a':
      wipeSchedule(state.schedule);
      break;
    case 'paired':
      break;
  }
}
