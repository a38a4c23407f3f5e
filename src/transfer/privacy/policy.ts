/**
 * The promise as data: what Mi Mover and Xiaomi promise the people who use them, in our words, what in OpenMover keeps it,
 * and the tests that show it. POLICY.md and the consent page are made from this, so that they cannot drift from the code;
 * a test checks that every test named here exists.
 */

export interface TestReference {
  /** From the root of the repository. */
  readonly file: string;
  /** As in the file. */
  readonly name: string;
}

export interface PromiseClause {
  /** Stable name, for links. */
  readonly id: string;
  /** For people: present tense, no jargon. */
  readonly clause: string;
  /** What in the code keeps it. */
  readonly mechanism: string;
  readonly shownBy: readonly [TestReference, ...TestReference[]];
}

const EPHEMERAL = 'test/unit/privacy/ephemeral.test.ts';
const VAULT = 'test/unit/privacy/vault.test.ts';
const RUNTIME = 'test/unit/privacy/runtime.test.ts';
const MACHINES = 'test/property/pairing-machines.test.ts';
const CONNECTIONS = 'test/unit/privacy/connections.test.ts';
const RECEIVE = 'test/unit/cli/receive.test.ts';
const SEND = 'test/unit/cli/send.test.ts';
const MOVE = 'test/integration/move.test.ts';
const UNDO = 'test/integration/undo.test.ts';
const NOTHING_FOUND = {
  file: 'test/integration/privacy.test.ts',
  name: 'finds no planted identifier after moves of every ending, and says what it looked at',
} as const;
const DEVICE_PRIVACY = 'test/integration/device-privacy.test.ts';
const ICLOUD_FAULTS = 'test/integration/icloud-faults.test.ts';
const WIPING = 'test/integration/wiping.test.ts';

