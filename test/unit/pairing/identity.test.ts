import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { hostname, userInfo } from 'node:os';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { makeIdentity } from '../../../src/transfer/pairing/identity.ts';

describe('a receiver’s certificate', () => {
  it('is P-256, signed by its own key, and its digest is that of its DER', async () => {
    const identity = await makeIdentity();
    const certificate = new X509Certificate(identity.certificate);
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(identity.key.use((bytes) => bytes)))).toBe(true);
    expect(identity.digest).toEqual(createHash('sha256').update(certificate.raw).digest());
  });

  it('tells two devices apart by key and serial number only', async () => {
    const [one, other] = (await Promise.all([makeIdentity(), makeIdentity()])).map(
      ({ certificate }) => new X509Certificate(certificate),
    );
    if (one === undefined || other === undefined) throw new Error('expected two certificates');
    for (const certificate of [one, other]) {
      expect(certificate.subject).toBe('CN=openmover');
      expect(certificate.issuer).toBe('CN=openmover');
      expect(Date.parse(certificate.validFrom)).toBe(Date.UTC(2020, 0, 1));
      expect(Date.parse(certificate.validTo)).toBe(Date.UTC(2049, 11, 31, 23, 59, 59));
      expect(certificate.serialNumber).toMatch(/^[0-9A-F]{32}$/);
    }
    expect(one.serialNumber).not.toBe(other.serialNumber);
    expect(one.raw.length).toBeLessThan(400);
  });

  it('names neither host nor user', async () => {
    const { certificate } = await makeIdentity();
    const der = new X509Certificate(certificate).raw.toString('latin1');
    for (const name of [hostname(), userInfo().username].filter(({ length }) => length > 3)) {
      expect(der).not.toContain(name);
    }
  });

  it('serves TLS 1.3, and a client sees the digest it was told', async () => {
    const identity = await makeIdentity();
    const server = createServer({
      key: identity.key.use((bytes) => bytes),
      cert: identity.certificate,
      minVersion: 'TLSv1.3',
    });
    try {
      server.on('secureConnection', (socket) => socket.end());
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const seen = createHash('sha256').update(socket.getPeerCertificate().raw).digest();
      expect(socket.getProtocol()).toBe('TLSv1.3');
      expect(seen).toEqual(identity.digest);
      socket.destroy();
    } finally {
      server.close();
    }
  });

  it('has a key that can be overwritten, which a server made of it before does not miss', async () => {
    const { key, certificate } = await makeIdentity();
    const bytes = key.use((pem) => pem);
    expect(bytes.toString()).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const server = createServer({ key: bytes, cert: certificate });
    key.wipe();
    expect(bytes.every((byte) => byte === 0)).toBe(true);
    expect(() => createServer({ key: bytes, cert: certificate })).toThrow();
    try {
      server.on('secureConnection', (socket) => socket.end());
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      socket.destroy();
    } finally {
      server.close();
    }
  });
});
