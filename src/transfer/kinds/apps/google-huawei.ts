/**
 * What in a manifest says that an app leans on the services of Google or Huawei. Such apps usually start without
 * them and then lack notifications, maps, purchases or sign-in, hence a warning and no more.
 */

const GOOGLE_META_DATA = [
  'com.google.android.gms.',
  'com.google.android.maps.',
  'com.google.android.play.billingclient.',
];
const GOOGLE_PERMISSIONS = [
  'com.google.android.c2dm.permission.RECEIVE',
  'com.google.android.providers.gsf.permission.',
  'com.google.android.gms.permission.',
  'com.google.android.googleapps.permission.',
  'com.android.vending.BILLING',
  'com.android.vending.CHECK_LICENSE',
];
const GOOGLE_LIBRARIES = ['com.google.android.maps'];

const HUAWEI_META_DATA = ['com.huawei.hms.'];
const HUAWEI_PERMISSIONS = [
  'com.huawei.appmarket.service.commondata.permission.',
  'com.huawei.hms.permission.',
];

export interface DeclaredNames {
  readonly metaData: readonly string[];
  readonly permissions: readonly string[];
  readonly libraries: readonly string[];
}

const anyStarts = (names: readonly string[], prefixes: readonly string[]): boolean =>
  names.some((name) => prefixes.some((prefix) => name.startsWith(prefix)));

export const needsGoogle = ({ metaData, permissions, libraries }: DeclaredNames): boolean =>
  anyStarts(metaData, GOOGLE_META_DATA) ||
  anyStarts(permissions, GOOGLE_PERMISSIONS) ||
  anyStarts(libraries, GOOGLE_LIBRARIES);

export const needsHuawei = ({ metaData, permissions }: DeclaredNames): boolean =>
  anyStarts(metaData, HUAWEI_META_DATA) || anyStarts(permissions, HUAWEI_PERMISSIONS);
