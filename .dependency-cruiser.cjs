/**
 * Boundaries between modules: imports run one way (ARCHITECTURE.md). A rule's comment says why it is there.
 */

const ENGINE = '^src/transfer';
/** Everything in Node that reaches outside the program; `crypto`, `util`, `buffer`, `path`, `events` do not. */
const IO =
  '^(node:)?(fs|fs/promises|net|tls|http|http2|https|dgram|dns|dns/promises|child_process|worker_threads|cluster|os|readline|readline/promises|repl|inspector|process|timers/promises|stream|stream/promises)$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one thing, or one of them is in the wrong place.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-circular-folders',
      comment:
        'Two folders that need each other are one module, or a file of one belongs to the other. A folder and the folders in it count as one.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
    {
      name: 'paths-and-disk-depend-on-nothing',
      comment:
        'Names and the plain work with files are used by every module, so they use none (errors and limits are words).',
      severity: 'error',
      from: { path: `${ENGINE}/(paths|disk)/` },
      to: { path: ENGINE, pathNot: `${ENGINE}/(paths/|disk/|(errors|limits|yield-every)\\.ts$)` },
    },
    {
      name: 'resolvable',
      comment: 'An import that resolves to nothing fails only when that line runs.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-dependencies',
      comment: 'A package that is there by accident is gone at the next install.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/renderer' },
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'],
        // The desktop app runs inside of it: it is what the app is packed into, and no dependency of the package.
        pathNot: '(^|/)node_modules/electron/',
      },
    },
    {
      name: 'electron-is-the-desktop-app',
      comment: 'The command line and the engine run without it.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/main/(app/|preload\\.ts$|ipc/register\\.ts$)' },
      to: { path: '(^|/)node_modules/electron/' },
    },
    {
      name: 'hosts-know-no-window',
      comment: 'A host is a process with the engine in it; in a test it is a function, without Electron.',
      severity: 'error',
      from: { path: '^src/main/app/(host/|engine-host\\.ts$)' },
      to: { path: '(^|/)node_modules/electron/' },
    },
    {
      name: 'declared-dependencies-of-the-page',
      comment: 'The page is bundled, so what it is built from is needed to build it only.',
      severity: 'error',
      from: { path: '^src/renderer' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'features-do-not-know-the-navigation',
      comment:
        'A screen gets what it shows and says what was chosen; which screen follows is decided in one place.',
      severity: 'error',
      from: { path: '^src/renderer/(features|layout|state|theme|i18n)/' },
      to: { path: '^src/renderer/(navigation/|app\\.tsx$|main\\.tsx$)' },
    },
    {
      name: 'layout-and-state-do-not-know-features',
      comment: 'What every screen stands on must not stand on one of them.',
      severity: 'error',
      from: { path: '^src/renderer/(layout|state|theme|i18n)/' },
      to: { path: '^src/renderer/features/' },
    },
    {
      name: 'state-is-pure',
      comment: 'Reducers are tested by themselves: no React, no page, no bridge.',
      severity: 'error',
      from: { path: '^src/renderer/state/' },
      to: { path: ['node_modules/', '^src/renderer/(layout|theme|bridge)'] },
    },
    {
      name: 'engine-stands-alone',
      comment: 'src/transfer is a library: it knows no terminal, no desktop, no tests.',
      severity: 'error',
      from: { path: ENGINE },
      to: {
        path: ['^src/main', '^src/renderer', '^test', '(^|/)node_modules/(electron|commander|uqr|@clack)/'],
      },
    },
    {
      name: 'front-doors-use-the-front-door',
      comment:
        'src/main reaches the engine by its public entry only, so that the entry is enough for others too. Free of that: types, and the few words that a command needs before it loads the engine (mover --version must be quick).',
      severity: 'error',
      from: { path: '^src/main' },
      to: {
        path: ENGINE,
        pathNot: `${ENGINE}/(index|errors|limits|kinds/kind|privacy/(escape|runtime|ephemeral|vault))\\.ts$`,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'renderer-knows-the-contract-only',
      comment:
        'The renderer is a web page: it gets the shapes of the IPC contract and no code of the main process.',
      severity: 'error',
      from: { path: '^src/renderer' },
      to: { path: '^src/(main|transfer)', pathNot: '^src/main/ipc/contract\\.ts$' },
    },
    {
      name: 'renderer-gets-types-only',
      comment: 'Code of the contract would bring zod and the main process into the page.',
      severity: 'error',
      from: { path: '^src/renderer' },
      to: { path: '^src/main/ipc/contract\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'session-is-the-top-module',
      comment: 'The session uses the other modules; one that used the session could not be tested by itself.',
      severity: 'error',
      from: { path: ENGINE, pathNot: `${ENGINE}/(session/|index\\.ts$)` },
      to: { path: `${ENGINE}/session/`, pathNot: `${ENGINE}/session/events\\.ts$` },
    },
    {
      name: 'events-are-vocabulary',
      comment: 'The words of session/events.ts may be used anywhere, as types.',
      severity: 'error',
      from: { path: ENGINE, pathNot: `${ENGINE}/(session/|index\\.ts$)` },
      to: { path: `${ENGINE}/session/events\\.ts$`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-way-back-to-the-entry',
      comment: 'index.ts is for those outside.',
      severity: 'error',
      from: { path: `${ENGINE}/.` },
      to: { path: `${ENGINE}/index\\.ts$` },
    },
    {
      name: 'privacy-depends-on-nothing',
      comment: 'Every module relies on it, so it relies on none (errors and limits are words, not modules).',
      severity: 'error',
      from: { path: `${ENGINE}/privacy/` },
      to: { path: ENGINE, pathNot: `${ENGINE}/(privacy/|errors\\.ts$|limits\\.ts$|kinds/kind\\.ts$)` },
    },
    {
      name: 'compat-is-a-table',
      comment: 'Whether an app can run is decided by data alone.',
      severity: 'error',
      from: { path: `${ENGINE}/compat/` },
      to: {
        path: ENGINE,
        pathNot: `${ENGINE}/(compat/|privacy/|errors\\.ts$|limits\\.ts$|kinds/kind\\.ts$)`,
      },
    },
    {
      name: 'kinds-do-not-know-devices',
      comment: 'A kind is what the data is; where it comes from and goes to is the business of devices.',
      severity: 'error',
      from: { path: `${ENGINE}/kinds/` },
      to: { path: `${ENGINE}/(devices|discovery|pairing|wire|lanes|session)/` },
    },
    {
      name: 'kinds-stand-side-by-side',
      comment:
        'One kind can be changed without reading another. xml and record-merge are formats that several kinds are written in.',
      severity: 'error',
      from: { path: `${ENGINE}/kinds/([^/]+)/` },
      to: { path: `${ENGINE}/kinds/[^/]+/`, pathNot: `${ENGINE}/kinds/($1|xml|record-merge)/` },
    },
    {
      name: 'devices-do-not-know-the-way',
      comment: 'A device reads and writes; how the bytes travel does not concern it.',
      severity: 'error',
      from: { path: `${ENGINE}/devices/` },
      to: { path: `${ENGINE}/(discovery|pairing|wire|lanes|session)/` },
    },
    {
      name: 'devices-stand-side-by-side',
      comment: 'One device can be added or taken out without touching another.',
      severity: 'error',
      from: { path: `${ENGINE}/devices/([^/]+)/` },
      to: { path: `${ENGINE}/devices/[^/]+/`, pathNot: `${ENGINE}/devices/$1/` },
    },
    {
      name: 'discovery-is-only-hints',
      comment: 'Finding a device must not depend on trusting it, nor on what is moved.',
      severity: 'error',
      from: { path: `${ENGINE}/discovery/` },
      to: {
        path: `${ENGINE}/(devices|kinds|compat|pairing|wire|lanes)/`,
      },
    },
    {
      name: 'pairing-does-not-know-the-data',
      comment: 'What is said before trust exists must be small enough to be read whole.',
      severity: 'error',
      from: { path: `${ENGINE}/pairing/` },
      to: { path: `${ENGINE}/(devices|kinds|compat|discovery|lanes)/` },
    },
    {
      name: 'wire-and-lanes-do-not-know-devices',
      comment: 'They carry bytes and messages; the ports are joined to them by the session.',
      severity: 'error',
      from: { path: `${ENGINE}/(wire|lanes)/` },
      to: { path: `${ENGINE}/(devices|discovery)/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pure-modules-do-no-io',
      comment:
        'Codecs, tables and machines take bytes and events and give bytes and effects: so they can be tested by the million, and a fuzzer cannot reach the disk.',
      severity: 'error',
      from: {
        path: [
          `${ENGINE}/compat/`,
          `${ENGINE}/pairing/(machine|initiator|responder|exchange|cpace|join|code)`,
          `${ENGINE}/wire/(messages|frame)`,
          `${ENGINE}/paths/safe-path`,
          `${ENGINE}/kinds/[^/]+/model`,
        ],
      },
      to: { path: IO },
    },
    {
      name: 'pure-modules-use-pure-packages',
      comment: 'The same by way of a package. zod checks shapes; blake-hash digests in memory.',
      severity: 'error',
      from: {
        path: [
          `${ENGINE}/compat/`,
          `${ENGINE}/pairing/(machine|initiator|responder|exchange|cpace|join|code)`,
          `${ENGINE}/wire/(messages|frame)`,
          `${ENGINE}/paths/safe-path`,
          `${ENGINE}/kinds/[^/]+/model`,
        ],
      },
      to: { path: 'node_modules/', pathNot: 'node_modules/(zod|@napi-rs/blake-hash|ical\\.js|@noble)/' },
    },
    {
      name: 'pure-modules-use-pure-modules',
      comment: 'The same by way of a neighbour that does.',
      severity: 'error',
      from: { path: [`${ENGINE}/compat/`, `${ENGINE}/wire/messages`, `${ENGINE}/paths/safe-path`] },
      to: { reachable: true, path: IO },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Imports of types count too: a type names a module as surely as a function does.
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
    cache: false,
  },
};