/** The privacy promise as data: each clause with the mechanism that keeps it and the tests that show it. */
export const PROMISE: readonly PromiseClause[] = [
  {
    id: 'read-to-be-moved',
    clause:
      'Your contacts, messages, call history, calendar (anniversaries too), apps and files are read only to be moved.',
    mechanism:
      'Sources are opened read-only; nothing goes anywhere but to the paired device. A phone on a cable is talked to through the adb of this computer, and an iCloud account, where you choose one, at hosts of Apple and no others.',
    shownBy: [
      {
        file: MACHINES,
        name: 'nobody has keys before both have proved the code, and keys are shared by two devices at most',
      },
      { file: CONNECTIONS, name: 'are opened where the paired device is talked to, and nowhere else' },
      { file: 'test/unit/devices/folder/source.test.ts', name: 'is not changed by being read' },
      { file: MOVE, name: 'the source is left as it was' },
      { file: 'test/integration/icloud.test.ts', name: 'sends nothing anywhere else, whatever it is told' },
      {
        file: 'test/integration/pairing.test.ts',
        name: 'nothing is told of either device before the code is proved',
      },
    ],
  },
  {
    id: 'android-id',
    clause: 'The Android ID of each device serves to decide whether apps fit, and is not stored.',
    mechanism:
      'It lives in memory as an ephemeral value, is compared after pairing as an HMAC under a key of the session, and is wiped at the end.',
    shownBy: [
      { file: EPHEMERAL, name: 'refuses to become text or a number' },
      { file: RECEIVE, name: 'the Android ID reaches the engine by standard input and is wiped at the end' },
      {
        file: DEVICE_PRIVACY,
        name: 'writes no identifier of the phone, and nothing of what moves, to a disk of this computer',
      },
      NOTHING_FOUND,
    ],
  },
  {
    id: 'ssid',
    clause: 'The name of your Wi-Fi serves to connect the two devices, and is not stored.',
    mechanism:
      'It lives in memory as an ephemeral value; files that hold networks and their passwords are left behind on purpose.',
    shownBy: [
      { file: EPHEMERAL, name: 'reveals nothing to spread, keys, structuredClone or assign' },
      { file: 'test/unit/privacy/left-behind.test.ts', name: 'every rule can leave something behind' },
      NOTHING_FOUND,
    ],
  },
  {
    id: 'apple-credentials',
    clause: 'An Apple ID, its password and verification code serve the transfer only, and are not stored.',
    mechanism:
      'They come by prompt or standard input, never by argument or environment; they live in memory as ephemeral values; a Node started with an option that is not known to keep memory private is refused.',
    shownBy: [
      { file: EPHEMERAL, name: 'shows nothing to a logger or debugger' },
      { file: ICLOUD_FAULTS, name: 'leaves nothing of the account in the data it hands on' },
      { file: DEVICE_PRIVACY, name: 'writes no identifier of the phone and no password to any disk' },
      { file: RUNTIME, name: 'a real Node shows the option it was started with' },
      { file: 'test/unit/cli/secrets.test.ts', name: 'what was read is zeroed' },
      { file: WIPING, name: 'by a crash, which shows none of it' },
    ],
  },
  {
    id: 'choice',
    clause: 'You choose what to provide.',
    mechanism:
      'The person at the old device chooses kinds and apps, the one at the new device accepts, before a byte moves.',
    shownBy: [
      { file: RECEIVE, name: 'on a terminal the offer is shown and the answer taken' },
      { file: SEND, name: 'asks for the code on a terminal until it is one, then what to move' },
      { file: MOVE, name: '--only moves those kinds and no others, on either side' },
      { file: 'test/integration/engine.test.ts', name: 'when the person at the receiver says no' },
    ],
  },
  {
    id: 'withdrawal',
    clause: 'You can withdraw your consent at any time by closing the tool.',
    mechanism:
      'Closing or stopping ends the move and wipes its secrets, also when the process is ended by a signal.',
    shownBy: [
      { file: VAULT, name: 'wipes all it holds when the process exits' },
      { file: VAULT, name: 'wipes all it holds when the run fails, and passes the failure on' },
      { file: WIPING, name: 'by a second signal while it says goodbye' },
      { file: 'test/integration/engine.test.ts', name: 'at the receiver leaves the destination as it was' },
    ],
  },
  {
    id: 'structured-copy',
    clause: 'You get a copy of your data in a structured, commonly used form.',
    mechanism:
      'Contacts are vCards, calendars iCalendar, messages and calls the XML of SMS Backup & Restore, files are files.',
    shownBy: [{ file: 'test/unit/privacy/common-forms.test.ts', name: 'are what others write and read' }],
  },
  {
    id: 'statistics',
    clause: 'Statistics are aggregated, identify nobody, and are never sent anywhere.',
    mechanism:
      'There is no telemetry: no code that could send any. A receipt holds counts, bytes, seconds and reasons.',
    shownBy: [{ file: CONNECTIONS, name: 'are made by no other means' }],
  },
  {
    id: 'encryption',
    clause: 'Your data is encrypted on its way.',
    mechanism:
      'TLS 1.3 only, with a certificate made for this run and bound to the code you typed; there is no plaintext mode.',
    shownBy: [
      {
        file: 'test/unit/pairing/identity.test.ts',
        name: 'serves TLS 1.3, and a client sees the digest it was told',
      },
      { file: MACHINES, name: 'with the right code and a relay between them get no keys' },
    ],
  },
  {
    id: 'retention',
    clause: 'Nothing is kept once its purpose is fulfilled.',
    mechanism:
      'Keys, codes and identifiers are wiped at the end of the run, and the folder data waits in is removed. What takes the last move back stays beside what was moved (paths, sizes and digests of it, and your record files as they were) until it is used, dropped or replaced by the next move; with --no-undo nothing does.',
    shownBy: [
      { file: VAULT, name: 'wipes all it holds when the run ends well' },
      {
        file: 'test/unit/privacy/shared-copy.test.ts',
        name: 'what a thread shares is overwritten there when it is wiped here',
      },
      {
        file: 'test/unit/pairing/code.test.ts',
        name: 'a success burns both secrets; the next pairing needs a person',
      },
      { file: MOVE, name: 'leaves nothing of its own at the destination but what takes the move back' },
      { file: UNDO, name: 'holds paths, sizes, digests and record files as they were, and no identifier' },
      { file: UNDO, name: 'can be dropped, and the move stays' },
      NOTHING_FOUND,
    ],
  },
  {
    id: 'third-parties',
    clause: 'Nobody else takes part: no account, no server, no third party, no other country.',
    mechanism: 'The two devices talk to each other on the local network and to nobody else.',
    shownBy: [
      { file: CONNECTIONS, name: 'are opened where the paired device is talked to, and nowhere else' },
      { file: CONNECTIONS, name: 'are made by no other means' },
    ],
  },
];
