/** What a camera sees, what the network says before any trust, and the file that describes a device. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Server } from 'bonjour-service/dist/lib/mdns-server.js';
import { deviceFactsSchema } from '../../../../src/transfer/compat/facts.ts';
import { readDeviceFile } from '../../../../src/transfer/devices/folder/device-file.ts';
import { browseOn } from '../../../../src/transfer/discovery/browse.ts';
import { localLinks, scopeOf } from '../../../../src/transfer/discovery/local-address.ts';
import type { Mdns } from '../../../../src/transfer/discovery/mdns.ts';
import { isPresentable } from '../../../../src/transfer/discovery/names.ts';
import type { Found } from '../../../../src/transfer/discovery/port.ts';
import { parseQr, qrText } from '../../../../src/transfer/pairing/qr.ts';
import { Ephemeral } from '../../../../src/transfer/privacy/ephemeral.ts';
import { type Target, unless } from '../target.ts';
import { answer, QUERY } from './dns-packets.ts';

export const qr: Target = {
  promise: 'it is a QR code of ours, with four addresses at most, or it is refused',
  covers: /src\/transfer\/pairing\/qr\.ts$/,
  tokens: ['openmover:', '1/', '2/', '/', ',', '[::1]:1', '[fe80::1%eth0]:1', '127.0.0.1:65536', '1.2.3.4:1'],
  seeds: () => [
    qrText({
      secret: new Ephemeral(Buffer.alloc(16, 1)),
      certificateDigest: Buffer.alloc(32, 2),
      addresses: [
        { host: '192.168.1.7', port: 4711 },
        { host: 'fe80::7', port: 4711 },
      ],
    }).use((text) => Buffer.from(text)),
  ],
  open: () => (bytes) => {
    const content = unless(['CODE_INVALID', 'PEER_VERSION'], () => parseQr(bytes.toString()));
    if (content === undefined) return;
    assert(content.addresses.length <= 4);
    // It says again what it said.
    const { addresses, certificateDigest } = parseQr(qrText(content).use((text) => text));
    assert.deepEqual([addresses, certificateDigest], [content.addresses, content.certificateDigest]);
  },
};

export const deviceFile: Target = {
  promise: 'it describes a device or is refused as a source',
  covers: /src\/transfer\/(?:devices\/folder\/(?:device-file|read-bytes)|compat\/facts)\.ts$/,
  tokens: ['"__proto__":1,', '[[[[', '1e999', '"installed":[{}],', '"platform":"ios"', '"sdk":0'],
  seeds: () => [
    Buffer.from(
      JSON.stringify({
        ...{ openmover: 1, name: 'Pixel', platform: 'android' },
        android: {
          ...{
            sdk: 34,
            abis: ['arm64-v8a'],
            features: ['a'],
            libraries: ['b'],
            density: 420,
            pageSize: 4096,
          },
          installed: [{ package: 'a.b', versionCode: 3, signers: ['ab'.repeat(32)] }],
        },
      }),
    ),
  ],
  open: (folder) => (bytes) => {
    writeFileSync(join(folder, 'device.json'), bytes);
    const device = unless(['SOURCE_INVALID'], () => readDeviceFile(folder));
    if (device !== undefined) assert.equal(deviceFactsSchema.safeParse(device).error, undefined);
  },
};

const LINKS = localLinks();
const FROM = { address: '192.168.1.9', port: 5353, family: 'IPv4', size: 0 } as const;

/** A network of one link, of which every packet is made up. */
function openNetwork(): { mdns: Mdns; hear: (packet: Buffer) => void } {
  const socket = Object.assign(new EventEmitter(), { send: () => undefined, close: () => undefined });
  const options: object = { socket, bind: false, multicast: false };
  const responder = new Server(options, () => undefined);
  const dns = responder.mdns as Mdns['dns'];
  dns.on('error', () => undefined);
  const links = Object.assign(new EventEmitter(), { links: LINKS }) as unknown as Mdns['links'];
  return {
    mdns: { links, dns, responder, close: () => Promise.resolve() },
    hear: (packet) => {
      try {
        socket.emit('message', packet, FROM);
      } catch {
        // The links drop the packet that made the library stumble (discovery/links.ts).
      }
    },
  };
}

export const mdns: Target = {
  promise: 'it names receivers that can be shown and dialled, or nothing, and the next packet is heard',
  covers:
    /src\/transfer\/discovery\/(?:browse|hints|known|names|local-address)\.ts$|(?:dns-packet|bonjour-service\/dist\/lib)\/[\w/-]+\.js$/,
  tokens: [
    '\xc0\x0c',
    '\xc0\xff',
    '\x3f',
    '\n_openmover\x04_tcp\x05local\0',
    '\x03v=1',
    '\x00\x21\x80\x01',
    '\x09__proto__',
  ],
  seeds: () => [
    QUERY,
    answer({ name: 'blue otter', host: 'x1', port: 4711, addresses: ['192.168.1.9', 'fe80::9'] }),
    answer({ name: 'gone', host: 'x2', port: 1, addresses: ['10.0.0.1'], ttl: 0 }),
  ],
  open: () => async (bytes) => {
    const network = openNetwork();
    const stop = new AbortController();
    const found: Found[] = [];
    const searching = browseOn(network.mdns, {
      signal: stop.signal,
      onFound: (one) => found.push(one),
      onLost: (name) => {
        assert(isPresentable(name));
      },
    });
    network.hear(bytes);
    network.hear(bytes);
    for (const { name, addresses } of found) {
      assert(isPresentable(name));
      assert(addresses.length > 0 && addresses.length <= 8);
      for (const { host } of addresses) assert.notEqual(scopeOf(host), undefined);
    }
    let heard = 0;
    network.mdns.dns.on('query', () => (heard += 1));
    network.hear(QUERY);
    assert.equal(heard, 1);
    stop.abort();
    await searching;
  },
};
