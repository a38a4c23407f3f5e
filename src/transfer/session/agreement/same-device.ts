/**
 * "Are these the same device?" answered without either telling the other its Android ID: both send an HMAC of it under
 * a key of this session (SECURITY.md, "What is promised"), which means nothing to anybody else or at any other time.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { DeviceFacts } from '../../compat/facts.ts';
import type { Ephemeral } from '../../privacy/ephemeral.ts';

const LABEL = 'openmover android id';

/** A device folder has no Android ID: a random one stands in, so that what is sent tells nothing. */
export function identityTag(appKey: Ephemeral<Buffer>, androidId: Ephemeral<string> | undefined): string {
  return appKey.use((key) => {
    const hmac = createHmac('sha256', key).update(LABEL);
    if (androidId === undefined) hmac.update(randomBytes(32));
    else androidId.use((id) => hmac.update(id.trim().toLowerCase()));
    return hmac.digest('base64url');
  });
}

export function sameDevice(ours: string, theirs: string): boolean {
  return timingSafeEqual(Buffer.from(ours, 'base64url'), Buffer.from(theirs, 'base64url'));
}

/** What a device tells of itself: not which apps are installed, which only it needs and which would tell who owns it. */
export function introduction(device: DeviceFacts): DeviceFacts {
  if (device.android === undefined) return device;
  return { ...device, android: { ...device.android, installed: [] } };
}
