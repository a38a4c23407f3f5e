/** The phones an adb server knows: which there are, what they are called, and what each still needs. */
import type { AdbServerClient } from '@yume-chan/adb';

/** Of the states of a device, those a phone can be in. */
type PhoneState = 'ready' | 'unauthorized' | 'offline' | 'no-permission' | 'locked';

/** Named by its serial on every call; a person never sees it. */
export interface Phone {
  readonly serial: string;
  readonly state: PhoneState;
  /** As a person names it: `pixel-7`, or `pixel-7-2` for the second of its model. */
  readonly id: string;
  /** "Pixel 7". */
  readonly name: string;
}

const NAMELESS = 'Android phone';
/** Bounds a server's answer; a phone's line has some 120 characters. */
const MOST_PHONES = 1_000;

interface State {
  readonly state: PhoneState;
  readonly action?: string;
}

const OFFLINE: State = {
  state: 'offline',
  action:
    'Unplug the phone, plug it in again and unlock it. Choose "File transfer" if it asks what USB is for.',
};

/** Found out by looking: adb knows nothing of it. */
const LOCKED: State = {
  state: 'locked',
  action: 'Unlock the phone: since it was started, what is on it has been locked away.',
};

/** By adb's own words (AOSP, packages/modules/adb, `ConnectionState`). */
const STATES: Readonly<Record<string, State>> = {
  device: { state: 'ready' },
  unauthorized: {
    state: 'unauthorized',
    action:
      'Look at your phone. It asks: Allow USB debugging? Tap Allow. If it does not ask, unplug it, plug it in again and unlock it.',
  },
  authorizing: {
    state: 'unauthorized',
    action: 'Look at your phone and unlock it. It asks: Allow USB debugging? Tap Allow.',
  },
  'no permissions': {
    state: 'no-permission',
    action:
      'This computer does not let you use the phone: install the package android-sdk-platform-tools-common (udev rules), unplug the phone and plug it in again.',
  },
};

/** What the person has to do on a phone in that state. */
export const actionFor = (state: PhoneState): string | undefined =>
  [...Object.values(STATES), OFFLINE, LOCKED].find((each) => each.state === state)?.action;

export async function readPhones(client: AdbServerClient): Promise<Phone[]> {
  const connection = await client.createConnection('host:devices-l');
  try {
    return parsePhones(await connection.readString());
  } finally {
    await connection.dispose();
  }
}

interface Line {
  readonly serial: string;
  readonly state: string;
  readonly model: string | undefined;
}

/**
 * The answer to `devices -l`: serial, state, and what the phone told of itself. Numbered by serial, so that a phone has
 * the same name as long as the others stay.
 */
export function parsePhones(text: string): Phone[] {
  const lines = text.split('\n').slice(0, MOST_PHONES).flatMap(parseLine);
  lines.sort((a, b) => (a.serial < b.serial ? -1 : 1));
  const seen = new Map<string, number>();
  return lines.map(({ serial, state, model }) => {
    const name = model?.replaceAll('_', ' ') ?? NAMELESS;
    const base =
      name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '') || 'phone';
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return {
      serial,
      state: (STATES[state] ?? OFFLINE).state,
      id: count === 1 ? base : `${base}-${String(count)}`,
      name: count === 1 ? name : `${name} (${String(count)})`,
    };
  });
}

function parseLine(line: string): Line[] {
  const match = /^(\S+)\s+(no permissions|\S+)/.exec(line);
  if (match === null) return [];
  const [, serial = '', state = ''] = match;
  const model = / model:(\S+)/.exec(line)?.[1];
  // Android's start-up in another mode: nothing can be read there, and it is no phone to move from.
  return ['bootloader', 'host', 'rescue', 'sideload'].includes(state) ? [] : [{ serial, state, model }];
}

export interface PhoneListing {
  readonly device: string;
  readonly kind: 'android';
  readonly name: string;
  readonly state: PhoneState;
  readonly action?: string;
  readonly details?: string;
}

export function listingOf(phone: Phone, details?: string): PhoneListing {
  const action = actionFor(phone.state);
  return {
    device: `android:${phone.id}`,
    kind: 'android',
    name: phone.name,
    state: phone.state,
    ...(action === undefined ? {} : { action }),
    ...(details === undefined ? {} : { details }),
  };
}
