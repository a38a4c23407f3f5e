/**
 * What every source promises, as tests. Whoever writes a `Source` runs them against it; OpenMover runs them against its own.
 * They need no knowledge of what the device holds, but test more the more kinds it holds.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type AppFacts, appFactsSchema, deviceFactsSchema } from '../compat/facts.ts';
import { EntryCheck, TreeCheck } from '../devices/entry-check.ts';
import type { Content, Source } from '../devices/port.ts';
import type { ApkEntry, Entry, FileEntry, SegmentEntry } from '../kinds/entry.ts';
import { type Kind, KINDS, RECORD_KINDS, type RecordKind, SKIP_REASONS } from '../kinds/kind.ts';
import { LIMITS } from '../limits.ts';
import type { DefineTest } from './define-test.ts';
import { isRecordLine } from './record-line.ts';

/** How `sourceContract` opens the source it tests. */
export interface SourceContractOptions {
  /** Opens the device; each time another object for the same device, which does not change meanwhile. */
  open(): Source | Promise<Source>;
  /** False where records are not lines of OpenMover's own kinds; true by default. */
  readonly checkRecords?: boolean;
}

interface Scanned {
  readonly entries: Entry[];
  readonly apps: AppFacts[];
  readonly left: [kind: Kind, reason: string, count: number][];
}

const GOING = new AbortController().signal;

async function scan(source: Source, kinds: readonly Kind[] = KINDS): Promise<Scanned> {
  const found: Scanned = { entries: [], apps: [], left: [] };
  const entries = source.scan({
    kinds,
    skip: (kind, reason, count = 1) => found.left.push([kind, reason, count]),
    app: (facts) => found.apps.push(facts),
    signal: GOING,
  });
  for await (const entry of entries) found.entries.push(entry);
  return found;
}

async function bytesOf(content: Content, from = 0): Promise<Buffer> {
  switch (content.type) {
    case 'path':
      return readFileSync(content.path).subarray(from);
    case 'bytes':
      return Buffer.from(content.bytes).subarray(from);
    case 'stream': {
      const pieces: Uint8Array[] = [];
      // A piece may be a view of memory that the source uses again.
      for await (const piece of content.open(from, GOING)) pieces.push(Buffer.from(piece));
      return Buffer.concat(pieces);
    }
  }
}

const hasContent = (entry: Entry): entry is FileEntry | ApkEntry =>
  entry.type === 'file' || entry.type === 'apk';

const segmentsOf = (entries: readonly Entry[], kind: RecordKind): SegmentEntry[] =>
  entries.filter((entry) => entry.type === 'segment').filter((entry) => entry.kind === kind);

/**
 * Defines the tests.
 * @param defineTest of any test runner: `it` of Vitest or Jest, `test` of node:test.
 */
