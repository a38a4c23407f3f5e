/**
 * Writes Android's binary XML. Source of the format: AOSP androidfw/ResourceTypes.h.
 */

const ANDROID = 'http://schemas.android.com/apk/res/android';
const NONE = 0xffffffff;
const CHUNK = { xml: 0x0003, strings: 0x0001, resourceMap: 0x0180, namespace: 0x0100, endNamespace: 0x0101 };
const ELEMENT = { start: 0x0102, end: 0x0103 };
const UTF8 = 1 << 8;
const TYPE = { string: 0x03, integer: 0x10, boolean: 0x12 };

/** Ids of the attributes in the android namespace (AOSP core/res public.xml). */
const ATTRIBUTE_IDS: Readonly<Record<string, number>> = {
  label: 0x01010001,
  name: 0x01010003,
  hasCode: 0x0101000c,
  debuggable: 0x0101000f,
  value: 0x01010024,
  minSdkVersion: 0x0101020c,
  versionCode: 0x0101021b,
  versionName: 0x0101021c,
  targetSdkVersion: 0x01010270,
  testOnly: 0x01010272,
  required: 0x0101028e,
  extractNativeLibs: 0x010104ea,
  versionCodeMajor: 0x01010576,
  isSplitRequired: 0x01010591,
  requiredSplitTypes: 0x0101064e,
  splitTypes: 0x0101064f,
};

export interface XmlElement {
  readonly name: string;
  /** Names known to Android go into its namespace, others (`package`, `split`) into none. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly children?: readonly XmlElement[];
}

export interface BinaryXmlOptions {
  /** As older build tools wrote strings. */
  readonly utf16?: boolean;
  /** As packers do: attribute names are empty and only their ids remain. */
  readonly blankNames?: boolean;
}

const uint32s = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, index * 4);
  return bytes;
};

const uint16s = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2);
  return bytes;
};

/** Type, length of the header (8 bytes and `head`), length of the whole. */
function chunk(type: number, head: Buffer, ...body: readonly Buffer[]): Buffer {
  const content = Buffer.concat([head, ...body]);
  const padding = Buffer.alloc(-content.length & 3);
  const size = 8 + content.length + padding.length;
  return Buffer.concat([uint16s(type, 8 + head.length), uint32s(size), content, padding]);
}

class StringPool {
  readonly #indexes = new Map<string, number>();

  index(text: string): number {
    const index = this.#indexes.get(text) ?? this.#indexes.size;
    this.#indexes.set(text, index);
    return index;
  }

  chunk(utf16: boolean, blank: number): Buffer {
    const strings = [...this.#indexes.keys()].map((text, index) => (index < blank ? '' : text));
    const encoded = strings.map((text) => (utf16 ? encodeUtf16(text) : encodeUtf8(text)));
    const offsets: number[] = [];
    let at = 0;
    for (const bytes of encoded) {
      offsets.push(at);
      at += bytes.length;
    }
    const start = 28 + offsets.length * 4;
    const head = uint32s(strings.length, 0, utf16 ? 0 : UTF8, start, 0);
    return chunk(CHUNK.strings, head, uint32s(...offsets), ...encoded);
  }
}

const length8 = (length: number): Buffer =>
  length < 0x80 ? Buffer.of(length) : Buffer.of(0x80 | (length >> 8), length & 0xff);

function encodeUtf8(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([length8(text.length), length8(bytes.length), bytes, Buffer.of(0)]);
}

const encodeUtf16 = (text: string): Buffer =>
  Buffer.concat([uint16s(text.length), Buffer.from(text, 'utf16le'), uint16s(0)]);

export function writeBinaryXml(root: XmlElement, options: BinaryXmlOptions = {}): Buffer {
  const pool = new StringPool();
  // Android finds an attribute's id at the index of its name, so these names come first.
  const used = Object.keys(ATTRIBUTE_IDS).filter((name) => usesAttribute(root, name));
  for (const name of used) pool.index(name);
  const namespace = uint32s(pool.index('android'), pool.index(ANDROID));
  const line = uint32s(1, NONE);
  const nodes = [
    chunk(CHUNK.namespace, line, namespace),
    ...writeElement(root, pool),
    chunk(CHUNK.endNamespace, line, namespace),
  ];
  const strings = pool.chunk(options.utf16 === true, options.blankNames === true ? used.length : 0);
  const ids = uint32s(...used.map((name) => ATTRIBUTE_IDS[name] ?? 0));
  return chunk(CHUNK.xml, Buffer.alloc(0), strings, chunk(CHUNK.resourceMap, Buffer.alloc(0), ids), ...nodes);
}

function usesAttribute({ attributes = {}, children = [] }: XmlElement, name: string): boolean {
  return attributes[name] !== undefined || children.some((child) => usesAttribute(child, name));
}

function* writeElement(element: XmlElement, pool: StringPool): Generator<Buffer> {
  const line = uint32s(1, NONE);
  const name = uint32s(NONE, pool.index(element.name));
  const attributes = Object.entries(element.attributes ?? {})
    .flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }]))
    // Android looks attributes up in the order of their ids; those without one come last.
    .sort((a, b) => (ATTRIBUTE_IDS[a.key] ?? NONE) - (ATTRIBUTE_IDS[b.key] ?? NONE))
    .map(({ key, value }) => writeAttribute(key, value, pool));
  const counts = uint16s(20, 20, attributes.length, 0, 0, 0);
  yield chunk(ELEMENT.start, line, name, counts, ...attributes);
  for (const child of element.children ?? []) yield* writeElement(child, pool);
  yield chunk(ELEMENT.end, line, name);
}

function writeAttribute(key: string, value: string | number | boolean, pool: StringPool): Buffer {
  const namespace = key in ATTRIBUTE_IDS ? pool.index(ANDROID) : NONE;
  const text = typeof value === 'string' ? pool.index(value) : NONE;
  const [type, data] =
    typeof value === 'string'
      ? [TYPE.string, text]
      : typeof value === 'number'
        ? [TYPE.integer, value]
        : [TYPE.boolean, value ? NONE : 0];
  return Buffer.concat([
    uint32s(namespace, pool.index(key), text),
    uint16s(8),
    Buffer.of(0, type),
    uint32s(data),
  ]);
}
