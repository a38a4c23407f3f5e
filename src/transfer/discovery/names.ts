/**
 * Names made for one run ("blue otter"): easy to say aloud, and they say nothing about the device or its owner,
 * unlike a host name. Over 4,600 of them, so that receivers in one shop rarely meet on the same.
 */
import { randomInt } from 'node:crypto';

const ADJECTIVES = [
  ...['amber', 'autumn', 'azure', 'blue', 'bold', 'brave', 'bright', 'bronze', 'calm', 'cheerful', 'clever'],
  ...[
    'coral',
    'cosy',
    'crimson',
    'crystal',
    'curious',
    'daring',
    'eager',
    'early',
    'emerald',
    'fancy',
    'fast',
  ],
  ...[
    'fluffy',
    'friendly',
    'frosty',
    'gentle',
    'glad',
    'golden',
    'grand',
    'green',
    'happy',
    'hidden',
    'honest',
  ],
  ...['indigo', 'jolly', 'kind', 'lilac', 'little', 'lively', 'lucky', 'lunar', 'merry', 'mighty', 'misty'],
  ...['modest', 'noble', 'orange', 'patient', 'pearl', 'polite', 'purple', 'quick', 'quiet', 'rosy', 'ruby'],
  ...['scarlet', 'silent', 'silver', 'snowy', 'solar', 'sunny', 'swift', 'velvet', 'wise'],
] as const;

const ANIMALS = {
  ant: '🐜',
  badger: '🦡',
  bat: '🦇',
  bear: '🐻',
  beaver: '🦫',
  bee: '🐝',
  beetle: '🪲',
  bison: '🦬',
  boar: '🐗',
  butterfly: '🦋',
  camel: '🐫',
  cat: '🐱',
  chick: '🐤',
  cricket: '🦗',
  crocodile: '🐊',
  deer: '🦌',
  dog: '🐶',
  dolphin: '🐬',
  dove: '🕊️',
  dragon: '🐉',
  duck: '🦆',
  eagle: '🦅',
  elephant: '🐘',
  fish: '🐟',
  flamingo: '🦩',
  fox: '🦊',
  frog: '🐸',
  giraffe: '🦒',
  goat: '🐐',
  gorilla: '🦍',
  hamster: '🐹',
  hedgehog: '🦔',
  hippo: '🦛',
  horse: '🐴',
  kangaroo: '🦘',
  koala: '🐨',
  ladybird: '🐞',
  leopard: '🐆',
  lion: '🦁',
  lizard: '🦎',
  llama: '🦙',
  lobster: '🦞',
  mammoth: '🦣',
  monkey: '🐵',
  mouse: '🐭',
  octopus: '🐙',
  orangutan: '🦧',
  otter: '🦦',
  owl: '🦉',
  panda: '🐼',
  parrot: '🦜',
  peacock: '🦚',
  penguin: '🐧',
  puffer: '🐡',
  rabbit: '🐰',
  raccoon: '🦝',
  ram: '🐏',
  rhino: '🦏',
  rooster: '🐓',
  seal: '🦭',
  shark: '🦈',
  sheep: '🐑',
  sloth: '🦥',
  snail: '🐌',
  squid: '🦑',
  swan: '🦢',
  tiger: '🐯',
  turkey: '🦃',
  turtle: '🐢',
  unicorn: '🦄',
  whale: '🐳',
  wolf: '🐺',
  zebra: '🦓',
} as const;

const ANIMAL_NAMES = Object.keys(ANIMALS) as (keyof typeof ANIMALS)[];

function pick<T>(words: readonly T[]): T {
  const word = words[randomInt(words.length)];
  if (word === undefined) throw new RangeError('no words to pick from');
  return word;
}

/** Two words, lower case, from the system's random numbers. */
export function randomName(): string {
  return `${pick(ADJECTIVES)} ${pick(ANIMAL_NAMES)}`;
}

/** The picture that goes with a name of ours; none for a name somebody chose. */
export function emojiOf(name: string): string | undefined {
  const animal = ANIMAL_NAMES.find((candidate) => name === candidate || name.endsWith(` ${candidate}`));
  return animal === undefined ? undefined : ANIMALS[animal];
}

/** Bytes of a DNS label (RFC 1035, section 2.3.4). */
const LABEL_BYTES = 63;

/** Control, format (bidi among them), private, unassigned and lone surrogates: nothing a person could read out. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;

/** Whether a name that came from the network may be shown. */
export function isPresentable(name: string): boolean {
  return (
    name.length > 0 &&
    name === name.trim() &&
    Buffer.byteLength(name) <= LABEL_BYTES &&
    !UNPRINTABLE.test(name) &&
    !name.includes('\uFFFD')
  );
}

function cut(text: string, bytes: number): string {
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (Buffer.byteLength(kept + segment) > bytes) break;
    kept += segment;
  }
  return kept.trim();
}

/** A name a person chose, made to fit a DNS label; undefined when nothing of it can be shown. */
export function presentable(name: string): string | undefined {
  const cleaned = name
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}\uFFFD]/gu, ' ')
    // The library splits names at full stops, escaped or not.
    .replaceAll('.', '-')
    .replace(/\s+/gu, ' ')
    .trim();
  return cut(cleaned, LABEL_BYTES) || undefined;
}

/**
 * Names to try, one after another, until one is free on the network: two words again and again, or the name a person
 * chose with a number after it (RFC 6762, section 9).
 */
export function* candidates(name: string | undefined): Generator<string, never> {
  const chosen = name === undefined ? undefined : presentable(name);
  if (chosen === undefined) for (;;) yield randomName();
  yield chosen;
  for (let number = 2; ; number += 1) {
    const suffix = ` ${number.toString()}`;
    yield cut(chosen, LABEL_BYTES - suffix.length) + suffix;
  }
}

/** The same for names a person would take for the same: mDNS ignores case, and a shell likes hyphens. */
export function foldName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]+/gu, ' ')
    .trim();
}
