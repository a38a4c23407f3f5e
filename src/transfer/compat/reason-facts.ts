/**
 * The facts behind a reason of the decision table, as data: what a window needs to say it in any language ("Needs
 * Android 14; the new device has 13"). `explainReason` says the same in English.
 */
import { z } from 'zod';
import { knownRelease } from './android-names.ts';
import type { AppFacts, AppVerdict, DeviceFacts } from './facts.ts';

/** What people call a release: `14`, `4.0.3`, `12L`. */
const release = z.string().regex(/^\d{1,2}(?:\.\d{1,2}){0,2}[A-Z]?$/);
const bytes = z.number().int().nonnegative();
const featureId = z.string().min(1).max(255);

/** Of the reasons that have facts worth telling; the others are said by their sentence alone. */
export const reasonFactsSchema = z.discriminatedUnion('reason', [
  z.strictObject({ reason: z.literal('OLDER_SDK'), needs: release, has: release }),
  z.strictObject({ reason: z.literal('DEPRECATED_SDK'), madeFor: release, has: release }),
  /** The copy that arrives and the one the installer makes of it. */
  z.strictObject({ reason: z.literal('NO_SPACE'), needsBytes: bytes, hasBytes: bytes }),
  /** What the device lacks, as Android spells it (`android.hardware.nfc`). */
  z.strictObject({ reason: z.literal('MISSING_FEATURE'), features: z.array(featureId).min(1).max(500) }),
]);
/** What lies behind a reason against an app: versions, features, bytes. */
export type ReasonFacts = z.infer<typeof reasonFactsSchema>;

/** The facts of a verdict's reasons, as far as they are known. */
export function factsOf(
  { reasons }: Pick<AppVerdict, 'reasons'>,
  app: AppFacts,
  device: DeviceFacts,
  space: { readonly freeBytes: number },
): ReasonFacts[] {
  return reasons.flatMap((reason) => factsOfReason(reason, app, device, space) ?? []);
}

function factsOfReason(
  reason: string,
  app: AppFacts,
  { android }: DeviceFacts,
  { freeBytes }: { readonly freeBytes: number },
): ReasonFacts | undefined {
  switch (reason) {
    case 'OLDER_SDK': {
      const [needs, has] = [knownRelease(app.minSdk), knownRelease(android?.sdk)];
      return needs === undefined || has === undefined ? undefined : { reason, needs, has };
    }
    case 'DEPRECATED_SDK': {
      const [madeFor, has] = [knownRelease(app.targetSdk), knownRelease(android?.sdk)];
      return madeFor === undefined || has === undefined ? undefined : { reason, madeFor, has };
    }
    case 'NO_SPACE':
      return { reason, needsBytes: 2 * app.sizeBytes, hasBytes: freeBytes };
    case 'MISSING_FEATURE': {
      // `pm list features` writes versions behind the name.
      const there = new Set(android?.features?.map((feature) => feature.split('=', 1).join()));
      const features = app.requiredFeatures.filter((feature) => !there.has(feature));
      return features.length === 0 ? undefined : { reason, features };
    }
    default:
      return undefined;
  }
}
