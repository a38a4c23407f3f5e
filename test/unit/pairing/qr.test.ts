import { describe, expect, it } from 'vitest';
import { parseQr, qrText, type QrAddress } from '../../../src/transfer/pairing/qr.ts';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import { failureOf } from './two-devices.ts';

const SECRET = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
const DIGEST = Buffer.alloc(32, 0xd1);
const ADDRESSES: QrAddress[] = [
  { host: '192.168.1.20', port: 41_234 },
  { host: 'fe80::1', port: 41_234 },
];

const text = (addresses: readonly QrAddress[] = ADDRESSES): string =>
  qrText({ secret: new Ephemeral(Buffer.from(SECRET)), certificateDigest: DIGEST, addresses }).use(
    (value) => value,
  );

describe('the QR code’s text', () => {
  it('is read back as it was written', () => {
    const read = parseQr(text());
    expect(read.secret.use((bytes) => bytes.toString('hex'))).toBe(SECRET.toString('hex'));
    expect(read.certificateDigest.equals(DIGEST)).toBe(true);
    expect(read.addresses).toEqual(ADDRESSES);
  });

  it('has the form of the specification', () => {
    expect(text()).toBe(
      `openmover:1/AAECAwQFBgcICQoLDA0ODw/${DIGEST.toString('base64url')}/192.168.1.20:41234,[fe80::1]:41234`,
    );
  });

  it('keeps to four addresses that mean something on another device', () => {
    const many = Array.from({ length: 9 }, (_, index) => ({ host: `10.0.0.${index}`, port: 1 }));
    const odd = [
      { host: 'fe80::1%wlan0', port: 1 },
      { host: 'my-laptop.local', port: 1 },
      { host: '10.1.1.1', port: 0 },
    ];
    expect(parseQr(text([...odd, ...many])).addresses).toEqual(many.slice(0, 4));
    expect(parseQr(text(odd)).addresses).toEqual([]);
  });

  it('is not made of a secret or digest of the wrong length', () => {
    const make = (secret: Buffer, certificateDigest: Buffer) => () =>
      qrText({ secret: new Ephemeral(secret), certificateDigest, addresses: ADDRESSES });
    expect(make(Buffer.alloc(15), DIGEST)).toThrow(RangeError);
    expect(make(SECRET, Buffer.alloc(31))).toThrow(RangeError);
  });
});

describe('anyone’s QR code', () => {
  const secret = SECRET.toString('base64url');
  const digest = DIGEST.toString('base64url');
  it.each([
    '',
    'https://example.org/',
    'openmover:1/',
    'openmover:0/x',
    `openmover:1/${secret}/${digest}`,
    `openmover:1/${secret}/${digest}/,`,
    `openmover:1/${secret}/${digest}/192.168.1.20:0`,
    `openmover:1/${secret}/${digest}/192.168.1.20:65536`,
    `openmover:1/${secret}/${digest}/192.168.1.256:80`,
    `openmover:1/${secret}/${digest}/example.org:80`,
    `openmover:1/${secret}/${digest}/[::1%eth0]:80`,
    `openmover:1/${secret}/${digest}/[fe80:::1]:80`,
    `openmover:1/${secret}/${digest}/10.0.0.1:80,`,
    `openmover:1/${secret}/${digest}/10.0.0.1:80/more`,
    `openmover:1/${secret}/${digest}/${Array.from({ length: 5 }, () => '10.0.0.1:80').join(',')}`,
    `openmover:1/${secret}AA/${digest}/10.0.0.1:80`,
    `openmover:1/${secret.slice(0, -1)}x/${digest}/10.0.0.1:80`,
    `openmover:1/${secret}/${digest.slice(2)}/10.0.0.1:80`,
    `openmover:1/${secret}/${digest}/10.0.0.1:80${' '.repeat(600)}`,
  ])('is refused: %s', (value) => {
    expect(failureOf(() => parseQr(value))).toBe('CODE_INVALID');
  });

  it('of a later version says so', () => {
    expect(failureOf(() => parseQr('openmover:2/whatever'))).toBe('PEER_VERSION');
  });
});
