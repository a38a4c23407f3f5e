/**
 * The pairing machines against a network that does what it likes: loses, repeats, reorders and mixes the messages of
 * several exchanges that run at once, over the same or over different TLS connections.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MoverError } from '../../src/transfer/errors.ts';
import { startResponder, stepResponder, type ResponderState } from '../../src/transfer/pairing/responder.ts';
import type { PairedKeys } from '../../src/transfer/pairing/machine.ts';
import { startInitiator, stepInitiator, type InitiatorState } from '../../src/transfer/pairing/initiator.ts';
import { Ephemeral } from '../../src/transfer/privacy/ephemeral.ts';
import type { PairingMessage } from '../../src/transfer/pairing/messages.ts';

const CODES = ['042137', '042138'] as const;
const BINDINGS = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)] as const;
const CERTIFICATES = [Buffer.alloc(32, 3), Buffer.alloc(32, 4)] as const;
/** Each run does some elliptic-curve arithmetic; seeds of found failures go to `examples`. */
const RUNS = 60;

const side = fc.record({
  code: fc.constantFrom(...CODES),
  binding: fc.constantFrom(...BINDINGS),
  certificate: fc.constantFrom(...CERTIFICATES),
});
type Side = typeof side extends fc.Arbitrary<infer T> ? T : never;

/** One machine with all that has happened to it. */
class Device {
  readonly is: Side;
  readonly role: 'initiator' | 'responder';
  readonly sent: PairingMessage[] = [];
  /** Messages taken without complaint. */
  readonly taken: PairingMessage[] = [];
  keys: PairedKeys | undefined;
  failed = false;
  #initiator: InitiatorState | undefined;
  #responder: ResponderState | undefined;

  constructor(role: 'initiator' | 'responder', is: Side) {
    this.role = role;
    this.is = is;
    const connection = { channelBinding: is.binding, certificateDigest: is.certificate };
    if (role === 'initiator') {
      const begun = startInitiator({ secret: new Ephemeral(is.code), ...connection });
      this.#initiator = begun.state;
      this.sent.push(begun.send);
    } else {
      this.#responder = startResponder({ secretFor: () => new Ephemeral(is.code), ...connection });
    }
  }

  /** A device goes on after a failure as a careless caller would: with the state it had. */
  take(message: PairingMessage): void {
    try {
      const step =
        this.#initiator === undefined
          ? this.#stepResponder(message)
          : this.#stepInitiator(this.#initiator, message);
      this.taken.push(message);
      if (step.send !== undefined) this.sent.push(step.send);
      if (step.keys !== undefined) {
        expect(this.keys).toBeUndefined();
        this.keys = step.keys;
      }
    } catch (error) {
      if (!(error instanceof MoverError)) throw error;
      this.failed = true;
    }
  }

  #stepInitiator(state: InitiatorState, message: PairingMessage) {
    const step = stepInitiator(state, message);
    this.#initiator = step.state;
    return step;
  }

  #stepResponder(message: PairingMessage) {
    if (this.#responder === undefined) throw new Error('neither initiator nor responder');
    const step = stepResponder(this.#responder, message);
    this.#responder = step.state;
    return step;
  }
}

const hex = (keys: PairedKeys): string =>
  keys.appKey.use((app) => keys.joinKey.use((join) => app.toString('hex') + join.toString('hex')));

/**
 * What the network does, step by step: carries on the conversation of one pair, or, now and then, delivers any message
 * that was ever sent to any device. Loss, replay, reordering and mixing in one.
 */
const noise = fc.record({
  type: fc.constant('noise' as const),
  from: fc.nat(5),
  message: fc.nat(1),
  to: fc.nat(5),
});
const forward = fc.record({ type: fc.constant('forward' as const), pair: fc.nat(2) });
const network = fc.array(fc.oneof({ weight: 15, arbitrary: forward }, { weight: 1, arbitrary: noise }), {
  maxLength: 40,
  size: 'max',
});
type Delivery = typeof network extends fc.Arbitrary<(infer T)[]> ? T : never;

/** Two devices that mean to pair, and how far they have come. */
class Pair {
  readonly initiator: Device;
  readonly responder: Device;
  #step = 0;

  constructor(a: Side, b: Side) {
    this.initiator = new Device('initiator', a);
    this.responder = new Device('responder', b);
  }

