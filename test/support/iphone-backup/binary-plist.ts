/** Writes binary property lists, as far as backups need them (CFBinaryPList.c: header, objects, offsets, trailer). */

/** A reference to an object of an NSKeyedArchiver. */
export class Uid {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}

type Plist =
  string | number | boolean | Date | Buffer | Uid | readonly Plist[] | { readonly [key: string]: Plist };

interface Item {
  readonly value: Plist;
  readonly keys: readonly number[];
  readonly values: readonly number[];
}

export function binaryPlist(root: Plist): Buffer {
  const items: Item[] = [];
  const add = (value: Plist): number => {
    const index = items.length;
    items.push({ value, keys: [], values: [] });
    if (Array.isArray(value))
      items[index] = { value, keys: [], values: (value as readonly Plist[]).map(add) };
    else if (isDictionary(value)) {
      items[index] = { value, keys: Object.keys(value).map(add), values: Object.values(value).map(add) };
    }
    return index;
  };
  add(root);
  const parts: Buffer[] = [Buffer.from('bplist00')];
  let end = 8;
  const offsets = items.map((item) => {
    const offset = end;
    const bytes = encode(item);
    parts.push(bytes);
    end += bytes.length;
    return offset;
  });
  const table = Buffer.alloc(offsets.length * 4);
  for (const [index, offset] of offsets.entries()) table.writeUInt32BE(offset, index * 4);
  const trailer = Buffer.alloc(32);
  trailer[6] = 4;
  trailer[7] = 2;
  trailer.writeBigUInt64BE(BigInt(items.length), 8);
  trailer.writeBigUInt64BE(BigInt(end), 24);
  return Buffer.concat([...parts, table, trailer]);
}

const isDictionary = (value: Plist): value is Readonly<Record<string, Plist>> =>
  typeof value === 'object' && !Buffer.isBuffer(value) && !(value instanceof Date) && !(value instanceof Uid);

function encode({ value, keys, values }: Item): Buffer {
  if (typeof value === 'boolean') return Buffer.from([value ? 9 : 8]);
  if (typeof value === 'number') return integer(value);
  if (value instanceof Uid) return Buffer.from([0x81, value.index >> 8, value.index & 255]);
  if (value instanceof Date) {
    const bytes = Buffer.alloc(9);
    bytes[0] = 0x33;
    bytes.writeDoubleBE(value.getTime() / 1_000 - 978_307_200, 1);
    return bytes;
  }
  if (Buffer.isBuffer(value)) return Buffer.concat([head(4, value.length), value]);
  if (typeof value === 'string') {
    const wide = Buffer.from(value, 'utf16le').swap16();
    return Buffer.concat([head(6, value.length), wide]);
  }
  const references = [...keys, ...values].map((index) => Buffer.from([index >> 8, index & 255]));
  return Buffer.concat([head(Array.isArray(value) ? 10 : 13, values.length), ...references]);
}

const head = (type: number, length: number): Buffer =>
  length < 15
    ? Buffer.from([(type << 4) | length])
    : Buffer.concat([Buffer.from([(type << 4) | 15]), integer(length)]);

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = 0x13;
  bytes.writeBigInt64BE(BigInt(Math.trunc(value)), 1);
  return bytes;
}