export function sourceContract(defineTest: DefineTest, options: SourceContractOptions): void {
  const it = (name: string, body: (source: Source) => Promise<void>): void => {
    defineTest(name, async () => {
      const source = await options.open();
      try {
        await body(source);
      } finally {
        await source.close();
      }
    });
  };

  it('describes its device by facts that may travel', async (source) => {
    await Promise.resolve();
    deviceFactsSchema.parse(source.device);
  });

  it('scans the kinds that are asked for, in the order of KINDS, and no others', async (source) => {
    const all = await scan(source);
    assert.deepEqual((await scan(source, [])).entries, []);
    for (const kind of KINDS) {
      const { entries, left } = await scan(source, [kind]);
      assert.deepEqual(
        entries,
        all.entries.filter((entry) => entry.kind === kind),
        kind,
      );
      assert.ok(
        left.every(([of]) => of === kind),
        `reasons of ${kind}`,
      );
    }
  });

  it('scans the same each time: entries, apps, and what is left behind', async (source) => {
    assert.deepEqual(await scan(source), await scan(source));
  });

  it('gives only entries that may travel, each once', async (source) => {
    const check = new EntryCheck(KINDS);
    const tree = new TreeCheck();
    for (const entry of (await scan(source)).entries) {
      check.check(entry);
      tree.check(entry);
    }
  });

  it('gives a known reason for everything it leaves behind', async (source) => {
    for (const [, reason, count] of (await scan(source)).left) {
      assert.ok(Object.hasOwn(SKIP_REASONS, reason), reason);
      assert.ok(Number.isSafeInteger(count) && count > 0, `${reason}: ${String(count)}`);
    }
  });

  it('tells the facts of each app before its first APK', async (source) => {
    const told = new Set<string>();
    const entries = source.scan({
      kinds: ['apps'],
      skip: () => undefined,
      app: (facts) => {
        told.add(appFactsSchema.parse(facts).package);
      },
      signal: GOING,
    });
    for await (const entry of entries) {
      assert.ok(entry.type === 'apk' && told.has(entry.path[0]), 'an APK of an app that was not told of');
    }
  });

  it('gives the bytes of each file and APK in their size, while the scan goes on and after it', async (source) => {
    const during: Buffer[] = [];
    const found: (FileEntry | ApkEntry)[] = [];
    const entries = source.scan({
      kinds: ['apps', 'files'],
      skip: () => undefined,
      app: () => undefined,
      signal: GOING,
    });
    for await (const entry of entries) {
      if (!hasContent(entry)) continue;
      found.push(entry);
      const bytes = await bytesOf(source.content(entry));
      assert.equal(bytes.length, entry.size);
      during.push(bytes);
    }
    for (const [index, entry] of found.entries()) {
      assert.deepEqual(await bytesOf(source.content(entry)), during[index]);
    }
  });

  it('begins the bytes of a file where it is asked to', async (source) => {
    for (const entry of (await scan(source, ['apps', 'files'])).entries.filter(hasContent)) {
      const whole = await bytesOf(source.content(entry));
      for (const from of new Set([1, Math.floor(entry.size / 2), entry.size])) {
        if (from > entry.size) continue;
        assert.deepEqual(await bytesOf(source.content(entry), from), whole.subarray(from));
      }
    }
  });

  it('makes the segments it counted, from any on', async (source) => {
    const { entries } = await scan(source, RECORD_KINDS);
    for (const kind of RECORD_KINDS) {
      const counted = segmentsOf(entries, kind).map(({ index, size, records }) => ({ index, size, records }));
      for (let first = 0; first <= counted.length; first += 1) {
        const made = [];
        for await (const { index, bytes } of source.segments(kind, first, GOING)) {
          const text = Buffer.from(bytes).toString('utf8');
          assert.ok(text.endsWith('\n'), 'a segment ends with a line feed');
          made.push({ index, size: bytes.byteLength, records: text.split('\n').length - 1 });
        }
        assert.deepEqual(made, counted.slice(first), `${kind} from ${String(first)}`);
      }
    }
  });

  it('makes records that are lines of their kind', async (source) => {
    for (const kind of RECORD_KINDS) {
      for await (const { bytes } of source.segments(kind, 0, GOING)) {
        const lines = Buffer.from(bytes).toString('utf8').split('\n').slice(0, -1);
        assert.ok(lines.length <= LIMITS.segmentRecords);
        if (options.checkRecords === false) continue;
        for (const line of lines)
          assert.ok(isRecordLine(kind, line), `a record of ${kind} is not well formed`);
      }
    }
  });

  it('stops with the reason of its signal', async (source) => {
    const reason = new Error('stopped');
    const signal = AbortSignal.abort(reason);
    const entries = source.scan({ kinds: KINDS, skip: () => undefined, app: () => undefined, signal });
    await assert.rejects(async () => {
      for await (const _ of entries);
    }, reason);
    await assert.rejects(async () => {
      for await (const _ of source.segments('contacts', 0, signal));
    }, reason);
  });

  it('can be left in the middle, and closed more than once', async (source) => {
    for (const kind of RECORD_KINDS) for await (const _ of source.segments(kind, 0, GOING)) break;
    const entries = source.scan({ kinds: KINDS, skip: () => undefined, app: () => undefined, signal: GOING });
    for await (const _ of entries) break;
    await source.close();
    await source.close();
  });
}
