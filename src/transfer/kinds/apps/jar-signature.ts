/**
 * The certificate that signed a JAR-signed (v1) APK, from a `META-INF/*.RSA|DSA|EC` file: a PKCS #7 SignedData whose
 * signerInfo names its certificate by issuer and serial number. Extracts, does not verify.
 * Source: RFC 5652, sections 5.1, 5.3 and 10.2.4; RFC 5280, section 4.1; DER lengths: X.690, section 8.1.3.
 */
import { digestOf } from './signing-block.ts';

export const JAR_SIGNATURE = /^META-INF\/[^/]+\.(?:RSA|DSA|EC)$/i;

const INTEGER = 0x02;
const SEQUENCE = 0x30;
const SET = 0x31;
const CONTEXT_0 = 0xa0;

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** Tag and length included. */
  readonly whole: Buffer;
}

/** @throws RangeError when an element does not fit or uses an indefinite length (which is not DER) */
function* elements(bytes: Buffer): Generator<Element> {
  let at = 0;
  while (at < bytes.length) {
    const first = bytes.readUInt8(at + 1);
    const lengthBytes = first < 0x80 ? 0 : first - 0x80;
    if (first === 0x80 || lengthBytes > 4) throw new RangeError('not DER');
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
    const start = at + 2 + lengthBytes;
    const end = start + length;
    if (end > bytes.length) throw new RangeError('element beyond its end');
    yield { tag: bytes.readUInt8(at), content: bytes.subarray(start, end), whole: bytes.subarray(at, end) };
    at = end;
  }
}

const only = (bytes: Buffer, tag: number): Element[] => [...elements(bytes)].filter((e) => e.tag === tag);

function first(bytes: Buffer, tag: number): Buffer {
  const found = only(bytes, tag)[0];
  if (found === undefined) throw new RangeError('element missing');
  return found.content;
}

/** Issuer and serial number as they stand in a certificate, or in a signerInfo: together they name it. */
const nameOf = (issuer: Element | undefined, serial: Element | undefined): string =>
  `${issuer?.whole.toString('hex') ?? ''}/${serial?.whole.toString('hex') ?? ''}`;

function certificateName(certificate: Buffer): string {
  const fields = [...elements(first(certificate, SEQUENCE))].filter((field) => field.tag !== CONTEXT_0);
  // serialNumber, signature, issuer
  return nameOf(fields[2], fields[0]);
}

/**
 * SHA-256 of the signing certificates (one, save in oddities), hex; empty when the file cannot be read.
 */
export function readJarSignature(file: Buffer): readonly string[] {
  try {
    const signedData = first(first(first(file, SEQUENCE), CONTEXT_0), SEQUENCE);
    const certificates = only(first(signedData, CONTEXT_0), SEQUENCE);
    const signerInfos = only(signedData, SET).at(-1);
    if (signerInfos === undefined) return [];
    const names = new Set(
      only(signerInfos.content, SEQUENCE).map((info) => {
        const [issuer, serial] = elements(first(info.content, SEQUENCE));
        return nameOf(issuer, serial?.tag === INTEGER ? serial : undefined);
      }),
    );
    return certificates
      .filter((certificate) => names.has(certificateName(certificate.content)))
      .map((certificate) => digestOf(certificate.whole));
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
