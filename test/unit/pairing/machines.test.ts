import { describe, expect, it, vi } from 'vitest';
import { endResponder, stepResponder } from '../../../src/transfer/pairing/responder.ts';
import type { SecretKind } from '../../../src/transfer/pairing/machine.ts';
import { endInitiator, startInitiator, stepInitiator } from '../../../src/transfer/pairing/initiator.ts';
import { MoverError } from '../../../src/transfer/errors.ts';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import { pairingMessageSchema, type PairingMessage } from '../../../src/transfer/pairing/messages.ts';
import { B3 } from './cpace-vectors.ts';
import { WORKED_EXAMPLE } from './worked-example.ts';
import {
  CERTIFICATE,
  CODE,
  digitsOf,
  responder,
  EKM,
  expectMessage,
  failureOf,
  pair,
  reveal,
  seededBytes,
  initiator,
} from './two-devices.ts';

const garble = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);

describe('an honest exchange', () => {
  it('with the same code gives both sides the same two keys', () => {
    const { initiatorKeys, responderKeys, failure } = pair();
    expect(failure).toBeUndefined();
    expect(reveal(initiatorKeys?.appKey)).toMatch(/^[0-9a-f]{128}$/);
    expect(reveal(initiatorKeys?.appKey)).toBe(reveal(responderKeys?.appKey));
    expect(reveal(initiatorKeys?.joinKey)).toBe(reveal(responderKeys?.joinKey));
    expect(reveal(initiatorKeys?.joinKey)).not.toBe(reveal(initiatorKeys?.appKey));
  });

  it('with the QR code’s secret asks the responder for that one', () => {
    const bytes = Buffer.alloc(16, 0x51);
    const asked: SecretKind[] = [];
    const { failure } = pair(
      { secret: new Ephemeral(Buffer.from(bytes)), secretKind: 'qr' },
      {
        secretFor: (kind) => {
          asked.push(kind);
          return new Ephemeral(Buffer.from(bytes));
        },
      },
    );
    expect(failure).toBeUndefined();
    expect(asked).toEqual(['qr']);
  });

  it('sends only messages the protocol allows', () => {
    const seen: PairingMessage['type'][] = [];
    pair({}, {}, (message) => {
      seen.push(message.type);
      return pairingMessageSchema.parse(JSON.parse(JSON.stringify(message)));
    });
    expect(seen).toEqual(['pair-a', 'pair-b', 'confirm-a', 'confirm-b']);
  });

  it('leaves the secret to its owner', () => {
    const secret = digitsOf(CODE);
    pair({ secret });
    expect(secret.wiped).toBe(false);
  });

  it('never sends the same share twice', () => {
    const shares = [initiator(), initiator()].map(({ send }) => expectMessage(send, 'pair-a').share);
    expect(shares[0]).not.toBe(shares[1]);
  });

  it('with fixed randomness gives the worked example', () => {
    const sent = new Map<string, PairingMessage>();
    const { initiatorKeys, responderKeys } = pair(
      { random: seededBytes('typist') },
      { random: seededBytes('displayer') },
      (message) => {
        sent.set(message.type, message);
        return message;
      },
    );
    expect(Object.fromEntries(sent)).toEqual(WORKED_EXAMPLE.messages);
    expect(reveal(initiatorKeys?.appKey)).toBe(WORKED_EXAMPLE.appKey);
    expect(reveal(responderKeys?.joinKey)).toBe(WORKED_EXAMPLE.joinKey);
  });
});

