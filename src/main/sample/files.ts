/**
 * A phone's files: photos, music, documents in many languages, a script, old dates. What is left behind on purpose is
 * there too: a link, and a file where a private key would lie.
 */
import { utcStamp, anyDay, FIRST_DAY_MS, LAST_DAY_MS } from './moments.ts';
import { photoAlbum } from './jpeg.ts';
import type { Random } from './random.ts';

export interface SampleFile {
  readonly path: readonly string[];
  readonly size: number;
  readonly mtimeMs: number;
  readonly executable: boolean;
  /** The content in pieces, `size` bytes together. */
  readonly content: () => Generator<Buffer>;
}

export const EMPTY_FOLDERS: readonly (readonly string[])[] = [['Pictures', 'Screenshots']];
export const LINK = { path: ['Latest photos'], target: 'DCIM/Camera' } as const;
/** A name the credential rules know, and a content that is plainly no key. */
export const CREDENTIAL = {
  path: ['.ssh', 'id_ed25519'],
  text: 'Not a key. Sample data, to show that a file of this name is left behind on purpose.\n',
} as const;

const PIECE_BYTES = 1024 * 1024;
const PER_FOLDER = 1_000;
const PHOTO_BLOCKS = 24;
const SCRIPT = '#!/bin/sh\n# Sample: counts the photos on this device.\nls DCIM/Camera | wc -l\n';

const SENTENCES: readonly [string, ...string[]] = [
  'Der schnelle braune Fuchs springt über den faulen Hund. ',
  'Любіть Україну, як сонце, любіть. ',
  '吾輩は猫である。名前はまだ無い。',
  'كان يا ما كان في قديم الزمان. ',
  'All happy families are alike; each unhappy family is unhappy in its own way. ',
  '🎵 La la la 🎶\n',
];

type Shape = (random: Random, index: number) => { folder: readonly string[]; name: string; text: boolean };

const SHAPES: readonly [Shape, ...Shape[]] = [
  (random, index) => {
    const { year, month, day } = anyDay(random, 2012, 2025);
    const moment = utcStamp(Date.UTC(year, month - 1, day, random.int(7, 22), random.int(0, 59)));
    return {
      folder: ['DCIM', 'Camera'],
      name: `IMG_${moment.slice(0, -1)}_${String(index)}.jpg`,
      text: false,
    };
  },
  (_, index) => ({
    folder: ['Music', 'Sigur Rós', '( )'],
    name: `Untitled #${String(index)}.mp3`,
    text: false,
  }),
  (_, index) => ({
    folder: ['Documents', 'Größenwahn & Söhne'],
    name: `Brief ${String(index)}.txt`,
    text: true,
  }),
  (_, index) => ({ folder: ['Documents', 'Résumé'], name: `lettre n° ${String(index)}.md`, text: true }),
  (_, index) => ({ folder: ['写真', '京都 2019'], name: `金閣寺 ${String(index)}.jpg`, text: false }),
  (_, index) => ({ folder: ['مستندات'], name: `رسالة ${String(index)}.txt`, text: true }),
  (_, index) => ({ folder: ['Download'], name: `🎉 party (${String(index)}).txt`, text: true }),
  (_, index) => ({ folder: ['Download', 'प्रिय'], name: `पत्र ${String(index)}.pdf`, text: false }),
  (_, index) => ({ folder: ['WhatsApp', 'Media', '.Statuses'], name: `${String(index)}.mp4`, text: false }),
];

/** How large each of `count` files is when all of them together are `bytes`: many small ones, few large. */
function* sizes(random: Random, count: number, bytes: number): Generator<number> {
  const weights = function* (): Generator<number> {
    const dice = random.fork('sizes');
    for (let index = 0; index < count; index++) yield (1 - dice.next()) ** -0.9;
  };
  let sum = 0;
  for (const weight of weights()) sum += weight;
  let passed = 0;
  let given = 0;
  for (const weight of weights()) {
    passed += weight;
    const upTo = Math.min(bytes, Math.floor((passed / sum) * bytes));
    yield upTo - given;
    given = upTo;
  }
}

/** `count` files of `bytes` bytes together. The first is a script. */
export function* makeFiles(random: Random, count: number, bytes: number): Generator<SampleFile> {
  const total = Math.max(bytes - SCRIPT.length, 0);
  if (count > 0) yield script(bytes);
  const album = photoAlbum(random.fork('files'), PHOTO_BLOCKS);
  let index = 0;
  for (const size of sizes(random, count - 1, total)) {
    const dice = random.fork(`file/${String(index)}`);
    const shape = dice.pick(SHAPES)(dice, index);
    const part = Math.floor(index / PER_FOLDER);
    yield {
      path: [...shape.folder, ...(part === 0 ? [] : [String(part)]), shape.name],
      size,
      mtimeMs: dice.int(FIRST_DAY_MS / 1000, LAST_DAY_MS / 1000) * 1000,
      executable: false,
      content: () =>
        shape.text
          ? writing(dice, size)
          : picture(dice, size, shape.name.endsWith('.jpg') ? album(dice) : undefined),
    };
    index += 1;
  }
}

function script(most: number): SampleFile {
  const bytes = Buffer.from(SCRIPT).subarray(0, most);
  return {
    path: ['bin', 'count-photos.sh'],
    size: bytes.length,
    mtimeMs: FIRST_DAY_MS,
    executable: true,
    *content() {
      yield bytes;
    },
  };
}

function* writing(random: Random, size: number): Generator<Buffer> {
  let left = size;
  while (left > 0) {
    const bytes = Buffer.from(random.pick(SENTENCES));
    // Cut between characters, and fill up with line ends.
    yield bytes.length <= left ? bytes : Buffer.alloc(left, '\n');
    left -= Math.min(bytes.length, left);
  }
}

/** A photo is a valid JPEG with bytes behind it, as motion photos have; anything else is bytes. */
function* picture(random: Random, size: number, jpeg: Buffer | undefined): Generator<Buffer> {
  let left = size;
  if (jpeg !== undefined && jpeg.length <= left) {
    yield jpeg;
    left -= jpeg.length;
  }
  const bytes = random.bytes();
  while (left > 0) {
    const piece = Math.min(left, PIECE_BYTES);
    yield bytes(piece);
    left -= piece;
  }
}
