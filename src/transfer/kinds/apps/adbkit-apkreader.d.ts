/** The binary XML parser inside @devicefarmer/adbkit-apkreader 3.2, typed as far as we use it. */
declare module '@devicefarmer/adbkit-apkreader/lib/apkreader/parser/binaryxml.js' {
  export interface BinaryXmlAttribute {
    readonly namespaceURI: string | null;
    readonly name: string | undefined;
    readonly typedValue: { readonly value: unknown; readonly type: string };
  }

  export interface BinaryXmlNode {
    /** 1 element, 4 text. */
    readonly nodeType: number;
    readonly nodeName: string | undefined;
    readonly attributes?: readonly BinaryXmlAttribute[];
    readonly childNodes?: readonly BinaryXmlNode[];
  }

  export default class BinaryXmlParser {
    constructor(bytes: Buffer);
    /** String pool, filled while parsing. */
    readonly strings: string[];
    /** Resource ids of the first strings, which are attribute names. */
    readonly resources: number[];
    readResourceMap(header: unknown): null;
    parse(): BinaryXmlNode | null;
  }
}
