/**
 * Builds the desktop app into out/: main with the engine's process and its worker threads, the preload, the window.
 * Everything is bundled but Electron and the native addon, as CommonJS: it also runs on the Electron the tests use
 * (25: Node 18, no ES modules in the main process).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

const root = resolve(import.meta.dirname, '..');
const at = (path: string): string => resolve(root, path);

const workers = ['send-lane-worker', 'receive-lane-worker', 'probe-worker'];
/** It finds its prebuilt binary beside itself. */
const native = ['@napi-rs/blake-hash'];

/** package.json says that `.js` is a module; in out/ it is not. */
const commonJs: Plugin = {
  name: 'openmover:commonjs-scope',
  writeBundle() {
    mkdirSync(at('out'), { recursive: true });
    writeFileSync(at('out/package.json'), '{ "type": "commonjs" }\n');
  },
};

const commonJsOutput = {
  format: 'cjs',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
} as const;

export default defineConfig({
  main: {
    plugins: [commonJs],
    build: {
      outDir: at('out/main'),
      target: 'node18',
      externalizeDeps: false,
      rolldownOptions: {
        external: native,
        input: {
          index: at('src/main/app/index.ts'),
          'host/engine-host': at('src/main/app/engine-host.ts'),
          // Beside the chunks, as they are beside the sessions in the sources: session/worker-thread.ts finds them there.
          ...Object.fromEntries(
            workers.map((name) => [`lanes/${name}`, at(`src/transfer/lanes/${name}.ts`)]),
          ),
        },
        output: commonJsOutput,
        treeshake: {
          // No module of ours does anything by being imported, so main takes a few words of the engine and not all of it.
          moduleSideEffects: [
            { test: /\/src\/(transfer|main\/(ipc|terminal|missing-folders))[/.]/, sideEffects: false },
          ],
        },
      },
    },
  },
  preload: {
    build: {
      outDir: at('out/preload'),
      target: 'node18',
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: at('src/main/preload.ts') },
        output: commonJsOutput,
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [react()],
    build: {
      outDir: at('out/renderer'),
      target: 'chrome114',
      // A `data:` URL in a style or a script would need a hole in the content security policy.
      assetsInlineLimit: 0,
      rolldownOptions: { input: at('src/renderer/index.html') },
    },
  },
});
