/** Tells a phone's gallery of files that came: it shows what its media provider has scanned. */
import type { PhoneLink } from '../link.ts';
import { commandsText, commandText, quoted } from '../shell.ts';

/** From Android 11 on the media provider scans a whole volume when it is told to. */
const SCANS_VOLUMES = 30;
const SCAN_FILE = 'android.intent.action.MEDIA_SCANNER_SCAN_FILE';
const MEDIA =
  /\.(?:jpe?g|png|gif|webp|heic|heif|avif|dng|bmp|mp4|mov|m4v|3gp|mkv|webm|avi|mp3|m4a|ogg|opus|flac|wav|aac)$/i;

/** A gallery that is not told finds them at the next start of the phone: no failure of a move. */
export async function scanMedia(
  link: PhoneLink,
  { sdk, places }: { readonly sdk: number; readonly places: readonly string[] },
  signal: AbortSignal,
): Promise<void> {
  if (sdk >= SCANS_VOLUMES) {
    await commandText(
      link,
      'content call --uri content://media --method scan_volume --arg external_primary >/dev/null 2>&1',
      { signal },
    );
    return;
  }
  const broadcasts = places
    .filter((place) => MEDIA.test(place))
    .map((place) => `am broadcast -a ${SCAN_FILE} -d ${quoted(fileUrl(place))} >/dev/null 2>&1`);
  await commandsText(link, broadcasts, { signal });
}

const fileUrl = (place: string): string => `file://${place.split('/').map(encodeURIComponent).join('/')}`;
