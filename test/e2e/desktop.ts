/** What every file of these tests begins with. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, inject, it } from 'vitest';
import {
  type AppOptions,
  AppWindow,
  closeAllApps,
  photographAllApps,
} from '../support/desktop/app-window.ts';
import { endAllMovers } from '../support/mover.ts';

/** Of the windows of failed tests. */
const PICTURES = fileURLToPath(new URL('../../out/e2e/', import.meta.url));

const missing = inject('missing');

/** A suite over the packed app; where there can be none, one test that says why. */
export function describeDesktop(name: string, tests: () => void): void {
  describe(name, () => {
    if (missing !== '') {
      it(`is tested elsewhere: ${missing}`, () => {
        expect(missing).not.toBe('');
      });
      return;
    }
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') {
        mkdirSync(PICTURES, { recursive: true });
        await photographAllApps(join(PICTURES, task.name.replaceAll(/\W+/g, '-').slice(0, 60)));
      }
      await closeAllApps();
      await endAllMovers();
    });
    tests();
  });
}

export function startApp(options: Partial<AppOptions> = {}): Promise<AppWindow> {
  return AppWindow.start({ program: inject('program'), display: inject('display'), ...options });
}
