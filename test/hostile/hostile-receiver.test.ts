/** A receiver with the right code against the engine's own sender: what it may not ask, and what it may not claim. */
import { describe, expect, it } from 'vitest';
import { expectGivenUp, lure, type HostileReceiver } from './hostile-receiver.ts';

const DIGEST = 'A'.repeat(43);
const RECEIPT = { outcome: 'complete', kinds: {}, bytes: { payload: 0, wire: 0, resumed: 0 }, seconds: 0 };

interface Attack {
  readonly what: string;
  readonly say: (receiver: HostileReceiver) => void | Promise<void>;
}

const after =
  (message: (offered: readonly unknown[]) => unknown) =>
  async (receiver: HostileReceiver): Promise<void> => {
    const { kinds } = await receiver.greet();
    receiver.say(message(kinds));
  };

const plan = (over: object): unknown => ({
  type: 'plan',
  kinds: ['files'],
  freeBytes: 1,
  lanePorts: [9],
  ...over,
});

const named = async (receiver: HostileReceiver): Promise<void> => {
  await receiver.agree();
  await receiver.manifest();
};

const BEFORE_BEGIN: readonly Attack[] = [
  {
    what: 'no hello first',
    say: (receiver) => {
      receiver.say(plan({}));
    },
  },
  { what: 'a kind that was not offered', say: after(() => plan({ kinds: ['files', 'contacts'] })) },
  { what: 'a kind nobody knows', say: after(() => plan({ kinds: ['passwords'] })) },
  { what: 'a kind twice', say: after(() => plan({ kinds: ['files', 'files'] })) },
  { what: 'more lanes than were wanted', say: after(() => plan({ lanePorts: [9, 9] })) },
  { what: 'no lane', say: after(() => plan({ lanePorts: [] })) },
  { what: 'a port that is none', say: after(() => plan({ lanePorts: [0] })) },
  {
    what: 'apps that were not offered',
    say: async (receiver) => {
      await receiver.greet();
      receiver.say({ type: 'verdicts', verdicts: [{ package: 'com.example', verdict: 'yes', reasons: [] }] });
      receiver.say(plan({}));
    },
  },
  {
    what: 'verdicts of none, which could be said for ever',
    say: async (receiver) => {
      await receiver.greet();
      for (let number = 0; number < 1_000; number += 1) receiver.say({ type: 'verdicts', verdicts: [] });
    },
  },
  { what: 'go before begin', say: after(() => ({ type: 'go' })) },
  {
    what: 'a page, which only the sender may say',
    say: after(() => ({ type: 'page', first: 0, entries: [] })),
  },
];

const AFTER_BEGIN: readonly Attack[] = [
  {
    what: 'a page that was not sent',
    say: async (receiver) => {
      await receiver.agree();
      receiver.say({ type: 'want', first: 500, held: [] });
    },
  },
  {
    what: 'the same page twice',
    say: async (receiver) => {
      await named(receiver);
      receiver.say({ type: 'want', first: 0, held: [] });
    },
  },
  {
    what: 'entries of another page',
    say: async (receiver) => {
      await receiver.agree();
      receiver.say({ type: 'want', first: 0, held: [[900, 1, DIGEST]] });
    },
  },
  {
    what: 'a prefix longer than the entry',
    say: async (receiver) => {
      await receiver.agree();
      receiver.say({ type: 'want', first: 0, held: [[0, 1_000_000, DIGEST]] });
    },
  },
  {
    what: 'a state nobody asked for',
    say: async (receiver) => {
      await named(receiver);
      receiver.say({ type: 'state', lane: 0, done: [], held: [] });
    },
  },
  {
    what: 'the state of a lane that is not there',
    say: async (receiver) => {
      await named(receiver);
      receiver.say({ type: 'state', lane: 7, done: [], held: [] });
    },
  },
  {
    what: 'a receipt before the end',
    say: async (receiver) => {
      await named(receiver);
      receiver.say({ type: 'receipt', receipt: RECEIPT });
    },
  },
  {
    what: 'a second plan',
    say: async (receiver) => {
      await named(receiver);
      receiver.say(plan({}));
    },
  },
  {
    what: 'a message over its bound',
    say: async (receiver) => {
      await named(receiver);
      receiver.say({ type: 'settled', verified: Array.from({ length: 1001 }, () => 0), again: [] });
    },
  },
];

