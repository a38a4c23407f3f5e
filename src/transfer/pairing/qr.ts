/**
 * The text of the QR code: all a sender needs to reach and to trust the receiver without discovery or typing.
 *
 *     openmover:1/<secret, 16 bytes>/<SHA-256 of the certificate>/<address>,<address>…
 *
 * Bytes are base64url, addresses `host:port` with IP literals, IPv6 in brackets. A URI, so that a phone's camera shows
 * it as something to open and not as a search.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { MoverError } from '../errors.ts';
import { Ephemeral } from '../privacy/ephemeral.ts';

const SCHEME = 'openmover';
const VERSION = 1;
const SECRET_BYTES = 16;
const DIGEST_BYTES = 32;
/** More would make the picture too dense for a cheap camera. */
const MAX_ADDRESSES = 4;
const MAX_TEXT = 512;

export interface QrAddress {
  readonly host: string;
  readonly port: number;
}

export interface QrContent {
  readonly secret: Ephemeral<Buffer>;
  readonly certificateDigest: Buffer;
  readonly addresses: readonly QrAddress[];
}

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;

function addressText({ host, port }: QrAddress): string | undefined {
  if (!isPort(port)) return undefined;
  if (isIPv4(host)) return `${host}:${port}`;
  // A zone ("fe80::1%wlan0") means nothing on the other device.
  return isIPv6(host) && !host.includes('%') ? `[${host}]:${port}` : undefined;
}

function parseAddress(text: string): QrAddress | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):([1-9][0-9]{0,4})$/i.exec(text);
  if (match === null) return undefined;
  const [, v6, v4, digits] = match;
  const port = Number(digits);
  if (!isPort(port)) return undefined;
  if (v6 !== undefined) return isIPv6(v6) ? { host: v6, port } : undefined;
  return v4 !== undefined && isIPv4(v4) ? { host: v4, port } : undefined;
}

function parseBytes(text: string | undefined, length: number): Buffer | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === length && bytes.toString('base64url') === text ? bytes : undefined;
}

/**
 * The text to draw. Addresses that mean nothing elsewhere (names, zones) are left out, and all but the first four; with
 * none left the code still carries the secret, and the receiver has to be found by mDNS.
 * @throws RangeError when secret or digest have the wrong length.
 */
export function qrText({ secret, certificateDigest, addresses }: QrContent): Ephemeral<string> {
  const texts = addresses.map(addressText).filter((text) => text !== undefined);
  if (certificateDigest.length !== DIGEST_BYTES) throw new RangeError('a certificate digest is 32 bytes');
  return secret.use((bytes) => {
    if (bytes.length !== SECRET_BYTES) throw new RangeError('a QR secret is 16 bytes');
    const parts = [
      bytes.toString('base64url'),
      certificateDigest.toString('base64url'),
      texts.slice(0, MAX_ADDRESSES).join(','),
    ];
    return new Ephemeral(`${SCHEME}:${VERSION}/${parts.join('/')}`);
  });
}

/**
 * Reads what a camera saw: anyone's QR code. The addresses are hints; only the exchange decides whom they lead to.
 * @throws MoverError `CODE_INVALID` when it is none of ours, `PEER_VERSION` when it is one of another version.
 */
export function parseQr(text: string): QrContent {
  const head = /^openmover:([1-9][0-9]{0,2})\//i.exec(text);
  if (head === null || text.length > MAX_TEXT) throw new MoverError('CODE_INVALID');
  if (Number(head[1]) !== VERSION) throw new MoverError('PEER_VERSION');
  const [secretText, digestText, addressesText, ...rest] = text.slice(head[0].length).split('/');
  const secret = parseBytes(secretText, SECRET_BYTES);
  const certificateDigest = parseBytes(digestText, DIGEST_BYTES);
  const addresses = addressesText === '' ? [] : addressesText?.split(',').map(parseAddress);
  const known = addresses?.filter((address) => address !== undefined);
  if (
    secret === undefined ||
    certificateDigest === undefined ||
    rest.length > 0 ||
    known === undefined ||
    known.length !== addresses?.length ||
    known.length > MAX_ADDRESSES
  ) {
    throw new MoverError('CODE_INVALID');
  }
  return { secret: new Ephemeral(secret), certificateDigest, addresses: known };
}
