/**
 * What is known of a device and of an app when it is decided whether the app can run there. Plain data: it comes from
 * `device.json`, from a phone or over the wire, so every shape has its schema here.
 */
import { z } from 'zod';
import { LIMITS } from '../limits.ts';

const name = z.string().min(1).max(255);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

export const installedAppSchema = z.object({
  package: name,
  versionCode: z.number().int().nonnegative(),
  /** SHA-256 of each signer's certificate, hex. */
  signers: z.array(digest).max(16).default([]),
  system: z.boolean().default(false),
  managed: z.boolean().optional(),
});

export const androidFactsSchema = z.object({
  sdk: z.number().int().min(1).max(10_000),
  abis: z.array(name).max(16).default([]),
  features: z.array(name).max(LIMITS.deviceFacts).optional(),
  libraries: z.array(name).max(LIMITS.deviceFacts).optional(),
  density: z.number().int().positive().optional(),
  pageSize: z.number().int().positive().optional(),
  locales: z.array(name).max(100).optional(),
  installed: z.array(installedAppSchema).max(10_000).default([]),
});

export const deviceFactsSchema = z.object({
  /** What the person calls the device; shown on the other side. */
  name: z.string().max(100).optional(),
  platform: z.enum(['android', 'ios', 'computer']),
  android: androidFactsSchema.optional(),
});

export type InstalledApp = z.infer<typeof installedAppSchema>;
export type AndroidFacts = z.infer<typeof androidFactsSchema>;
/** What one device tells the other of itself. No identifier is among it. */
export type DeviceFacts = z.infer<typeof deviceFactsSchema>;

/** Facts of one app, from its APK files. */
export const appFactsSchema = z.object({
  package: name,
  label: z.string().max(255).optional(),
  versionCode: z.number().int().nonnegative(),
  versionName: z.string().max(255).optional(),
  minSdk: z.number().int().nonnegative(),
  targetSdk: z.number().int().nonnegative(),
  /** ABIs that native libraries are present for; empty when there are none. */
  abis: z.array(name).max(32),
  requiredFeatures: z.array(name).max(500),
  requiredLibraries: z.array(name).max(500),
  /** Of `uses-native-library`, which Android 12 and newer insists on for apps made for Android 12 and newer. */
  requiredNativeLibraries: z.array(name).max(500).optional(),
  /** SHA-256 of the signing certificates (any of the schemes v1, v2, v3), hex. */
  signers: z.array(digest).max(16),
  /** Earlier certificates proved by a v3 lineage. */
  lineage: z.array(digest).max(16),
  /** Names of the configuration and feature splits present, without the base. */
  splits: z.array(name).max(500),
  /** The base says that it cannot run without splits, and of these kinds. */
  splitsRequired: z.boolean(),
  requiredSplitTypes: z.array(name).max(100),
  /** Split types the splits present say they provide; absent when they do not say (older build tools). */
  splitTypes: z.array(name).max(500).optional(),
  needsGoogle: z.boolean(),
  needsHuawei: z.boolean(),
  testOnly: z.boolean(),
  /** Installed by an organisation on the old device (work profile). */
  managed: z.boolean().optional(),
  /** False when a native library is aligned for 4 KiB pages only; absent when unknown. */
  aligned16k: z.boolean().optional(),
  sizeBytes: z.number().int().nonnegative(),
});
/** What is known of one app from its APKs: the input of `judgeApps`. */
export type AppFacts = z.infer<typeof appFactsSchema>;

export const VERDICTS = ['yes', 'warning', 'skip', 'no'] as const;

/** What was decided for one app, and why. Reasons are keys of the decision table. */
export const appVerdictSchema = z.object({
  package: name,
  verdict: z.enum(VERDICTS),
  reasons: z.array(z.string().max(64)).max(32),
});
/** Whether one app can run on a device, with the reasons, the weightiest first. */
export type AppVerdict = z.infer<typeof appVerdictSchema>;
