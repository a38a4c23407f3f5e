/**
 * Why things are left behind, as far as the window must tell the reasons apart. The engine's own table is not in reach
 * of the page; a test compares the two.
 */
import type { Kind, Receipt } from '../../../main/ipc/contract.ts';

export type SkipCount = NonNullable<Receipt['kinds'][Kind]>['skipped'][number];
export type SkipReason = SkipCount['reason'];

/** True: the promise at work, or the person's choice. False: it should have come. */
export const ON_PURPOSE: Readonly<Record<SkipReason, boolean>> = {
  link: true,
  special: true,
  credential: true,
  'app-cannot-run': true,
  'app-already-there': true,
  'app-left-behind': true,
  'app-other-version': true,
  receiving: true,
  'not-chosen': true,
  deleted: true,
  'no-equivalent': true,
  cache: true,
  'app-data': true,
  'contact-photo': true,
  'as-file': true,
  'name-not-portable': false,
  'name-not-unicode': false,
  'name-clash': false,
  unreadable: false,
  'not-allowed': false,
  vanished: false,
  changed: false,
  'not-arrived': false,
  refused: false,
  damaged: false,
  malformed: false,
  'too-large': false,
  'not-an-apk': false,
};

export const isOnPurpose = (reason: SkipReason): boolean => ON_PURPOSE[reason];
