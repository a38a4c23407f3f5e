/**
 * Makes a device folder that looks like a phone someone has used for years: for the demo, the benchmarks and the
 * tests. The same options make the same bytes.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { MoverError } from '../../transfer/errors.ts';
import { makeApps } from './apps.ts';
import { makeCalendars } from './calendar.ts';
import { makeCalls } from './calls.ts';
import { makeContacts } from './contacts.ts';
import { type DeviceName, DEVICES } from './devices.ts';
import { CREDENTIAL, EMPTY_FOLDERS, LINK, makeFiles } from './files.ts';
import { makeMessages } from './messages.ts';
import { Random } from './random.ts';
import { SampleWriter, writeFailure } from './writer.ts';

/** How many of each; whole numbers from 0 on. None at all of a kind leaves its file or folder out. */
interface SampleCounts {
  readonly contacts: number;
  readonly messages: number;
  readonly calls: number;
  /** Calendar components: events, moved instances of series, tasks. */
  readonly events: number;
  readonly apps: number;
  /** Files that can move; a link, a credential file and an empty folder come on top. */
  readonly files: number;
  /** Bytes of all files together. */
  readonly fileBytes: number;
}

export interface SampleOptions extends Partial<SampleCounts> {
  /** Folder to make the device in; made when missing, must be empty. */
  readonly into: string;
  /** The same seed makes the same device. */
  readonly seed?: number | string;
  /** Which device it says it is: the one left behind, or the one moved to. */
  readonly device?: DeviceName;
  readonly signal?: AbortSignal;
}

const SAMPLE_DEFAULTS: SampleCounts = {
  contacts: 120,
  messages: 1_500,
  calls: 300,
  events: 150,
  apps: 13,
  files: 250,
  fileBytes: 48 * 1024 * 1024,
};

/** What the file names can tell apart, and people: their numbers have seven digits of their own. */
const MOST = 9_999_999;

/**
 * @throws MoverError `USAGE` for a count that is none or a folder that is not empty, `DESTINATION_UNWRITABLE`,
 *   `DESTINATION_MISSING`, `NO_SPACE`; the signal's reason
 */
export async function makeSample(options: SampleOptions): Promise<void> {
  const counts = checked(options);
  const random = new Random(String(options.seed ?? 1));
  try {
    mkdirSync(options.into, { recursive: true });
    if (readdirSync(options.into).length > 0) {
      throw new MoverError('USAGE', {
        detail: `${options.into} is not empty, and a sample is made in an empty folder only`,
      });
    }
    await writeDevice(
      new SampleWriter(options.into, options.signal),
      random,
      counts,
      options.device ?? 'old',
    );
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw writeFailure(error);
  }
}

function checked(options: SampleOptions): SampleCounts {
  const counts = { ...SAMPLE_DEFAULTS };
  for (const key of Object.keys(SAMPLE_DEFAULTS) as (keyof SampleCounts)[]) {
    const value = options[key] ?? SAMPLE_DEFAULTS[key];
    const most = key === 'fileBytes' ? Number.MAX_SAFE_INTEGER : MOST;
    if (!Number.isInteger(value) || value < 0 || value > most) {
      throw new MoverError('USAGE', { detail: `${key} is a whole number from 0 to ${String(most)}` });
    }
    counts[key] = value;
  }
  return counts;
}

async function writeDevice(
  writer: SampleWriter,
  random: Random,
  counts: SampleCounts,
  device: DeviceName,
): Promise<void> {
  const facts = JSON.stringify({ openmover: 1, ...DEVICES[device] }, undefined, 2);
  await writer.file(['device.json'], [`${facts}\n`]);
  if (counts.contacts > 0) await writer.file(['contacts.vcf'], makeContacts(random, counts.contacts));
  if (counts.messages > 0) await writer.file(['messages.xml'], makeMessages(random, counts.messages));
  if (counts.calls > 0) await writer.file(['calls.xml'], makeCalls(random, counts.calls));
  for (const calendar of makeCalendars(random, counts.events)) {
    await writer.file(['calendar', `${calendar.name}.ics`], calendar.text());
  }
  for (const apk of makeApps(random, counts.apps)) await writer.file(['apps', ...apk.path], [apk.bytes]);
  if (counts.files > 0) await writeFiles(writer, random, counts);
}

async function writeFiles(writer: SampleWriter, random: Random, counts: SampleCounts): Promise<void> {
  for (const file of makeFiles(random, counts.files, counts.fileBytes)) {
    await writer.file(['files', ...file.path], file.content(), file);
  }
  for (const folder of EMPTY_FOLDERS) writer.folder(['files', ...folder]);
  writer.link(['files', ...LINK.path], LINK.target);
  await writer.file(['files', ...CREDENTIAL.path], [CREDENTIAL.text]);
}
