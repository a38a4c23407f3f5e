/** Records written to a stand-in phone, and what is on it afterwards. */
import { onTestFinished } from 'vitest';
import type { DeviceMessage } from '../../../src/transfer/devices/device-io.ts';
import { connectServer } from '../../../src/transfer/devices/android/adb-server.ts';
import { readFacts } from '../../../src/transfer/devices/android/facts.ts';
import { PhoneLink } from '../../../src/transfer/devices/android/link.ts';
import {
  type MadeRow,
  type RecordsWritten,
  takeBack,
  type TakenBack,
  writeRecords,
} from '../../../src/transfer/devices/android/write/index.ts';
import { FORMATS } from '../../../src/transfer/devices/formats.ts';
import type { RecordKind } from '../../../src/transfer/kinds/kind.ts';
import { connectPhone } from './open-phone.ts';
import type { StandInOptions, StandInPhone } from './fake-phone.ts';

export class WrittenPhone {
  readonly phone: StandInPhone;
  readonly told: DeviceMessage[] = [];
  readonly made: MadeRow[] = [];
  readonly #link: PhoneLink;
  readonly #plugIn: () => Promise<unknown>;

  private constructor(phone: StandInPhone, link: PhoneLink, plugIn: () => Promise<unknown>) {
    this.phone = phone;
    this.#link = link;
    this.#plugIn = plugIn;
  }

  static async connect(options: Omit<StandInOptions, 'folder'>): Promise<WrittenPhone> {
    const { phone, adb } = await connectPhone(options);
    const client = await connectServer(process.env, new AbortController().signal);
    const told: DeviceMessage[] = [];
    const link = new PhoneLink({
      ...{ client, serial: phone.serial, name: 'Pixel 7' },
      tell: (message) => told.push(message),
    });
    onTestFinished(() => {
      link.close();
    });
    return new WrittenPhone(phone, link, async () => {
      await phone.plugIn();
      await adb.run('connect', phone.serial);
    });
  }

  async write(
    kind: RecordKind,
    lines: readonly string[],
    signal = new AbortController().signal,
  ): Promise<RecordsWritten> {
    const facts = await readFacts(this.#link, 'phone', signal);
    return await writeRecords(this.#link, facts, {
      kind,
      incoming: async function* () {
        yield* lines;
      },
      made: (rows) => {
        this.made.push(...rows);
        return Promise.resolve();
      },
      tell: (message) => this.told.push(message),
      signal,
    });
  }

  takeBack(): Promise<TakenBack> {
    return takeBack(this.#link, this.made, new AbortController().signal);
  }

  /** Pulls the cable before the nth `content insert`, and plugs it in again. */
  unplugAtInsert(nth: number): void {
    let count = 0;
    this.phone.onCommand = ([name, verb]) => {
      if (name !== 'content' || verb !== 'insert') return;
      count += 1;
      if (count !== nth) return;
      void this.phone.unplug().then(this.#plugIn);
    };
  }
}

/** A file of records as the lines that travel. */
export async function linesOf(kind: RecordKind, file: string, collection?: string): Promise<string[]> {
  const lines: string[] = [];
  const reading = FORMATS[kind].read(
    (async function* () {
      yield Buffer.from(file);
    })(),
    { collection, skip: () => undefined, signal: new AbortController().signal },
  );
  for await (const line of reading) lines.push(line);
  return lines;
}

/** Texts that shells, `content` and its readers stumble over. */
export const HOSTILE_TEXTS: readonly string[] = [
  `it's "quoted", and 'quoted' again`,
  'two\nlines\n\nand\ttabs',
  'Hello\nRow: 7 _id=9, body=forged\nRow: 1 _id=2, body=x',
  'C:\\new\\table: 12:30',
  '$(reboot) `reboot` ${HOME} $HOME && ; | >/dev/null',
  'emoji 👩‍👧 😀 and RTL עברית ‏ مرحبا',
  '--where 1=1 * ? [a-z] ~ # !! %s %n',
  ' leading and trailing ',
  'NULL and more',
];
