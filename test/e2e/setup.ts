/** For all tests of the desktop app: the packed app, once, and a screen for its windows. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { openDisplay, whyNoDisplay } from '../support/desktop/display.ts';
import { packApp } from '../support/desktop/packed-app.ts';
import { whyNoElectron } from '../support/electron.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why there are no such tests here; empty when there are. */
    readonly missing: string;
    readonly program: string;
    readonly display: string;
  }
}

const BUILT = fileURLToPath(new URL('../../out/renderer/index.html', import.meta.url));

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const missing = whyNoElectron() ?? whyNoDisplay();
  project.provide('missing', missing ?? '');
  if (missing !== undefined) {
    project.provide('program', '');
    project.provide('display', '');
    return () => Promise.resolve();
  }
  if (!existsSync(BUILT)) throw new Error('the app is not built: npm run build:app');
  const folder = await mkdtemp(join(tmpdir(), 'openmover-e2e-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    project.provide('program', await packApp(folder, { inspectable: true }));
    const display = await openDisplay(folder);
    project.provide('display', display.name);
    return async () => {
      await display.close();
      await remove();
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
