import type * as Crypto from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { pair } from './two-devices.ts';

/** The inputs of HKDF (the ISK) and of HMAC (both confirmation keys), as the exchange itself holds them. */
const { given } = vi.hoisted(() => ({ given: { isk: [] as Uint8Array[], hmac: [] as Uint8Array[] } }));

vi.mock('node:crypto', async (importActual) => {
  const actual = await importActual<typeof Crypto>();
  return {
    ...actual,
    hkdfSync: (...args: Parameters<typeof actual.hkdfSync>) => {
      given.isk.push(args[1] as Uint8Array);
      return actual.hkdfSync(...args);
    },
    createHmac: (...args: Parameters<typeof actual.createHmac>) => {
      given.hmac.push(args[1] as Uint8Array);
      return actual.createHmac(...args);
    },
  };
});

afterEach(() => {
  given.isk.length = 0;
  given.hmac.length = 0;
});

it.each(['isk', 'hmac'] as const)('a finished pairing leaves no spent key in memory: %s', (use) => {
  expect(pair().failure).toBeUndefined();
  const keys = given[use];
  expect(keys.length).toBeGreaterThanOrEqual(4);
  expect(keys.filter((key) => key.some((byte) => byte !== 0))).toEqual([]);
});
