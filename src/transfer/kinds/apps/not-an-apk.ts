/**
 * The one way reading an APK fails because of its content. The caller turns it into the skip reason `not-an-apk`;
 * failures of the file system (EACCES, ENOENT, EIO) pass through as they are.
 */

export const NOT_AN_APK = {
  'not-a-zip': 'no ZIP directory was found',
  'zip-damaged': 'the ZIP directory or an entry is damaged',
  'too-large': 'a part is larger than any real package has',
  'no-manifest': 'there is no AndroidManifest.xml, or more than one',
  'manifest-damaged': 'the manifest cannot be read',
  'no-package': 'the manifest names no valid package or version',
} as const;

export type NotAnApkReason = keyof typeof NOT_AN_APK;

export class NotAnApk extends Error {
  override readonly name = 'NotAnApk';
  readonly reason: NotAnApkReason;

  constructor(reason: NotAnApkReason, options: { cause?: unknown } = {}) {
    super(`not an Android package: ${NOT_AN_APK[reason]}`, options);
    this.reason = reason;
  }
}
