/**
 * PEM (RFC 7468) as bytes: what is secret must not become a string on its way, because a string cannot be overwritten.
 */
const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PAD = 0x3d;
const LINE_FEED = 0x0a;
const LINE_BYTES = 48;

/** Base64 (RFC 4648, section 4) in lines of 64 characters. */
function writeBase64(target: Buffer, start: number, bytes: Uint8Array): number {
  let at = start;
  for (let from = 0; from < bytes.length; from += 3) {
    const left = bytes.length - from;
    const group = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    target[at++] = ALPHABET[group >> 18] ?? PAD;
    target[at++] = ALPHABET[(group >> 12) & 63] ?? PAD;
    target[at++] = left > 1 ? (ALPHABET[(group >> 6) & 63] ?? PAD) : PAD;
    target[at++] = left > 2 ? (ALPHABET[group & 63] ?? PAD) : PAD;
    if ((from + 3) % LINE_BYTES === 0 || left <= 3) target[at++] = LINE_FEED;
  }
  return at;
}

/** @param label as `PRIVATE KEY`. */
export function toPem(label: string, der: Uint8Array): Buffer {
  const lines = Math.ceil(der.length / LINE_BYTES);
  const head = Buffer.from(`-----BEGIN ${label}-----\n`);
  const tail = Buffer.from(`-----END ${label}-----\n`);
  const bodyBytes = 4 * Math.ceil(der.length / 3) + lines;
  // Of its own memory: what is taken from Node's pool lies beside the bytes of others.
  const pem = Buffer.allocUnsafeSlow(head.length + bodyBytes + tail.length);
  head.copy(pem);
  tail.copy(pem, writeBase64(pem, head.length, der));
  return pem;
}
