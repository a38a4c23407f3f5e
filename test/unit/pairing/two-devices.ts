/** A initiator and a responder on one simulated TLS connection, for the pairing tests. */
import { createHash } from 'node:crypto';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import { MoverError, type ErrorCode } from '../../../src/transfer/errors.ts';
import {
  startResponder,
  stepResponder,
  type ResponderOptions,
  type ResponderState,
} from '../../../src/transfer/pairing/responder.ts';
import type { PairedKeys, RandomBytes } from '../../../src/transfer/pairing/machine.ts';
import {
  startInitiator,
  stepInitiator,
  type InitiatorOptions,
  type InitiatorState,
} from '../../../src/transfer/pairing/initiator.ts';
import type { PairingMessage } from '../../../src/transfer/pairing/messages.ts';

export const EKM = Buffer.alloc(32, 0xe1);
export const CERTIFICATE = Buffer.alloc(32, 0xc2);
export const CODE = '042137';

export const digitsOf = (code: string): Ephemeral<string> => new Ephemeral(code);

/** A stream of bytes that is the same on every run. */
export function seededBytes(seed: string): RandomBytes {
  let counter = 0;
  return (length) => {
    counter += 1;
    return createHash('sha512').update(`${seed} ${counter}`).digest().subarray(0, length);
  };
}

export type MessageOf<Type extends PairingMessage['type']> = Extract<PairingMessage, { type: Type }>;

export function expectMessage<Type extends PairingMessage['type']>(
  message: PairingMessage | undefined,
  type: Type,
): MessageOf<Type> {
  if (message?.type !== type) throw new Error(`expected ${type}, got ${message?.type ?? 'nothing'}`);
  return message as MessageOf<Type>;
}

export const initiator = (
  options: Partial<InitiatorOptions> = {},
): { state: InitiatorState; send: PairingMessage } =>
  startInitiator({ secret: digitsOf(CODE), channelBinding: EKM, certificateDigest: CERTIFICATE, ...options });

export const responder = (options: Partial<ResponderOptions> = {}): ResponderState =>
  startResponder({
    secretFor: () => digitsOf(CODE),
    channelBinding: EKM,
    certificateDigest: CERTIFICATE,
    ...options,
  });

/** Changes a message on its way, or lets it pass. */
export type OnTheWire = (message: PairingMessage) => PairingMessage;

export interface Outcome {
  readonly initiatorKeys: PairedKeys | undefined;
  readonly responderKeys: PairedKeys | undefined;
  /** Code of the first failure, and whose it was. */
  readonly failure: { readonly side: 'initiator' | 'responder'; readonly code: ErrorCode } | undefined;
}

/** Runs an exchange to its end. */
export function pair(
  initiatorOptions: Partial<InitiatorOptions> = {},
  responderOptions: Partial<ResponderOptions> = {},
  wire: OnTheWire = (message) => message,
): Outcome {
  let initiatorKeys: PairedKeys | undefined;
  let responderKeys: PairedKeys | undefined;
  let side: 'initiator' | 'responder' = 'initiator';
  try {
    const begun = initiator(initiatorOptions);
    side = 'responder';
    const shown = stepResponder(responder(responderOptions), wire(begun.send));
    side = 'initiator';
    const proved = stepInitiator(begun.state, wire(expectMessage(shown.send, 'pair-b')));
    side = 'responder';
    const accepted = stepResponder(shown.state, wire(expectMessage(proved.send, 'confirm-a')));
    responderKeys = accepted.keys;
    side = 'initiator';
    initiatorKeys = stepInitiator(proved.state, wire(expectMessage(accepted.send, 'confirm-b'))).keys;
  } catch (error) {
    if (!(error instanceof MoverError)) throw error;
    return {
      initiatorKeys,
      responderKeys,
      failure: { side, code: error.code },
    };
  }
  return { initiatorKeys, responderKeys, failure: undefined };
}

export const reveal = (key: Ephemeral<Buffer> | undefined): string | undefined =>
  key?.use((bytes) => bytes.toString('hex'));

/** Code of the error `run` throws; `undefined` when it throws none. */
export function failureOf(run: () => unknown): ErrorCode | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof MoverError) return error.code;
    throw error;
  }
}
