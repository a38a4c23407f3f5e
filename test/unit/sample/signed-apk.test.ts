import { createPublicKey, createVerify, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makePublisher } from '../../../src/main/sample/apk/publisher.ts';
import { Random } from '../../../src/main/sample/random.ts';

describe('a made-up publisher', () => {
  const publisher = makePublisher(new Random('1'), 'Sample 株式会社');

  it('has a certificate that others accept, signed by its own key', () => {
    const certificate = new X509Certificate(publisher.certificate);
    expect(certificate.subject).toContain('Sample');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });

  it('signs so that its public key verifies it, and the same every time', () => {
    const message = Buffer.from('content digests');
    const key = createPublicKey({ key: publisher.publicKey, format: 'der', type: 'spki' });
    const verify = (bytes: Buffer): boolean =>
      createVerify('sha256').update(bytes).verify(key, publisher.sign(message));
    expect(verify(message)).toBe(true);
    expect(verify(Buffer.from('other digests'))).toBe(false);
    expect(publisher.sign(message)).toEqual(publisher.sign(message));
  });
});
