/**
 * Names people know for what Android numbers and spells out.
 */

/** Release a person knows, by SDK number. Source: developer.android.com/tools/releases/platforms */
const RELEASES: Readonly<Record<number, string>> = {
  14: '4.0',
  15: '4.0.3',
  16: '4.1',
  17: '4.2',
  18: '4.3',
  19: '4.4',
  20: '4.4W',
  21: '5.0',
  22: '5.1',
  23: '6',
  24: '7.0',
  25: '7.1',
  26: '8.0',
  27: '8.1',
  28: '9',
  29: '10',
  30: '11',
  31: '12',
  32: '12L',
  33: '13',
  34: '14',
  35: '15',
  36: '16',
};
const NEWEST_KNOWN = 36;

/** `14`, when the table knows the number. */
export const knownRelease = (sdk: number | undefined): string | undefined =>
  sdk === undefined ? undefined : RELEASES[sdk];

/** `Android 14`; for numbers not in the table, what can be said of them. */
export function androidRelease(sdk: number): string {
  const release = knownRelease(sdk);
  if (release !== undefined) return `Android ${release}`;
  if (sdk > NEWEST_KNOWN) return `an Android that is newer than ${androidRelease(NEWEST_KNOWN)}`;
  return `Android (SDK ${String(sdk)})`;
}

const FEATURES: Readonly<Record<string, string>> = {
  'android.hardware.audio.low_latency': 'low-latency audio',
  'android.hardware.biometrics.face': 'face unlock',
  'android.hardware.bluetooth': 'Bluetooth',
  'android.hardware.bluetooth_le': 'Bluetooth Low Energy',
  'android.hardware.camera': 'rear camera',
  'android.hardware.camera.any': 'camera',
  'android.hardware.camera.autofocus': 'camera with autofocus',
  'android.hardware.camera.flash': 'camera flash',
  'android.hardware.camera.front': 'front camera',
  'android.hardware.consumerir': 'infrared remote',
  'android.hardware.faketouch': 'touch screen',
  'android.hardware.fingerprint': 'fingerprint reader',
  'android.hardware.gamepad': 'game controller',
  'android.hardware.location': 'location',
  'android.hardware.location.gps': 'GPS',
  'android.hardware.location.network': 'location by network',
  'android.hardware.microphone': 'microphone',
  'android.hardware.nfc': 'NFC',
  'android.hardware.nfc.hce': 'NFC payment',
  'android.hardware.screen.landscape': 'landscape screen',
  'android.hardware.screen.portrait': 'portrait screen',
  'android.hardware.sensor.accelerometer': 'motion sensor',
  'android.hardware.sensor.barometer': 'barometer',
  'android.hardware.sensor.compass': 'compass',
  'android.hardware.sensor.gyroscope': 'gyroscope',
  'android.hardware.sensor.heartrate': 'heart rate sensor',
  'android.hardware.sensor.light': 'light sensor',
  'android.hardware.sensor.proximity': 'proximity sensor',
  'android.hardware.sensor.stepcounter': 'step counter',
  'android.hardware.telephony': 'mobile network',
  'android.hardware.touchscreen': 'touch screen',
  'android.hardware.touchscreen.multitouch': 'multi-touch screen',
  'android.hardware.type.automotive': 'car',
  'android.hardware.type.television': 'television',
  'android.hardware.type.watch': 'watch',
  'android.hardware.usb.accessory': 'USB accessories',
  'android.hardware.usb.host': 'USB devices',
  'android.hardware.uwb': 'ultra-wideband',
  'android.hardware.vr.high_performance': 'virtual reality',
  'android.hardware.vulkan.level': 'Vulkan graphics',
  'android.hardware.vulkan.version': 'Vulkan graphics',
  'android.hardware.wifi': 'Wi-Fi',
  'android.hardware.wifi.aware': 'Wi-Fi Aware',
  'android.hardware.wifi.direct': 'Wi-Fi Direct',
  'android.software.leanback': 'television screen',
  'android.software.live_wallpaper': 'live wallpapers',
  'android.software.webview': 'web view',
};

/** `NFC` for `android.hardware.nfc`; a feature that is not in the table keeps its own name. */
export const featureName = (feature: string): string => FEATURES[feature] ?? feature;