describe('an exchange that must fail', () => {
  it('another code: the responder refuses the proof and no side has keys', () => {
    const outcome = pair({ secret: digitsOf('042138') });
    expect(outcome).toEqual({
      typistKeys: undefined,
      displayerKeys: undefined,
      failure: { side: 'responder', code: 'WRONG_CODE' },
    });
  });

  it('another TLS connection: a relay that knows the code gets nothing', () => {
    const outcome = pair(
      { channelBinding: Buffer.alloc(32, 0x01) },
      { channelBinding: Buffer.alloc(32, 0x02) },
    );
    expect(outcome.failure).toEqual({ side: 'responder', code: 'WRONG_CODE' });
    expect(outcome.responderKeys).toBeUndefined();
  });

  it('another certificate than the connection’s: the initiator stops before it proves anything', () => {
    const sent: string[] = [];
    const outcome = pair({ certificateDigest: Buffer.alloc(32, 0x99) }, {}, (message) => {
      sent.push(message.type);
      return message;
    });
    expect(outcome.failure).toEqual({ side: 'initiator', code: 'PAIRING_FAILED' });
    expect(sent).not.toContain('confirm-a');
  });

  it('a certificate digest swapped on the way: seen by the initiator', () => {
    const outcome = pair({}, {}, (message) =>
      message.type === 'pair-b'
        ? {
            ...message,
            associated: { ...message.associated, certificate: garble(message.associated.certificate) },
          }
        : message,
    );
    expect(outcome.failure).toEqual({ side: 'initiator', code: 'PAIRING_FAILED' });
  });

  it.each(['pair-a', 'pair-b'] as const)(
    '%s altered on the way, in any part: the proofs do not hold',
    (type) => {
      const alterations = [
        { nonce: Buffer.alloc(16, 9).toString('base64url') },
        { versions: [1, 2] },
        { features: ['extra'] },
      ];
      for (const alteration of alterations) {
        const outcome = pair({}, {}, (message) =>
          message.type === type
            ? ({ ...message, associated: { ...message.associated, ...alteration } } as PairingMessage)
            : message,
        );
        expect(outcome.failure?.code).toBe('WRONG_CODE');
        expect(outcome.responderKeys).toBeUndefined();
      }
    },
  );

  it('a proof altered on the way, either one, ends the exchange', () => {
    const forge = (type: string) =>
      pair({}, {}, (message) =>
        message.type === type && 'tag' in message ? { ...message, tag: garble(message.tag) } : message,
      );
    expect(forge('confirm-a').failure).toEqual({ side: 'responder', code: 'WRONG_CODE' });
    expect(forge('confirm-b').failure).toEqual({ side: 'initiator', code: 'WRONG_CODE' });
    expect(forge('confirm-b').initiatorKeys).toBeUndefined();
  });

  it('our own proof sent back is not the peer’s', () => {
    const begun = initiator();
    const shown = stepResponder(responder(), begun.send);
    const proved = stepInitiator(begun.state, expectMessage(shown.send, 'pair-b'));
    const { tag } = expectMessage(proved.send, 'confirm-a');
    expect(failureOf(() => stepInitiator(proved.state, { type: 'confirm-b', tag }))).toBe('WRONG_CODE');
  });

  it('our own share sent back is refused', () => {
    const outcome = pair(
      {},
      {},
      (() => {
        let share = '';
        return (message: PairingMessage) => {
          if (message.type === 'pair-a') share = message.share;
          return message.type === 'pair-b' ? { ...message, share } : message;
        };
      })(),
    );
    expect(outcome.failure).toEqual({ side: 'initiator', code: 'PEER_VIOLATION' });
  });

  it.each([
    ['the draft’s invalid point', B3.invalid],
    ['the neutral element', B3.neutral],
  ])('%s as a share is refused on both sides, and counts as no attempt', (_, point) => {
    const share = point.toString('base64url');
    const secretFor = vi.fn(() => digitsOf(CODE));
    const toResponder = pair({}, { secretFor }, (message) =>
      message.type === 'pair-a' ? { ...message, share } : message,
    );
    expect(toResponder.failure).toEqual({ side: 'responder', code: 'PEER_VIOLATION' });
    expect(secretFor).not.toHaveBeenCalled();
    const toInitiator = pair({}, {}, (message) =>
      message.type === 'pair-b' ? { ...message, share } : message,
    );
    expect(toInitiator.failure).toEqual({ side: 'initiator', code: 'PEER_VIOLATION' });
  });

  it('a share with more than one spelling, or of another length, is refused', () => {
    const { send } = initiator();
    const good = expectMessage(send, 'pair-a');
    // 32 bytes leave two bits of the last character unused.
    const last = good.share.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const other = good.share.slice(0, -1) + (alphabet[alphabet.indexOf(last) + 1] ?? '');
    for (const share of [other, good.share.slice(4), `${good.share}AAAA`, '']) {
      expect(failureOf(() => stepResponder(responder(), { ...good, share }))).toBe('PEER_VIOLATION');
    }
  });

  it('a peer of another version is told apart from an attack, and counts as no attempt', () => {
    const secretFor = vi.fn(() => digitsOf(CODE));
    const outcome = pair({}, { secretFor }, (message) =>
      message.type === 'pair-a'
        ? { ...message, associated: { ...message.associated, versions: [7] } }
        : message,
    );
    expect(outcome.failure).toEqual({ side: 'responder', code: 'PEER_VERSION' });
    expect(secretFor).not.toHaveBeenCalled();
  });

  it.each([
    ['a feature that is no plain name', { features: ['\ud800'] }],
    ['a version that is no byte', { versions: [300] }],
  ])('%s is refused', (_, alteration) => {
    const outcome = pair({}, {}, (message) =>
      message.type === 'pair-a'
        ? { ...message, associated: { ...message.associated, ...alteration } }
        : message,
    );
    expect(outcome.failure).toEqual({ side: 'responder', code: 'PEER_VIOLATION' });
  });

  it('a busy or locked receiver says so instead of answering', () => {
    const refuse = (code: 'PAIRING_BUSY' | 'PAIRING_LOCKED') =>
      pair(
        {},
        {
          secretFor: () => {
            throw new MoverError(code);
          },
        },
      ).failure;
    expect(refuse('PAIRING_BUSY')).toEqual({ side: 'responder', code: 'PAIRING_BUSY' });
    expect(refuse('PAIRING_LOCKED')).toEqual({ side: 'responder', code: 'PAIRING_LOCKED' });
  });
});