  /** Carries the next of pair-a, pair-b, confirm-a, confirm-b, if it has been sent. */
  forward(change: (message: PairingMessage) => PairingMessage = (message) => message): void {
    const [from, to] =
      this.#step % 2 === 0 ? [this.initiator, this.responder] : [this.responder, this.initiator];
    const message = from.sent[this.#step >> 1];
    if (message === undefined) return;
    this.#step += 1;
    to.take(change(message));
  }
}

function run(pairs: readonly Pair[], plan: readonly Delivery[]): Device[] {
  const devices = pairs.flatMap(({ initiator, responder }) => [initiator, responder]);
  for (const step of plan) {
    if (step.type === 'forward') {
      pairs[step.pair % pairs.length]?.forward();
    } else {
      const sent = devices[step.from % devices.length]?.sent[step.message];
      if (sent !== undefined) devices[step.to % devices.length]?.take(sent);
    }
  }
  return devices;
}

/** Sides that agree more often than chance would have it. */
const sides = fc.oneof(
  side.map((is) => [is, is] as const),
  fc.tuple(side, side),
);
const agree = (a: Side, b: Side): boolean =>
  a.code === b.code && a.binding === b.binding && a.certificate === b.certificate;

describe('two devices', () => {
  it('agree on keys if and only if code, connection and certificate are the same', () => {
    fc.assert(
      fc.property(sides, ([a, b]) => {
        const pair = new Pair(a, b);
        for (let step = 0; step < 4; step += 1) pair.forward();
        const { initiator, responder } = pair;
        expect([initiator.keys !== undefined, responder.keys !== undefined]).toEqual([
          agree(a, b),
          agree(a, b),
        ]);
        if (initiator.keys && responder.keys) expect(hex(initiator.keys)).toBe(hex(responder.keys));
      }),
      { numRuns: RUNS },
    );
  });

  it('with the right code and a relay between them get no keys', () => {
    // Each has a TLS connection of its own to the relay, which hands on every message, or makes the certificate fit.
    const [leg, otherLeg] = BINDINGS;
    fc.assert(
      fc.property(
        fc.constantFrom(...CODES),
        fc.boolean(),
        fc.boolean(),
        (code, sameCertificate, rewrites) => {
          const relayCertificate = CERTIFICATES[sameCertificate ? 0 : 1];
          const pair = new Pair(
            { code, binding: leg, certificate: relayCertificate },
            { code, binding: otherLeg, certificate: CERTIFICATES[0] },
          );
          const certificate = relayCertificate.toString('base64url');
          const change = (message: PairingMessage): PairingMessage =>
            rewrites && message.type === 'pair-b'
              ? { ...message, associated: { ...message.associated, certificate } }
              : message;
          for (let step = 0; step < 4; step += 1) pair.forward(change);
          expect([pair.initiator.keys, pair.responder.keys]).toEqual([undefined, undefined]);
          expect(pair.initiator.failed || pair.responder.failed).toBe(true);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('many exchanges at once on a hostile network', () => {
  const pairs = fc.array(sides, { minLength: 1, maxLength: 3 });

  it('nobody has keys before both have proved the code, and keys are shared by two devices at most', () => {
    let paired = 0;
    fc.assert(
      fc.property(pairs, network, (settings, plan) => {
        const devices = run(
          settings.map(([a, b]) => new Pair(a, b)),
          plan,
        );
        const holders = new Map<string, Device[]>();
        for (const device of devices) {
          if (device.keys === undefined) continue;
          paired += 1;
          // It has taken a proof…
          expect(device.taken.at(-1)?.type).toBe(device.role === 'initiator' ? 'confirm-b' : 'confirm-a');
          // …and all it took is of one device, of the other role, that is in the same situation.
          const peers = devices.filter(
            (other) =>
              other.role !== device.role && device.taken.every((message) => other.sent.includes(message)),
          );
          expect(peers.map((peer) => agree(peer.is, device.is))).toEqual([true]);
          holders.set(hex(device.keys), [...(holders.get(hex(device.keys)) ?? []), device]);
        }
        for (const sharing of holders.values()) {
          const roles = sharing.map(({ role }) => role).sort();
          expect(roles.join()).toMatch(/^(responder|initiator,responder)$/);
        }
      }),
      { numRuns: RUNS * 2 },
    );
    // A network that lets nobody through would show nothing.
    expect(paired).toBeGreaterThan(RUNS / 2);
  });

  it('a device that has failed never has keys, whatever it is told afterwards', () => {
    let failures = 0;
    fc.assert(
      fc.property(pairs, network, network, (settings, plan, more) => {
        const all = settings.map(([a, b]) => new Pair(a, b));
        const failed = run(all, plan).filter((device) => device.failed && device.keys === undefined);
        failures += failed.length;
        run(all, more);
        for (const device of failed) expect(device.keys).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
    expect(failures).toBeGreaterThan(RUNS / 4);
  });
});
