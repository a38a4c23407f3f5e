/**
 * The keys of an encrypted backup. A keybag is a list of tags (four letters, length as 32 bits, big endian); its class keys
 * are wrapped by RFC 3394 under a key made of the password by PBKDF2, twice since iOS 10.2. Documented by
 * iphone_backup_decrypt (MIT) and Apple Platform Security, "Keybags".
 */
import { createDecipheriv, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { MoverError } from '../../errors.ts';

const derive = promisify(pbkdf2);

/** Class key wrapped by the password's key (and not by the device's, which stays in the device). */
const WRAPPED_BY_PASSWORD = 2;
/** iOS uses 10 million and 10 thousand. A backup that asks for more would keep the computer busy for hours. */
const MOST_ROUNDS = 100_000_000;
const KEY_BYTES = 32;

type Tags = ReadonlyMap<string, Buffer>;

export interface Keybag {
  readonly header: Tags;
  readonly classes: readonly Tags[];
}

/** @throws MoverError `SOURCE_INVALID` for what is no keybag. */
export function parseKeybag(bytes: Buffer): Keybag {
  const blocks = [new Map<string, Buffer>()];
  for (let at = 0; at + 8 <= bytes.length;) {
    const tag = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32BE(at + 4);
    const value = bytes.subarray(at + 8, at + 8 + length);
    if (value.length !== length) throw invalid();
    at += 8 + length;
    // Each class begins with its UUID, as the header does.
    if (tag === 'UUID' && blocks.at(-1)?.has('UUID') === true) blocks.push(new Map<string, Buffer>());
    blocks.at(-1)?.set(tag, value);
  }
  const [header = new Map<string, Buffer>(), ...classes] = blocks;
  if (!header.has('SALT') || !header.has('ITER') || classes.length === 0) throw invalid();
  return { header, classes };
}

/**
 * Class keys by the number of their class; undefined when the password does not open them. The derivation runs beside the
 * event loop and takes ten seconds or more.
 * @param password UTF-8; the caller wipes it.
 */
export async function unlockKeybag(
  { header, classes }: Keybag,
  password: Buffer,
): Promise<ReadonlyMap<number, Buffer> | undefined> {
  const [first, salt] = [header.get('DPSL'), header.get('SALT')];
  const rounds = numberOf(header.get('DPIC'));
  let secret: Buffer = password;
  if (first !== undefined && rounds > 0)
    secret = await derive(password, first, checked(rounds), KEY_BYTES, 'sha256');
  if (salt === undefined) throw invalid();
  const wrapping = await derive(secret, salt, checked(numberOf(header.get('ITER'))), KEY_BYTES, 'sha1');
  if (secret !== password) secret.fill(0);
  const keys = new Map<number, Buffer>();
  try {
    for (const tags of classes) {
      const wrapped = tags.get('WPKY');
      if (wrapped === undefined || (numberOf(tags.get('WRAP')) & WRAPPED_BY_PASSWORD) === 0) continue;
      const key = unwrapKey(wrapping, wrapped);
      if (key === undefined) return undefined;
      keys.set(numberOf(tags.get('CLAS')), key);
    }
  } finally {
    wrapping.fill(0);
  }
  return keys.size === 0 ? undefined : keys;
}

/** A key that is stored as the number of its class (32 bits, little endian) and itself, wrapped under that class's key. */
export function keyOfClass(keys: ReadonlyMap<number, Buffer>, stored: Buffer): Buffer | undefined {
  if (stored.length < 12) return undefined;
  const key = keys.get(stored.readUInt32LE(0));
  return key === undefined ? undefined : unwrapKey(key, stored.subarray(4, 44));
}

/** RFC 3394, section 2.2.2. By hand: BoringSSL, and so Electron, has no AES key wrap. */
function unwrapKey(wrapping: Buffer, wrapped: Buffer): Buffer | undefined {
  const count = wrapped.length / 8 - 1;
  if (!Number.isInteger(count) || count < 2) return undefined;
  const block = createDecipheriv('aes-256-ecb', wrapping, null).setAutoPadding(false);
  const integrity = Buffer.from(wrapped.subarray(0, 8));
  const key = Buffer.from(wrapped.subarray(8));
  const input = Buffer.alloc(16);
  for (let round = 5; round >= 0; round -= 1) {
    for (let index = count; index >= 1; index -= 1) {
      integrity.copy(input, 0);
      input.writeUInt32BE((input.readUInt32BE(4) ^ (count * round + index)) >>> 0, 4);
      key.copy(input, 8, (index - 1) * 8, index * 8);
      const output = block.update(input);
      output.copy(integrity, 0, 0, 8);
      output.copy(key, (index - 1) * 8, 8, 16);
    }
  }
  return integrity.equals(Buffer.alloc(8, 0xa6)) ? key : undefined;
}

const numberOf = (value: Buffer | undefined): number =>
  value === undefined || value.length < 4 ? 0 : value.readUInt32BE(value.length - 4);

function checked(rounds: number): number {
  if (rounds < 1 || rounds > MOST_ROUNDS) throw invalid();
  return rounds;
}

const invalid = (): MoverError =>
  new MoverError('SOURCE_INVALID', { detail: 'the backup’s keys are damaged' });
