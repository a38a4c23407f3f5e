/**
 * What people call what a device has, by Android's name for it: keys of `apps.features`. Source:
 * developer.android.com/guide/topics/manifest/uses-feature-element#features-reference
 */
export const FEATURE_NAMES: ReadonlyMap<string, string> = new Map([
  ['android.hardware.nfc', 'nfc'],
  ['android.hardware.nfc.hce', 'nfc'],
  ['android.hardware.telephony', 'telephony'],
  ['android.hardware.bluetooth', 'bluetooth'],
  ['android.hardware.bluetooth_le', 'bluetooth'],
  ['android.hardware.camera', 'camera'],
  ['android.hardware.camera.any', 'camera'],
  ['android.hardware.camera.autofocus', 'camera'],
  ['android.hardware.camera.flash', 'flash'],
  ['android.hardware.camera.front', 'frontCamera'],
  ['android.hardware.fingerprint', 'fingerprint'],
  ['android.hardware.location.gps', 'gps'],
  ['android.hardware.consumerir', 'infrared'],
  ['android.hardware.microphone', 'microphone'],
  ['android.hardware.sensor.barometer', 'barometer'],
  ['android.hardware.sensor.compass', 'compass'],
  ['android.hardware.sensor.gyroscope', 'gyroscope'],
  ['android.hardware.sensor.heartrate', 'heartRate'],
  ['android.hardware.sensor.stepcounter', 'stepCounter'],
  ['android.hardware.touchscreen', 'touchScreen'],
  ['android.hardware.usb.host', 'usb'],
  ['android.hardware.uwb', 'uwb'],
  ['android.hardware.wifi', 'wifi'],
]);
