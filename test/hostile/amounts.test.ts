/** What a paired sender may not say too much of. */
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/transfer/limits.ts';
import { fileEntry, HostileSender, LARGE_OFFER } from './hostile-sender.ts';
import { expectRefused, expectServed, startVictim, usedFolder } from './victim.ts';

const page = (first: number, count = 1) => ({
  type: 'page',
  first,
  entries: Array.from({ length: count }, (_, index) => fileEntry([`${String(first + index)}.txt`])),
});
const named = async (sender: HostileSender): Promise<void> => {
  await sender.agree();
  await sender.manifest([fileEntry(['a.txt'], 10)]);
};

const appNamed = (name: string, features: readonly string[] = []) => ({
  package: name,
  versionCode: 1,
  minSdk: 1,
  targetSdk: 1,
  abis: [],
  requiredFeatures: features,
  requiredLibraries: [],
  signers: [],
  lineage: [],
  splits: [],
  splitsRequired: false,
  requiredSplitTypes: [],
  needsGoogle: false,
  needsHuawei: false,
  testOnly: false,
  sizeBytes: 1,
});

interface Attack {
  readonly what: string;
  readonly like?: string;
  readonly say: (sender: HostileSender) => void | Promise<void>;
}

const AMOUNTS: readonly Attack[] = [
  {
    what: 'more lanes than there may be',
    say: (sender) => {
      sender.hello();
      sender.say({ type: 'offer', kinds: [LARGE_OFFER], lanes: 17 });
    },
  },
  {
    what: 'more entries than any move may have',
    say: (sender) => {
      sender.hello();
      sender.say({ type: 'offer', kinds: [{ ...LARGE_OFFER, entries: LIMITS.entries + 1 }], lanes: 1 });
    },
  },
  {
    what: 'no app, which could be said for ever',
    say: (sender) => {
      sender.hello();
      for (let number = 0; number < 1_000; number += 1) sender.say({ type: 'apps', apps: [] });
    },
  },
  {
    what: 'one app more than there may be',
    say: (sender) => {
      sender.hello();
      const apps = Array.from({ length: LIMITS.appsPerMessage }, (_, index) =>
        appNamed(`a.b${String(index)}`),
      );
      for (let said = 0; said < LIMITS.apps; said += apps.length) sender.say({ type: 'apps', apps });
      sender.say({ type: 'apps', apps: [appNamed('one.more')] });
    },
  },
  {
    what: 'facts of apps that no memory should hold',
    say: (sender) => {
      sender.hello();
      const features = Array.from({ length: 500 }, (_, index) => String(index).padEnd(255, 'x'));
      const apps = Array.from({ length: 7 }, () => appNamed('a.b', features));
      for (let bytes = 0; bytes <= LIMITS.appFactsBytes; bytes += 7 * 500 * 255) {
        sender.say({ type: 'apps', apps });
      }
    },
  },
  {
    what: 'a page of more than 1,000 entries',
    say: async (sender) => {
      await sender.agree();
      sender.say(page(0, 1001));
    },
  },
  {
    what: 'a page of none',
    say: async (sender) => {
      await sender.agree();
      sender.say(page(0, 0));
    },
  },
  {
    what: 'more entries than it offered',
    say: async (sender) => {
      await sender.agree([{ ...LARGE_OFFER, entries: 2 }]);
      sender.say(page(0, 3));
    },
  },
  {
    what: 'more records than it offered',
    say: async (sender) => {
      await sender.agree([{ ...LARGE_OFFER, kind: 'calls', items: 1 }]);
      sender.say({
        type: 'page',
        first: 0,
        entries: [{ type: 'segment', kind: 'calls', index: 0, records: 2, size: 1 }],
      });
    },
  },
  {
    what: 'a segment that no memory holds',
    say: async (sender) => {
      await sender.agree([{ ...LARGE_OFFER, kind: 'calls', bytes: 2 ** 40 }]);
      sender.say({
        type: 'page',
        first: 0,
        entries: [{ type: 'segment', kind: 'calls', index: 0, records: 1, size: 2 ** 32 }],
      });
    },
  },
  {
    what: 'a segment of many records beyond its bound',
    say: async (sender) => {
      await sender.agree([{ ...LARGE_OFFER, kind: 'calls', bytes: 2 ** 40 }]);
      sender.say({
        type: 'page',
        first: 0,
        entries: [{ type: 'segment', kind: 'calls', index: 0, records: 2, size: LIMITS.segmentBytes + 1 }],
      });
    },
  },
  {
    what: 'pages for ever',
    say: async (sender) => {
      await sender.agree([{ ...LARGE_OFFER, entries: 50_000 }]);
      for (let number = 0; number <= 50; number += 1) sender.say(page(number * 1000, 1000));
    },
  },
  {
    what: 'pages without waiting for an answer',
    say: async (sender) => {
      await sender.agree();
      // The receiver has to read this one of its own files before it can answer.
      sender.say({ type: 'page', first: 0, entries: [fileEntry(['mine.txt'], 5)] });
      for (let number = 0; number < LIMITS.pagesInFlight; number += 1) sender.say(page(1 + number));
    },
  },
  {
    what: 'questions for ever, without waiting for an answer',
    say: async (sender) => {
      await named(sender);
      for (let number = 0; number < 10_000; number += 1) sender.say({ type: 'ask', lane: 0, entries: [0] });
    },
  },
];

describe('too much: a message with', () => {
  it.each(AMOUNTS)('$what ends the session', async ({ say }) => {
    await expectRefused(async (sender) => {
      await say(sender);
    });
  });
});

it('a message over a megabyte ends the session as its header arrives, without a word', async () => {
  const victim = await startVictim(usedFolder());
  const sender = await HostileSender.pair(victim.address, victim.code);
  const refused = expect(victim.receiving).rejects.toMatchObject({ code: 'PEER_VIOLATION' });
  sender.sayRaw(`"${'x'.repeat(LIMITS.messageBytes)}"`);
  await refused;
  await sender.ended();
  sender.leave();
  await expectServed(victim.into);
});

it('a sender that is rude from the first message to the last costs little memory', async () => {
  const before = process.memoryUsage().rss;
  await expectRefused(async (sender) => {
    await sender.agree();
    for (let number = 0; number < 64; number += 1) sender.say(page(number * 1000, 1000));
    sender.say(page(0));
  });
  expect(process.memoryUsage().rss - before).toBeLessThan(96 * 1024 * 1024);
});
