/**
 * Every parser of what comes from the network or from a person's file, given seeds that were bent and bytes that are
 * like nothing. `FUZZ_RUNS=20000 npm run test:property -- test/property/fuzz` gives them more; `npm run fuzz` is guided by
 * the coverage of what it gives them.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inFolder } from '../../fixtures/apps/in-folder.ts';
import { findingsOf } from './findings.ts';
import { inputs, SETTINGS } from './mutations.ts';
import { TARGET_NAMES, TARGETS } from './targets/index.ts';

const targets = await Promise.all(
  TARGET_NAMES.map(async (name) => ({ name, ...(await TARGETS[name]()), findings: findingsOf(name) })),
);

describe.each(targets)(
  'whatever $name is given,',
  ({ open, seeds, tokens, share = 1, promise, findings }) => {
    it(promise, async () => {
      const files = inputs(await seeds(), tokens);
      await inFolder({}, (folder) => {
        const take = open(folder);
        return fc.assert(
          fc.asyncProperty(files, async (bytes) => {
            await take(bytes);
          }),
          { ...SETTINGS, numRuns: Math.ceil(SETTINGS.numRuns * share) },
        );
      });
    });

    if (findings.length > 0) {
      it.each(findings)('and case $name, which it once was', ({ bytes }) =>
        inFolder({}, async (folder) => {
          await expect(Promise.resolve(open(folder)(bytes))).resolves.toBeUndefined();
        }),
      );
    }
  },
);
