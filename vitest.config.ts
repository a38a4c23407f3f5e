import { defineConfig } from 'vitest/config';

/** One project per layer, so that each has a command of its own (see CONTRIBUTING.md). */
const layer = (name: string, testTimeout: number, fileParallelism = true) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: testTimeout,
    fileParallelism,
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
      layer('faults', 240_000, false),
      layer('hosts', 120_000, false),
    ],
  },
});
