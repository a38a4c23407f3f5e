/** A typist and a displayer on one simulated TLS connection, for the pairing tests. */
import { createHash } from 'node:crypto';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import { MoverError, type ErrorCode } from '../../../src/transfer/errors.ts';
import {
  startDisplayer,
  stepDisplayer,
  type DisplayerOptions,
  type DisplayerState,
} from '../../../src/transfer/pairing/responder.ts';
import type { PairedKeys, RandomBytes } from '../../../src/transfer/pairing/machine.ts';
import {
  startTypist,
  stepTypist,
  type TypistOptions,
  type TypistState,
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

export const typist = (options: Partial<TypistOptions> = {}): { state: TypistState; send: PairingMessage } =>
  startTypist({ secret: digitsOf(CODE), channelBinding: EKM, certificateDigest: CERTIFICATE, ...options });

export const displayer = (options: Partial<DisplayerOptions> = {}): DisplayerState =>
  startDisplayer({
    secretFor: () => digitsOf(CODE),
    channelBinding: EKM,
    certificateDigest: CERTIFICATE,
    ...options,
  });

/** Changes a message on its way, or lets it pass. */
export type OnTheWire = (message: PairingMessage) => PairingMessage;

export interface Outcome {
  readonly typistKeys: PairedKeys | undefined;
  readonly displayerKeys: PairedKeys | undefined;
  /** Code of the first failure, and whose it was. */
  readonly failure: { readonly side: 'typist' | 'displayer'; readonly code: ErrorCode } | undefined;
}

/** Runs an exchange to its end. */
export function pair(
  typistOptions: Partial<TypistOptions> = {},
  displayerOptions: Partial<DisplayerOptions> = {},
  wire: OnTheWire = (message) => message,
): Outcome {
  let typistKeys: PairedKeys | undefined;
  let displayerKeys: PairedKeys | undefined;
  let side: 'typist' | 'displayer' = 'typist';
  try {
    const begun = typist(typistOptions);
    side = 'displayer';
    const shown = stepDisplayer(displayer(displayerOptions), wire(begun.send));
    side = 'typist';
    const proved = stepTypist(begun.state, wire(expectMessage(shown.send, 'pair-b')));
    side = 'displayer';
    const accepted = stepDisplayer(shown.state, wire(expectMessage(proved.send, 'confirm-a')));
    displayerKeys = accepted.keys;
    side = 'typist';
    typistKeys = stepTypist(proved.state, wire(expectMessage(accepted.send, 'confirm-b'))).keys;
  } catch (error) {
    if (!(error instanceof MoverError)) throw error;
    return { typistKeys, displayerKeys, failure: { side, code: error.code } };
  }
  return { typistKeys, displayerKeys, failure: undefined };
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
