/** Names and paths: whatever comes in, what is let through is one component of a path, and stays one. */
import fc from 'fast-check';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileEntry, FolderEntry } from '../../src/transfer/kinds/entry.ts';
import { walkFiles } from '../../src/transfer/kinds/files/walk.ts';
import { LIMITS } from '../../src/transfer/limits.ts';
import { checkName, checkPath, collisionKey } from '../../src/transfer/paths/safe-path.ts';
import { TreeKeys } from '../../src/transfer/kinds/tree-keys.ts';
import { scratchFolder } from '../support/scratch.ts';

/** Names an attacker would send, and names people have. */
const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc
    .array(
      fc.constantFrom(
        '.',
        '..',
        '/',
        '\\',
        ':',
        '\0',
        ' ',
        'con',
        'NUL',
        '.txt',
        '~1',
        '\u202E',
        'a',
        'A',
        'ß',
        'İ',
        'ı',
        '\u200D',
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.join('')),
);

const simpleName = fc.constantFrom('a', 'A', 'b', 'é', 'e\u0301', 'ß', 'SS', 'c');
const simplePath = fc.array(simpleName, { minLength: 1, maxLength: 3 });

describe('a name that may travel', () => {
  it('stays one component wherever it is joined', () => {
    fc.assert(
      fc.property(name, (text) => {
        fc.pre(checkName(text) === undefined);
        expect(posix.join('/into', text)).toBe(`/into/${text}`);
        expect(posix.normalize(text)).toBe(text);
      }),
      { numRuns: 3_000 },
    );
  });

  it('survives UTF-8 and JSON and is no longer than a file system takes', () => {
    fc.assert(
      fc.property(name, (text) => {
        fc.pre(checkName(text) === undefined);
        expect(Buffer.from(text).toString()).toBe(text);
        expect(JSON.parse(JSON.stringify(text))).toBe(text);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMITS.nameBytes);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is refused in no place of a path, and one that is refused in every place', () => {
    fc.assert(
      fc.property(name, simplePath, fc.nat({ max: 3 }), (text, path, at) => {
        const whole = [...path.slice(0, at), text, ...path.slice(at)];
        const problem = checkPath(whole);
        if (problem === 'staging') return;
        expect(problem).toBe(checkName(text));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('the key of a name', () => {
  it('is the same for all its Unicode forms and for its other case', () => {
    fc.assert(
      fc.property(name, (text) => {
        const key = collisionKey(text);
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) {
          expect(collisionKey(text.normalize(form))).toBe(key);
        }
        if (!text.includes('ı')) expect(collisionKey(text.toUpperCase())).toBe(key);
        expect(collisionKey(key)).toBe(key);
      }),
      { numRuns: 5_000 },
    );
  });
});

/** What TreeKeys does with digests, with whole paths instead. */
function fits(
  paths: readonly { path: string[]; type: 'file' | 'folder' }[],
  keyOf: (name: string) => string,
): boolean[] {
  const nodes = new Map<string, { type: 'file' | 'folder'; spelling: string; named: boolean }>();
  return paths.map(({ path, type }) => {
    for (let depth = 1; depth <= path.length; depth += 1) {
      const key = path.slice(0, depth).map(keyOf).join('/');
      const spelling = path.slice(0, depth).join('/');
      const isLast = depth === path.length;
      const node = nodes.get(key);
      const wanted = isLast ? type : 'folder';
      if (node !== undefined) {
        if (node.type !== wanted || wanted === 'file' || node.spelling !== spelling) return false;
        if (isLast && node.named) return false;
        node.named ||= isLast;
      } else nodes.set(key, { type: wanted, spelling, named: isLast });
    }
    return true;
  });
}

describe('the paths of a manifest', () => {
  it('are taken exactly when they fit into one tree', () => {
    const entry = fc.record({ path: simplePath, type: fc.constantFrom('file' as const, 'folder' as const) });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), fc.boolean(), (paths, folds) => {
        const key = folds ? collisionKey : (text: string): string => text;
        const keys = new TreeKeys(key);
        expect(paths.map(({ path, type }) => keys.add(path, type))).toEqual(fits(paths, key));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a walk of any tree', () => {
  it('offers only what the other side takes, in order, and accounts for the rest', async () => {
    const onDisk = fc.array(
      name.filter((text) => !/^\.{0,2}$|[/\0]|\p{Surrogate}/u.test(text) && Buffer.byteLength(text) < 200),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(onDisk, { maxLength: 6 }), async (paths) => {
        const root = scratchFolder();
        const written = new Set<string>();
        for (const path of paths) {
          const place = join(root, ...path);
          try {
            mkdirSync(dirname(place), { recursive: true });
            writeFileSync(place, '');
            written.add(place);
          } catch {
            // A file of this run stands where this path needs a folder, or the other way round.
          }
        }
        const keys = new TreeKeys();
        const found: string[] = [];
        let left = 0;
        const walked = walkFiles(
          { folder: root, below: [], context: [] },
          { isCredential: () => false, skip: () => (left += 1), signal: new AbortController().signal },
        );
        const entries: (FileEntry | FolderEntry)[] = [];
        for await (const some of walked) entries.push(...some);
        for (const entry of entries) {
          expect(checkPath(entry.path)).toBeUndefined();
          expect(keys.add(entry.path, entry.type)).toBe(true);
          if (entry.type === 'file') {
            expect(written.delete(join(root, ...entry.path))).toBe(true);
            found.push(entry.path.join('\0'));
          }
        }
        expect([...found].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))).toEqual(found);
        if (written.size > 0) expect(left).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });
});
