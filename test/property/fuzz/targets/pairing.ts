/** What an unauthenticated peer may send in place of pairing. */
import assert from 'node:assert/strict';
import { LIMITS } from '../../../../src/transfer/limits.ts';
import { startResponder, stepResponder } from '../../../../src/transfer/pairing/responder.ts';
import { startInitiator, stepInitiator } from '../../../../src/transfer/pairing/initiator.ts';
import { Ephemeral } from '../../../../src/transfer/privacy/ephemeral.ts';
import { decodePairing } from '../../../../src/transfer/wire/envelope.ts';
import { ERROR_CODES } from '../../../../src/transfer/errors.ts';
import { type Target, unless } from '../target.ts';

const NONCE = 'A'.repeat(22);
const DIGEST = 'A'.repeat(43);
const associated = { nonce: NONCE, versions: [1], features: ['qr'] };
const CONNECTION = { channelBinding: Buffer.alloc(32, 1), certificateDigest: Buffer.alloc(32, 2) };
const secret = new Ephemeral('123456');

/** One that is right, to be bent. */
const typist = startInitiator({ ...CONNECTION, secret });
const displayer = stepResponder(startResponder({ ...CONNECTION, secretFor: () => secret }), typist.send);

export const pairing: Target = {
  promise:
    'it is a message of the exchange that a machine takes or refuses, or it is a violation; it makes no keys',
  covers:
    /src\/transfer\/(?:wire\/(?:envelope|json-depth|messages)|pairing\/(?:displayer|typist|exchange))\.ts$/,
  tokens: [
    '"type":',
    '"share":',
    '"__proto__":{}',
    '"versions":[2]',
    '"features":["\\ud800"]',
    '1e999',
    '-',
    '_',
  ],
  seeds: () =>
    [
      typist.send,
      displayer.send,
      { type: 'pair-a', share: DIGEST, associated },
      { type: 'pair-b', share: DIGEST, associated: { ...associated, certificate: DIGEST } },
      { type: 'confirm-a', tag: 'A'.repeat(86) },
      { type: 'confirm-b', tag: 'A'.repeat(86) },
      { type: 'pair-failed', code: 'WRONG_CODE', triesLeft: 2 },
      { type: 'rejoin-a', index: 1, proof: DIGEST, received: 0 },
      { type: 'rejoin-b', proof: DIGEST, received: 0 },
    ].map((message) => Buffer.from(JSON.stringify(message))),
  open: () => (bytes) => {
    const message = unless(['PEER_VIOLATION'], () => decodePairing(bytes));
    if (message === undefined) return;
    assert(bytes.length <= LIMITS.unpairedMessageBytes);
    if (message.type === 'pair-b' || message.type === 'confirm-b' || message.type === 'pair-failed') {
      const { state } = startInitiator({ ...CONNECTION, secret });
      assert.equal(unless(ERROR_CODES, () => stepInitiator(state, message))?.keys, undefined);
    } else {
      const state = startResponder({ ...CONNECTION, secretFor: () => secret });
      assert.equal(unless(ERROR_CODES, () => stepResponder(state, message))?.keys, undefined);
    }
  },
};
