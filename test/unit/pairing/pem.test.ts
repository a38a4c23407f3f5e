import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { toPem } from '../../../src/transfer/pairing/pem.ts';

it('a private key as bytes is what Node writes as text', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  expect(toPem('PRIVATE KEY', der).toString()).toBe(privateKey.export({ type: 'pkcs8', format: 'pem' }));
});

it('every length has its padding and its lines', () => {
  for (let length = 0; length < 200; length += 1) {
    const der = randomBytes(length);
    const [head, ...lines] = toPem('X', der).toString().trimEnd().split('\n');
    expect([head, lines.pop()]).toEqual(['-----BEGIN X-----', '-----END X-----']);
    expect(lines.join('')).toBe(der.toString('base64'));
    expect(lines.slice(0, -1).every((line) => line.length === 64)).toBe(true);
    expect(lines.at(-1)?.length ?? 0).toBeLessThanOrEqual(64);
  }
});
