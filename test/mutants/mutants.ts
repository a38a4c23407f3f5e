/** Safeguards, each with the smallest change that removes it and the tests that must notice. */

export interface Mutant {
  /** What is taken away. */
  readonly safeguard: string;
  readonly file: string;
  /** Stands in the file once. */
  readonly find: string;
  readonly replace: string;
  /** Files of tests, of which at least one must fail. */
  readonly tests: readonly string[];
  /** The tests run the built command. */
  readonly build?: true;
}

export const MUTANTS: readonly Mutant[] = [
  {
    safeguard: 'only local devices may connect to a receiver that was given no address',
    file: 'src/transfer/wire/tls-listener.ts',
    find: "isPrivateAddress(socket.localAddress ?? '')",
    replace: 'true',
    tests: ['test/unit/wire/tls-listener.test.ts'],
  },
  {
    safeguard: 'a sender dials only local addresses that it was told by others',
    file: 'src/transfer/wire/dial.ts',
    find: 'if (options.typed !== true && !isPrivateAddress(host)) {',
    replace: 'if (!isPrivateAddress(host) && host === "") {',
    tests: ['test/unit/wire'],
  },
  {
    safeguard: 'pairing keys are zeroed when they are spent',
    file: 'src/transfer/pairing/exchange.ts',
    find: 'for (const spent of [isk, keyA, keyB]) spent.fill(0);',
    replace: '',
    tests: ['test/unit/pairing'],
  },
  {
    safeguard: 'a folder of ours must be of this user',
    file: 'src/transfer/disk/own-folder.ts',
    find: 'const isMine = stats.uid === process.geteuid();',
    replace: 'const isMine = true;',
    tests: ['test/hostile/foreign-folder.test.ts'],
  },
  {
    safeguard: 'a link in the place of a staged file is not written through',
    file: 'src/transfer/lanes/staged-file.ts',
    find: 'const CONTINUE = constants.O_RDWR | NOFOLLOW;',
    replace: 'const CONTINUE = constants.O_RDWR;',
    tests: ['test/unit/lanes/staged-link.test.ts'],
  },
  {
    safeguard: 'the command refuses a runtime that could write its memory',
    file: 'src/main/cli/start.ts',
    find: '    refuseUnsafeRuntime(process.execArgv, process.env.NODE_OPTIONS, process.report);\n',
    replace: '',
    tests: ['test/integration/unsafe-runtime.test.ts'],
    build: true,
  },
  {
    safeguard: "the receiver's session keys are the vault's",
    file: 'src/transfer/session/receiver.ts',
    find: '    vault.keep(met.session.appKey);\n',
    replace: '',
    tests: ['test/integration/kept-keys.test.ts'],
  },
  {
    safeguard: "the sender's session keys are the vault's",
    file: 'src/transfer/session/sender.ts',
    find: '    vault.keep(session.joinKey);\n',
    replace: '',
    tests: ['test/integration/kept-keys.test.ts'],
  },
  {
    safeguard: 'what the new device calls itself is escaped where it is shown',
    file: 'src/main/cli/views/choose-plan.ts',
    find: '`"${printable(each)}"`',
    replace: '`"${each}"`',
    tests: ['test/unit/cli/send.test.ts'],
  },
  {
    safeguard: "a password of iCloud goes to Apple's hosts only",
    file: 'src/transfer/devices/icloud/guarded-fetch.ts',
    find: "protocol === 'https:' &&",
    replace: '',
    tests: ['test/integration/icloud.test.ts'],
  },
  {
    safeguard: 'records of a device wait on the disk encrypted',
    file: 'src/transfer/devices/record-spool.ts',
    find: 'const sealed = cipher.update(bytes);',
    replace: 'cipher.update(bytes);\n    const sealed = bytes;',
    tests: ['test/unit/devices/spooled-source.test.ts'],
  },
  {
    safeguard: 'a saved receipt that was changed is told',
    file: 'src/main/cli/saved-receipt/receipt-file.ts',
    find: '!isSigned(facts, key, signature) ||',
    replace: '',
    tests: ['test/unit/cli/receipt-file.test.ts'],
  },
];
