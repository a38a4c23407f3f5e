/** Every parser of what comes from the network or from a person's file. Loaded one by one: a target's coverage is its own. */
import type { Target } from '../target.ts';

export const TARGETS = {
  // From the network.
  messages: () => import('./messages.ts').then((module) => module.messages),
  pairing: () => import('./pairing.ts').then((module) => module.pairing),
  frames: () => import('./frames.ts').then((module) => module.frames),
  'lane-join': () => import('./frames.ts').then((module) => module.laneJoin),
  tar: () => import('./tar.ts').then((module) => module.tar),
  mdns: () => import('./hints.ts').then((module) => module.mdns),
  qr: () => import('./hints.ts').then((module) => module.qr),
  // From a person's files, and from a peer that sends them.
  vcard: () => import('./records.ts').then((module) => module.vcard),
  'vcard-merge': () => import('./records.ts').then((module) => module.vcardMerge),
  ics: () => import('./records.ts').then((module) => module.ics),
  'ics-merge': () => import('./records.ts').then((module) => module.icsMerge),
  'sms-xml': () => import('./records.ts').then((module) => module.smsXml),
  'sms-xml-merge': () => import('./records.ts').then((module) => module.smsXmlMerge),
  'calls-xml': () => import('./records.ts').then((module) => module.callsXml),
  'calls-xml-merge': () => import('./records.ts').then((module) => module.callsXmlMerge),
  zip: () => import('./zip.ts').then((module) => module.zip),
  'zip-messages': () => import('./zip.ts').then((module) => module.zipOfMessages),
  apk: () => import('./apk.ts').then((module) => module.apk),
  'apk-manifest': () => import('./apk.ts').then((module) => module.apkManifest),
  'device-file': () => import('./hints.ts').then((module) => module.deviceFile),
  // From the destination, where others may have written.
  manifest: () => import('./left-behind.ts').then((module) => module.manifest),
  interrupted: () => import('./left-behind.ts').then((module) => module.interrupted),
  'undo-journal': () => import('./left-behind.ts').then((module) => module.undoJournal),
} as const satisfies Readonly<Record<string, () => Promise<Target>>>;

export type TargetName = keyof typeof TARGETS;
export const TARGET_NAMES = Object.keys(TARGETS) as TargetName[];
