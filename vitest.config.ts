import { defineConfig } from 'vitest/config';

/** One project per layer, so that each has a command of its own (see CONTRIBUTING.md). */
const layer = (name: string, testTimeout: number, fileParallelism = true) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: testTimeout,
    fileParallelism,
    setupFiles: ['test/support/steady-wasm.ts'],
  },
});

export default defineConfig({
  test: {
    projects: [
      layer('unit', 20_000),
      layer('contract', 30_000),
      layer('property', 60_000),
      layer('integration', 120_000, false),
      layer('hostile', 20_000),
      // Most of a run is waiting, half a minute in some: four fill two cores.
      { test: { ...layer('faults', 240_000, false).test, maxConcurrency: 4 } },
      layer('hosts', 120_000, false),
      // Two people at two windows of one Chromium fill two cores.
      {
        test: {
          ...layer('renderer', 60_000, false).test,
          globalSetup: 'test/renderer/setup.ts',
          maxConcurrency: 2,
        },
      },
      { test: { ...layer('e2e', 120_000, false).test, globalSetup: 'test/e2e/setup.ts' } },
    ],
  },
});
