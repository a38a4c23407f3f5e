/**
 * AndroidManifest.xml as a small tree: element names, and attributes by their local name.
 */
import BinaryXmlParser, {
  type BinaryXmlNode,
} from '@devicefarmer/adbkit-apkreader/lib/apkreader/parser/binaryxml.js';
import { guardBinaryXml } from './binary-xml-guard.ts';
import { NotAnApk } from './not-an-apk.ts';

type AttributeValue = string | number | boolean;

export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  readonly children: readonly XmlElement[];
}

/**
 * Attribute ids of the manifest (AOSP core/res public.xml). Android goes by the id; packers blank the names, which
 * would leave a parser that goes by name with nothing.
 */
const ATTRIBUTE_IDS = new Map([
  [0x01010001, 'label'],
  [0x01010003, 'name'],
  [0x0101000f, 'debuggable'],
  [0x01010024, 'value'],
  [0x0101020c, 'minSdkVersion'],
  [0x0101021b, 'versionCode'],
  [0x0101021c, 'versionName'],
  [0x01010270, 'targetSdkVersion'],
  [0x01010272, 'testOnly'],
  [0x0101028e, 'required'],
  [0x010104ea, 'extractNativeLibs'],
  [0x01010576, 'versionCodeMajor'],
  [0x01010591, 'isSplitRequired'],
  [0x0101064e, 'requiredSplitTypes'],
  [0x0101064f, 'splitTypes'],
]);

const ANDROID = 'http://schemas.android.com/apk/res/android';
const ELEMENT = 1;
/** Elements nest four deep in a manifest; deeper ones hold nothing of interest. */
const DEPTH = 8;

class ManifestXmlParser extends BinaryXmlParser {
  override readResourceMap(header: unknown): null {
    super.readResourceMap(header);
    for (const [index, id] of this.resources.entries()) {
      const name = ATTRIBUTE_IDS.get(id);
      if (name !== undefined && index < this.strings.length) this.strings[index] = name;
    }
    return null;
  }
}

/**
 * @param bytes the unpacked file; overwritten in places (see binary-xml-guard.ts)
 * @throws NotAnApk `manifest-damaged` or `too-large`
 */
export function parseBinaryXml(bytes: Buffer): XmlElement {
  let root: BinaryXmlNode | null;
  try {
    root = new ManifestXmlParser(guardBinaryXml(bytes)).parse();
  } catch (error) {
    if (error instanceof NotAnApk) throw error;
    throw new NotAnApk('manifest-damaged', { cause: error });
  }
  if (root === null) throw new NotAnApk('manifest-damaged');
  return toElement(root, DEPTH);
}

function toElement(node: BinaryXmlNode, depth: number): XmlElement {
  const attributes = new Map<string, AttributeValue>();
  for (const { name, namespaceURI, typedValue } of node.attributes ?? []) {
    if (name === undefined || attributes.has(name)) continue;
    if (namespaceURI !== null && namespaceURI !== ANDROID) continue;
    const { value, type } = typedValue;
    // References point into resources.arsc, which is not read.
    if (type === 'reference') continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      attributes.set(name, value);
    }
  }
  const children = depth === 0 ? [] : (node.childNodes ?? []).filter((child) => child.nodeType === ELEMENT);
  return {
    name: node.nodeName ?? '',
    attributes,
    children: children.map((child) => toElement(child, depth - 1)),
  };
}