describe.each([
  ['before anything moves', BEFORE_BEGIN],
  ['once it moves', AFTER_BEGIN],
] as const)('a receiver that names, %s,', (_when, attacks) => {
  it.each(attacks)('$what is given up', async ({ say }) => {
    await expectGivenUp(say);
  });
});

describe('a receiver that lies', () => {
  it('about a prefix gets the whole file, never a piece chosen by it', async () => {
    const { receiver } = await lure();
    await receiver.agree();
    const { first, entries } = await receiver.hear('page');
    const photo = entries.findIndex(({ size }) => size === 100_000);
    receiver.say({ type: 'want', first, held: [[photo, 50_000, DIGEST]] });
    receiver.say({ type: 'go' });
    const { digests } = await receiver.hear('sent');
    expect(digests.length).toBeGreaterThan(0);
    await expect.poll(() => receiver.laneBytes).toBeGreaterThan(100_000);
  });

  it('that everything is damaged is sent everything once more, then not again', async () => {
    const { receiver, sending } = await lure();
    await named(receiver);
    receiver.say({ type: 'go' });
    const skipped = new Set<number>();
    while (skipped.size < 2) {
      const sent = await receiver.hear('sent');
      for (const [entry] of sent.skipped) skipped.add(entry);
      receiver.say({ type: 'settled', verified: [], again: sent.digests.map(([entry]) => entry) });
    }
    await receiver.hear('streamed');
    receiver.say({ type: 'receipt', receipt: RECEIPT });
    await sending;
    expect(receiver.laneBytes).toBeLessThan(3 * 110_000);
  });

  it('in its receipt is not believed', async () => {
    const { receiver, sending } = await lure();
    await named(receiver);
    await receiver.takeAll(2);
    const counts = {
      offered: 2,
      sent: 2,
      verified: 2,
      added: 1,
      merged: 0,
      same: 0,
      renamed: 0,
      skipped: [],
    };
    receiver.say({ type: 'receipt', receipt: { ...RECEIPT, kinds: { files: counts } } });
    expect(await sending).toMatchObject({ outcome: 'partial' });
  });

  it.each([
    ['a dry run that it had not announced', {}, 'dry-run'],
    ['a move where it had announced a dry run', { dryRun: true }, 'complete'],
    ['half a move where it had announced a dry run', { dryRun: true }, 'partial'],
  ])('by a receipt of %s is given up', async (_, over, outcome) => {
    const { receiver, sending } = await lure();
    const given = expect(sending).rejects.toMatchObject({ code: 'PEER_VIOLATION' });
    await receiver.agree(over);
    await receiver.manifest();
    await receiver.takeAll(2);
    receiver.say({ type: 'receipt', receipt: { ...RECEIPT, outcome } });
    await given;
  });

  it('about nothing, and says beforehand that it is a dry run, is believed', async () => {
    const { receiver, sending } = await lure();
    await receiver.agree({ dryRun: true });
    await receiver.manifest();
    await receiver.takeAll(2);
    receiver.say({ type: 'receipt', receipt: { ...RECEIPT, outcome: 'dry-run' } });
    expect(await sending).toMatchObject({ outcome: 'dry-run' });
  });

  it('about a lane that broke cannot make the sender read beyond a file', async () => {
    const { receiver, sending } = await lure();
    const { kinds } = await receiver.greet();
    const given = expect(sending).rejects.toMatchObject({ code: 'PEER_VIOLATION' });
    // Nothing listens there, and the control port takes no lane: the sender has to ask.
    receiver.say(plan({ kinds: kinds.map(({ kind }) => kind), lanePorts: [1] }));
    await begun(receiver);
    await receiver.hear('ask');
    receiver.say({ type: 'state', lane: 0, done: [], held: [[0, 1_000_000, DIGEST]] });
    await given;
  });
});

async function begun(receiver: HostileReceiver): Promise<void> {
  await receiver.hear('begin');
  await receiver.manifest();
  receiver.say({ type: 'go' });
}
