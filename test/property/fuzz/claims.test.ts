/** Whatever a library of mDNS makes of a packet, also what no packet says today. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readClaim } from '../../../src/transfer/discovery/hints.ts';
import { scopeOf } from '../../../src/transfer/discovery/local-address.ts';
import { SETTINGS } from './mutations.ts';

const anything = fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true });
const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), anything);

it('a record of discovery is a device on the local network, or nothing', () => {
  fc.assert(
    fc.property(
      fc.record({
        name: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('blue otter'), anything),
        port: fc.oneof(fc.integer({ min: 1, max: 65_535 }), anything),
        txt: fc.oneof(fc.constant({ v: '1' }), anything),
        addresses: fc.oneof(fc.array(address), anything),
        source: fc.option(fc.oneof(fc.ipV4(), fc.string()), { nil: undefined }),
      }),
      (claim) => {
        const found = readClaim(claim, []);
        if (found === undefined) return;
        expect(found.addresses.length).toBeLessThanOrEqual(8);
        for (const { host } of found.addresses) expect(scopeOf(host)).toBeDefined();
      },
    ),
    SETTINGS,
  );
});
