/**
 * Every bound of the engine, each with its reason. Sizes in bytes, times in milliseconds.
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** Entries dispatched to a lane ahead of their sending: hides the way to the dispatching thread and back. */
const DISPATCHED_ENTRIES = 512;

/** Every bound of the engine with its reason: on what a peer may send and on what a source may give. */
export const LIMITS = {
  /** Protocol messages before pairing: an unauthenticated peer may make us parse no more than this. */
  unpairedMessageBytes: 4 * KIB,
  /** A control message after pairing; a manifest page of 1,000 long names fits. */
  messageBytes: 1 * MIB,
  /** JSON deeper than any of our schemas is an attack on the parser. */
  jsonDepth: 16,

  /** Entries a manifest page holds at most: bounds what either side keeps of the manifest in memory. */
  pageEntries: 1_000,
  /** A page is closed early at this many bytes of JSON, so that it always fits a message. */
  pageBytes: 512 * KIB,
  /** Pages sent and not yet answered: keeps the walk ahead of the stream without piling up. */
  pagesInFlight: 8,
  /** Entries of one move. A phone holds some 10^5 files; 5 x 10^7 keeps indexes within memory. */
  entries: 50_000_000,
  /** Largest file: 2^53 - 1 would do for arithmetic; 16 TiB is the largest ext4 file. */
  fileBytes: 16 * 1024 * 1024 * MIB,
  /** Components of a path; deeper trees exhaust PATH_MAX on some systems. */
  pathDepth: 128,
  /** UTF-8 bytes of one component: NAME_MAX of ext4, APFS and NTFS (255 UTF-16 units there). */
  nameBytes: 255,
  /** UTF-8 bytes of a path: PATH_MAX 4096 less the destination's own part. */
  pathBytes: 3_072,

  /** Records of a segment (at most 1,000). */
  segmentRecords: 1_000,
  /** A segment is closed early here, unless it holds a single larger record: bounds the sender's memory. */
  segmentBytes: 4 * MIB,
  /**
   * Properties of one contact or event. One of more is moved as it is, without being taken apart: a file of `A:` lines would
   * make as many objects. The largest group seen has 12,000 members.
   */
  recordProperties: 65_536,
  /** One record (a message with its attachments): larger ones are skipped with a reason. */
  recordBytes: 128 * MIB,

  /**
   * Content lines of one record, folds not counted, and physical lines: a hundred times the largest real meeting, and a
   * picture of `recordBytes` in lines of 75. Parsed, a line takes a hundred times the memory of an empty one.
   */
  recordLines: 50_000,
  recordPhysicalLines: 2_500_000,
  /** Parameters of all lines of one record. */
  recordParameters: 400_000,
  /** Elements and attributes of one record in XML: the largest group with all its parts needs a tenth. */
  recordElements: 50_000,
  recordAttributes: 1_000_000,
  /** Head of a content line, its name and parameters: real ones hold some hundred characters. */
  lineHeadCharacters: 16 * KIB,
  /** A value that is compared by what it means, and not only by how it is written. */
  comparedCharacters: 1 * MIB,
  /** Characters of all lists (EXDATE, CATEGORIES) of a record that are compared item by item: ten thousand dates. */
  listCharacters: 256 * KIB,

  /** Features, and libraries, a device may name: ten times those of a real phone, and both fit the one `hello`. */
  deviceFacts: 1_500,
  /** Apps of one offer; a phone holds some hundreds. The names of all of them, 255 bytes each, fit the one `begin`. */
  apps: 4_000,
  /** App facts per message. */
  appsPerMessage: 100,
  /** One list of an app's facts as JSON (features, splits): the largest real ones are a tenth, and six fit a message. */
  factListBytes: 32 * KIB,
  /** Facts of all apps of an offer as JSON; 10,000 of the largest real apps fit. Bounds what a peer has us keep. */
  appFactsBytes: 64 * MIB,
  /** AndroidManifest.xml, unpacked; the largest real ones are about 1 MiB. */
  manifestBytes: 8 * MIB,
  /** Text all strings of a manifest may decode to: offsets can overlap, so the file's size does not bound it. */
  manifestStringBytes: 16 * MIB,
  /** Central directory of an APK: 65,535 entries (no ZIP64 on Android) with long names. */
  apkDirectoryBytes: 32 * MIB,
  /** APK Signing Block; real ones hold a few KiB of certificates and are padded to 4 KiB pages. */
  apkSigningBlockBytes: 4 * MIB,
  /** A META-INF/*.RSA: certificates only. */
  jarSignatureBytes: 256 * KIB,
  /** Native libraries looked into per APK for their alignment. */
  nativeLibraries: 1_000,

  /** Payload of a chunk. */
  chunkBytes: 1 * MIB,
  /** Lanes of one move: beyond this, threads cost more than they bring. */
  lanes: 16,
  /** Bytes a lane socket may hold unsent before the lane stops reading the disk. */
  laneBufferBytes: 2 * MIB,
  dealtEntries: DISPATCHED_ENTRIES,
  /** Entries dispatched to a lane at a time: neighbours in the manifest share its pages and the folder on disk. */
  dispatchEntries: 64,
  /** Entries of a lane that are dispatched and not settled. When the lane breaks, one `ask` and its `state` name them all. */
  laneEntries: DISPATCHED_ENTRIES * 4,
  /** Prefixes of one entry that are compared, and named in `want` and `state`: files kept beside each other. */
  candidates: 4,
  /** Bytes dispatched to a lane ahead of their sending; one larger entry may always be dispatched. */
  dispatchedBytes: 16 * MIB,
  /** How often an entry that arrived damaged is sent again before it is skipped with a reason. */
  entryRetries: 1,

  /** Time for TLS, HTTP head and request each: slow-loris bound. */
  handshakeMs: 5_000,
  /** Time for a receiver that took the connection to answer with TLS and HTTP each: it may be a busy one. */
  answerMs: 15_000,
  /** Time for each step of the pairing exchange: the code was typed before it began, and programs answer at once. */
  pairingMs: 5_000,
  /** Exchanges under way; the oldest gives way to one more, because an honest one takes milliseconds. */
  pairingsInFlight: 16,
  /** Of them, from one address. */
  pairingsPerSource: 2,
  /** Time a connection may stay unpaired, typing included on the sender's side before it dials. */
  unpairedMs: 15_000,
  /** Connections that are open and not yet paired or joined. */
  unpairedConnections: 128,
  /** Of them, from one address: all lanes and the control connection may come back through one port at the same time. */
  unpairedPerSource: 20,
  /** Pings of the control channel; two missed ones end it unless bytes moved. */
  pingMs: 5_000,
  missedPings: 2,
  /** How long a dropped network is waited for without a new code, unless the caller says otherwise: phones sleep. */
  waitMs: 30 * 60_000,
  /** Pause before the first attempt to dial again; it doubles up to the second figure, which a battery does not feel. */
  redialMs: 500,
  redialMostMs: 5_000,
  /** Nothing has moved for so long: the person is told. */
  stallMs: 4_000,
  /**
   * A lane that moved nothing for so long, while the control channel lives, is given up and its entries are dispatched again.
   * A kernel would take 16 minutes to notice. Doubled each time up to the second figure: a slow disk is no dead network.
   */
  laneStallMs: 8_000,
  laneStallMostMs: 64_000,
  /** Time to join a lane at its own port before the control port is used instead. */
  laneJoinMs: 2_000,
  /** Control messages kept until the peer has acknowledged them, in bytes. */
  unacknowledgedBytes: 64 * MIB,
  /** Messages a side gathers before it acknowledges them, and how long it gathers. */
  acknowledgeMessages: 64,
  acknowledgeMs: 50,
  /** Control messages that wait to be received before the connection is read no further: pages in flight fit. */
  inboxBytes: 16 * MIB,
  /** Bytes an unpaired control connection may send in all: the exchange, and one read of what follows it. */
  unpairedBytes: 96 * KIB,
  /** HTTP head of an upgrade request. */
  headBytes: 8 * KIB,
  /** How long a closed connection may take to say goodbye. */
  goodbyeMs: 1_000,

  /** Wrong codes before a code is replaced. */
  codeAttempts: 3,
  /** Wrong codes of one address in one run: a person may misread two codes, and one device alone cannot lock the run. */
  sourceAttempts: 6,
  /** Life of a code. */
  codeMs: 5 * 60_000,
  /** Wrong codes in one run before the receiver stops listening. */
  runAttempts: 9,

  /** Services discovery remembers: a flood of announcements must not grow memory. */
  services: 64,

  /** Free space never used, at most; a hundredth of a smaller disk. */
  reserveBytes: 64 * MIB,
  /** Progress events a second, at most. */
  progressMs: 200,
} as const;