describe('order', () => {
  const honest = (): PairingMessage[] => {
    const messages: PairingMessage[] = [];
    pair({}, {}, (message) => {
      messages.push(message);
      return message;
    });
    return [
      ...messages,
      { type: 'pair-failed', code: 'WRONG_CODE' },
      { type: 'rejoin-a', index: 1, proof: 'A'.repeat(43), received: 0 },
      { type: 'rejoin-b', proof: 'A'.repeat(43), received: 0 },
    ];
  };

  it('a responder takes nothing but pair-a first', () => {
    for (const message of honest().filter(({ type }) => type !== 'pair-a')) {
      expect(failureOf(() => stepResponder(responder(), message))).toBe('PEER_VIOLATION');
    }
  });

  it('a responder takes nothing but confirm-a second', () => {
    for (const message of honest().filter(({ type }) => type !== 'confirm-a')) {
      const shown = stepResponder(responder(), initiator().send);
      expect(failureOf(() => stepResponder(shown.state, message))).toBe('PEER_VIOLATION');
    }
  });

  it('an initiator takes nothing but pair-b or a failure first', () => {
    for (const message of honest().filter(({ type }) => type !== 'pair-b' && type !== 'pair-failed')) {
      expect(failureOf(() => stepInitiator(initiator().state, message))).toBe('PEER_VIOLATION');
    }
  });

  it('paired machines take nothing more', () => {
    for (const message of honest()) {
      expect(failureOf(() => stepInitiator({ type: 'paired' }, message))).toBe('PEER_VIOLATION');
      expect(failureOf(() => stepResponder({ type: 'paired' }, message))).toBe('PEER_VIOLATION');
    }
  });

  it('a state answers once: neither a repeated nor a corrected message gets a second chance', () => {
    const begun = initiator();
    const shown = stepResponder(responder(), begun.send);
    const pairB = expectMessage(shown.send, 'pair-b');
    const proved = stepInitiator(begun.state, pairB);
    expect(failureOf(() => stepInitiator(begun.state, pairB))).toBe('PAIRING_FAILED');

    const { tag } = expectMessage(proved.send, 'confirm-a');
    expect(failureOf(() => stepResponder(shown.state, { type: 'confirm-a', tag: garble(tag) }))).toBe(
      'WRONG_CODE',
    );
    expect(failureOf(() => stepResponder(shown.state, { type: 'confirm-a', tag }))).toBe('PAIRING_FAILED');
  });

  it('a repeated pair-a asks for no second secret', () => {
    const secretFor = vi.fn(() => digitsOf(CODE));
    const state = responder({ secretFor });
    const { send } = initiator();
    stepResponder(state, send);
    expect(failureOf(() => stepResponder(state, send))).toBe('PAIRING_FAILED');
    expect(secretFor).toHaveBeenCalledTimes(1);
  });
});

