/** What a camera, the network before any trust, and the file that describes a device may say. */
import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Server } from 'bonjour-service/dist/lib/mdns-server.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceFactsSchema } from '../../../src/transfer/compat/facts.ts';
import { readDeviceFile } from '../../../src/transfer/devices/folder/device-file.ts';
import { readClaim } from '../../../src/transfer/discovery/hints.ts';
import { scopeOf } from '../../../src/transfer/discovery/local-address.ts';
import { MoverError } from '../../../src/transfer/errors.ts';
import { parseQr, qrText } from '../../../src/transfer/pairing/qr.ts';
import { Ephemeral } from '../../../src/transfer/privacy/ephemeral.ts';
import { inFolder } from '../../fixtures/apps/in-folder.ts';
import { inputs, SETTINGS } from './mutations.ts';

function codeOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof MoverError) return error.code;
    throw error;
  }
}

describe('a picture a camera saw', () => {
  it('is a QR code of ours or is refused, and names at most four addresses', () => {
    const seed = qrText({
      secret: new Ephemeral(Buffer.alloc(16, 1)),
      certificateDigest: Buffer.alloc(32, 2),
      addresses: [
        { host: '192.168.1.7', port: 4711 },
        { host: 'fe80::7', port: 4711 },
      ],
    }).use((text) => Buffer.from(text));
    fc.assert(
      fc.property(inputs([seed], ['openmover:', '2/', '/', ',', '[::1]:1', '127.0.0.1:65536']), (bytes) => {
        const refused = codeOf(() => {
          expect(parseQr(bytes.toString()).addresses.length).toBeLessThanOrEqual(4);
        });
        if (refused !== undefined) expect(['CODE_INVALID', 'PEER_VERSION']).toContain(refused);
      }),
      SETTINGS,
    );
  });
});

describe('a device.json', () => {
  it('describes a device or is refused as a source', async () => {
    const seed = Buffer.from(
      JSON.stringify({
        ...{ openmover: 1, name: 'Pixel', platform: 'android' },
        android: { sdk: 34, abis: ['arm64-v8a'], features: [], libraries: [], installed: [] },
      }),
    );
    await inFolder({}, (folder) => {
      fc.assert(
        fc.property(inputs([seed], ['"__proto__":1,', '[[[[', '1e999', '"installed":[{}],']), (bytes) => {
          writeFileSync(join(folder, 'device.json'), bytes);
          const refused = codeOf(() => {
            expect(deviceFactsSchema.safeParse(readDeviceFile(folder)).error).toBeUndefined();
          });
          if (refused !== undefined) expect(refused).toBe('SOURCE_INVALID');
        }),
        SETTINGS,
      );
      return Promise.resolve();
    });
  });
});

describe('a record of discovery', () => {
  const anything = fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true });
  const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), anything);

  it('is a device on the local network, or nothing', () => {
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

  it('in any packet keeps no responder from the next packet', () => {
    const socket = Object.assign(new EventEmitter(), { send: () => undefined, close: () => undefined });
    const options: object = { socket, bind: false, multicast: false };
    const dns = new Server(options, () => undefined).mdns as EventEmitter;
    let heard = 0;
    dns.on('query', () => (heard += 1));
    // A question for _openmover._tcp.local, with a compression pointer as the name of a second.
    const query = Buffer.concat([
      Buffer.from('000000000002000000000000', 'hex'),
      Buffer.from('\n_openmover\x04_tcp\x05local\0'),
      Buffer.from('000c0001c00c000c0001', 'hex'),
    ]);
    fc.assert(
      fc.property(inputs([query], ['\xc0\x0c', '\xc0\xff', '\x3f']), (packet) => {
        try {
          socket.emit('message', packet, { address: '192.168.1.9', port: 5353 });
        } catch {
          // The links drop the packet that made the library stumble (discovery/links.ts).
        }
        const before = heard;
        socket.emit('message', query, { address: '192.168.1.9', port: 5353 });
        expect(heard).toBe(before + 1);
      }),
      SETTINGS,
    );
  });
});
