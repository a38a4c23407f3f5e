/**
 * Bundles our own modules into dist/: 300 small files take twice as long to load as a few large ones, and every worker
 * thread loads some of them again. Dependencies stay what they are: packages that an audit finds by name. Only of zod a copy
 * without its error messages in fifty languages goes in: loading those took a sixth of the time the engine took to load.
 */
import { build } from 'rolldown';

const workers = ['send-lane-worker', 'receive-lane-worker', 'probe-worker'];

await build({
  input: {
    'main/cli/index': 'src/main/cli/index.ts',
    // A file of its own beside it: an older Node must not load it, and it finds package.json from there.
    'main/cli/start': 'src/main/cli/start.ts',
    'transfer/index': 'src/transfer/index.ts',
    'transfer/testing/index': 'src/transfer/testing/index.ts',
    // Beside the chunks, as they are beside the sessions in the sources: session/worker-thread.ts finds them there.
    ...Object.fromEntries(workers.map((name) => [`lanes/${name}`, `src/transfer/lanes/${name}.ts`])),
  },
  platform: 'node',
  external: (id) => /^[^./]/.test(id) && id !== 'zod',
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    sourcemap: true,
  },
});
