/** Before the layer's first test: builds the window as the app's build does, and serves it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';
import electronVite from '../../build/electron.vite.config.ts';
import { servePage, type PageServer } from './page-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the built window is served. */
    pageUrl: string;
  }
}

/** Builds the window into a folder of its own, so that what is tested is never an older build. */
async function buildPage(folder: string): Promise<void> {
  const { renderer } = await Promise.resolve(electronVite);
  if (renderer === undefined) throw new Error('build/electron.vite.config.ts builds no window');
  // A test runner calls itself a test; the window is built as it is for people.
  const { NODE_ENV } = process.env;
  process.env['NODE_ENV'] = 'production';
  await build({
    ...renderer,
    configFile: false,
    logLevel: 'error',
    base: './',
    build: { ...renderer.build, outDir: folder, emptyOutDir: true },
  });
  process.env['NODE_ENV'] = NODE_ENV;
}

/** Builds the window and serves it; closing takes both away again. */
export async function serveBuild(): Promise<PageServer> {
  const folder = await mkdtemp(join(tmpdir(), 'openmover-page-'));
  await buildPage(folder);
  const server = await servePage(folder);
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await serveBuild();
  project.provide('pageUrl', server.url);
  return () => server.close();
}
