/** What a paired sender may not say: wrong order, wrong number, wrong shape, too much of it. */
import { describe, it } from 'vitest';
import { LIMITS } from '../../src/transfer/limits.ts';
import { fileEntry, type HostileSender, LARGE_OFFER } from './hostile-sender.ts';
import { expectRefused } from './victim.ts';

const ENTRIES = [fileEntry(['a.txt'], 10)];
const DIGEST = 'A'.repeat(43);
const page = (first: number, count = 1) => ({
  type: 'page',
  first,
  entries: Array.from({ length: count }, (_, index) => fileEntry([`${String(first + index)}.txt`])),
});
const named = async (sender: HostileSender): Promise<void> => {
  await sender.agree();
  await sender.manifest(ENTRIES);
};

interface Attack {
  readonly what: string;
  readonly like?: string;
  readonly say: (sender: HostileSender) => void | Promise<void>;
}

const SHAPES: readonly Attack[] = [
  {
    what: 'no JSON',
    say: (sender) => {
      sender.sayRaw('{"s":1,');
    },
  },
  {
    what: 'no envelope',
    say: (sender) => {
      sender.sayRaw('"hello"');
    },
  },
  {
    what: 'an empty text',
    say: (sender) => {
      sender.sayRaw('');
    },
  },
  {
    what: 'a message of no type',
    say: (sender) => {
      sender.say({});
    },
  },
  {
    what: 'a type nobody knows',
    say: (sender) => {
      sender.say({ type: 'exec', command: 'id' });
    },
  },
  {
    what: 'a key nobody knows',
    say: (sender) => {
      sender.say({ type: 'receipt-ok', extra: 1 });
    },
  },
  {
    what: 'a message into the prototype',
    like: 'CWE-1321',
    say: (sender) => {
      sender.sayRaw('{"s":1,"a":1,"m":{"type":"go","__proto__":{"x":1}}}');
    },
  },
  {
    what: 'brackets a megabyte deep',
    like: 'CWE-674',
    say: (sender) => {
      sender.sayRaw('['.repeat(LIMITS.messageBytes - 1));
    },
  },
  {
    what: 'a message that nests 17 deep',
    say: (sender) => {
      sender.sayRaw(`{"s":1,"a":0,"m":${'['.repeat(17)}${']'.repeat(17)}}`);
    },
  },
  {
    what: 'a number that is none',
    say: (sender) => {
      sender.sayRaw('{"s":1e400,"a":0,"m":{"type":"go"}}');
    },
  },
  {
    what: 'a digest of another length',
    say: async (sender) => {
      await named(sender);
      sender.say({ type: 'sent', digests: [[0, 'AAAA']], skipped: [] });
    },
  },
];

const ORDER: readonly Attack[] = [
  {
    what: 'an offer before hello',
    say: (sender) => {
      sender.say({ type: 'offer', kinds: [LARGE_OFFER], lanes: 1 });
    },
  },
  {
    what: 'hello twice',
    say: (sender) => {
      sender.hello();
      sender.hello();
    },
  },
  {
    what: 'a page before begin',
    say: (sender) => {
      sender.hello();
      sender.say({ type: 'offer', kinds: [LARGE_OFFER], lanes: 1 });
      sender.say(page(0));
    },
  },
  {
    what: 'a second offer',
    say: async (sender) => {
      await sender.agree();
      sender.say({ type: 'offer', kinds: [LARGE_OFFER], lanes: 1 });
    },
  },
  {
    what: 'a message only the receiver may say',
    say: async (sender) => {
      await sender.agree();
      sender.say({ type: 'go' });
    },
  },
  {
    what: 'a receipt of its own',
    say: async (sender) => {
      await named(sender);
      sender.say({ type: 'receipt-ok' });
    },
  },
  {
    what: 'a message replayed',
    say: (sender) => {
      sender.hello();
      sender.say({ type: 'offer', kinds: [LARGE_OFFER], lanes: 1 }, 1);
    },
  },
  {
    what: 'a message left out',
    say: (sender) => {
      sender.hello();
      sender.say({ type: 'offer', kinds: [LARGE_OFFER], lanes: 1 }, 3);
    },
  },
  {
    what: 'an acknowledgement of what was never sent',
    say: (sender) => {
      sender.sayRaw('{"a":1000}');
    },
  },
  {
    what: 'an acknowledgement that goes back',
    say: async (sender) => {
      await sender.agree();
      sender.sayRaw('{"a":0}');
    },
  },
  {
    what: 'a page out of order',
    say: async (sender) => {
      await sender.agree();
      sender.say(page(5));
    },
  },
  {
    what: 'a page twice',
    say: async (sender) => {
      await sender.agree();
      sender.say(page(0));
      sender.say(page(0));
    },
  },
  {
    what: 'a page after the end of the manifest',
    say: async (sender) => {
      await named(sender);
      sender.say(page(1));
    },
  },
  {
    what: 'a manifest of another length',
    say: async (sender) => {
      await sender.agree();
      sender.say({ type: 'manifest-end', entries: 3 });
    },
  },
  {
    what: 'the end before anything was sent',
    say: async (sender) => {
      await named(sender);
      sender.say({ type: 'streamed', payload: 0, wire: 0 });
    },
  },
  {
    what: 'digests of entries that are not in the manifest',
    say: async (sender) => {
      await named(sender);
      sender.say({ type: 'sent', digests: [[7, DIGEST]], skipped: [] });
    },
  },
  {
    what: 'entries skipped that are not in the manifest',
    say: async (sender) => {
      await named(sender);
      sender.say({ type: 'sent', digests: [], skipped: [[7, 'changed']] });
    },
  },
  {
    what: 'a question about a lane that is not there',
    say: async (sender) => {
      await named(sender);
      sender.say({ type: 'ask', lane: 5, entries: [0] });
    },
  },
  {
    what: 'a question about an entry that is not there',
    say: async (sender) => {
      await named(sender);
      sender.say({ type: 'ask', lane: 0, entries: [7] });
    },
  },
  {
    what: 'a kind twice',
    say: (sender) => {
      sender.hello();
      sender.say({ type: 'offer', kinds: [LARGE_OFFER, LARGE_OFFER], lanes: 1 });
    },
  },
  {
    what: 'a choice beyond the plan',
    say: async (sender) => {
      sender.hello();
      sender.say({ type: 'offer', kinds: [LARGE_OFFER], lanes: 1 });
      await sender.hear('plan');
      sender.say({ type: 'begin', kinds: ['contacts'], apps: [] });
    },
  },
  {
    what: 'a choice of apps it never offered',
    say: async (sender) => {
      sender.hello();
      sender.say({ type: 'offer', kinds: [LARGE_OFFER], lanes: 1 });
      await sender.hear('plan');
      sender.say({ type: 'begin', kinds: ['files'], apps: ['com.example'] });
    },
  },
  {
    what: 'segments out of order',
    say: async (sender) => {
      await sender.agree([{ ...LARGE_OFFER, kind: 'calls' }]);
      sender.say({
        type: 'page',
        first: 0,
        entries: [{ type: 'segment', kind: 'calls', index: 1, records: 1, size: 1 }],
      });
    },
  },
];

describe.each([
  ['of a wrong shape', SHAPES],
  ['out of order', ORDER],
] as const)('a message %s', (_kind, attacks) => {
  it.each(attacks)('($what) ends the session', async ({ say }) => {
    await expectRefused(async (sender) => {
      await say(sender);
    });
  });
});
