/** How a test runner takes a test: `it` of Vitest and Jest, `test` of node:test. A body that throws has failed. */
export type DefineTest = (name: string, body: () => void | Promise<void>) => unknown;
