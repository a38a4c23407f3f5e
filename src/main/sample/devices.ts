/**
 * What the sample devices say of themselves: the one left behind and the one moved to.
 */
import type { DeviceFacts } from '../../transfer/compat/facts.ts';
import { SAMPLE_VERSION, samplePackage } from './apps.ts';

const FEATURES = [
  'android.hardware.bluetooth',
  'android.hardware.bluetooth_le',
  'android.hardware.camera',
  'android.hardware.camera.any',
  'android.hardware.camera.front',
  'android.hardware.location',
  'android.hardware.location.gps',
  'android.hardware.microphone',
  'android.hardware.telephony',
  'android.hardware.touchscreen',
  'android.hardware.wifi',
];

const GOOGLE = [
  { package: 'com.google.android.gms', versionCode: 251_500_000, signers: [], system: true },
  { package: 'com.android.vending', versionCode: 84_600_000, signers: [], system: true },
];

export const DEVICES = {
  /** Everything of the sample ran here. */
  old: {
    name: 'Pixel 4a',
    platform: 'android',
    android: {
      sdk: 33,
      abis: ['arm64-v8a', 'armeabi-v7a', 'armeabi'],
      features: [...FEATURES, 'android.hardware.nfc', 'com.google.android.feature.GOOGLE_BUILD'],
      libraries: ['android.test.base', 'com.example.pen', 'org.apache.http.legacy'],
      density: 440,
      pageSize: 4096,
      locales: ['de-DE', 'en-US'],
      installed: GOOGLE,
    },
  },
  /** Newer, 64-bit only, without NFC and without the services of Google: not everything runs here. */
  new: {
    name: 'Pixel 6a',
    platform: 'android',
    android: {
      sdk: 35,
      abis: ['arm64-v8a'],
      features: FEATURES,
      libraries: ['android.test.base', 'org.apache.http.legacy'],
      density: 420,
      pageSize: 16_384,
      locales: ['de-DE'],
      installed: [
        { package: samplePackage('notes'), versionCode: SAMPLE_VERSION, signers: [], system: false },
        { package: samplePackage('camera'), versionCode: 1, signers: ['0'.repeat(64)], system: true },
      ],
    },
  },
} satisfies Record<string, DeviceFacts>;

export type DeviceName = keyof typeof DEVICES;