describe('a failure the responder reports', () => {
  it('is thrown with its code and the tries left', () => {
    const run = (): unknown =>
      stepInitiator(initiator().state, { type: 'pair-failed', code: 'WRONG_CODE', triesLeft: 2 });
    expect(failureOf(run)).toBe('WRONG_CODE');
    expect(run).toThrow('tries left: 2');
  });

  it('cannot make the initiator claim what pairing cannot know', () => {
    const run = (): unknown => stepInitiator(initiator().state, { type: 'pair-failed', code: 'NO_SPACE' });
    expect(failureOf(run)).toBe('PEER_VIOLATION');
  });
});

describe('wiping', () => {
  it('an abandoned exchange holds no secret, whatever its state', () => {
    const begun = initiator();
    const shown = stepResponder(responder(), begun.send);
    const waiting = initiator();
    endInitiator(waiting.state);
    expect(waiting.state.type === 'awaiting-pair-b' && waiting.state.scalar.wiped).toBe(true);

    const proved = stepInitiator(begun.state, expectMessage(shown.send, 'pair-b'));
    expect(begun.state.type === 'awaiting-pair-b' && begun.state.scalar.wiped).toBe(true);
    endInitiator(proved.state);
    endResponder(shown.state);
    for (const state of [proved.state, shown.state]) {
      if (!('schedule' in state)) throw new Error('expected a state that waits for a proof');
      const { proofA, proofB, appKey, joinKey } = state.schedule;
      expect([proofA, proofB, appKey, joinKey].every((secret) => secret.wiped)).toBe(true);
    }
  });

  it('a failed step wipes the keys it would have given', () => {
    const begun = initiator({ secret: digitsOf('999999') });
    const shown = stepResponder(responder(), begun.send);
    const proved = stepInitiator(begun.state, expectMessage(shown.send, 'pair-b'));
    const confirm = expectMessage(proved.send, 'confirm-a');
    expect(failureOf(() => stepResponder(shown.state, confirm))).toBe('WRONG_CODE');
    if (shown.state.type !== 'awaiting-confirm-a') throw new Error('expected awaiting-confirm-a');
    expect(shown.state.schedule.joinKey.wiped && shown.state.schedule.appKey.wiped).toBe(true);
  });

  it('an initiator that takes something out of order forgets its share and the keys it was to get', () => {
    const waiting = initiator();
    const out: PairingMessage = { type: 'confirm-b', tag: '' };
    expect(failureOf(() => stepInitiator(waiting.state, out))).toBe('PEER_VIOLATION');
    expect(waiting.state.type === 'awaiting-pair-b' && waiting.state.scalar.wiped).toBe(true);

    const begun = initiator();
    const shown = stepResponder(responder(), begun.send);
    const proved = stepInitiator(begun.state, expectMessage(shown.send, 'pair-b'));
    expect(failureOf(() => stepInitiator(proved.state, begun.send))).toBe('PEER_VIOLATION');
    expect(proved.state.type === 'awaiting-confirm-b' && proved.state.schedule.appKey.wiped).toBe(true);
  });

  it('no state can be written out with its secrets', () => {
    expect(() => JSON.stringify(initiator().state)).toThrow(TypeError);
  });
});

describe('what the caller hands over', () => {
  it('a binding or digest of another length is a fault of ours, not the peer’s', () => {
    const short = Buffer.alloc(31);
    expect(() => responder({ channelBinding: short })).toThrow(TypeError);
    expect(() =>
      startInitiator({ secret: digitsOf(CODE), channelBinding: EKM, certificateDigest: short }),
    ).toThrow(TypeError);
    expect(CERTIFICATE).toHaveLength(32);
  });
});
