/** Packets of mDNS as a receiver of ours sends them (RFC 1035, sections 3.1, 3.2.1 and 4.1; RFC 2782; RFC 6763). */
const TYPE = { A: 1, PTR: 12, TXT: 16, AAAA: 28, SRV: 33 } as const;
const SERVICE = ['_openmover', '_tcp', 'local'];

const u16 = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff);
const label = (text: string): Buffer =>
  Buffer.concat([Buffer.of(Buffer.byteLength(text)), Buffer.from(text)]);
const nameOf = (labels: readonly string[]): Buffer => Buffer.concat([...labels.map(label), Buffer.of(0)]);

function record(owner: readonly string[], type: keyof typeof TYPE, ttl: number, data: Buffer): Buffer {
  const flush = type === 'PTR' ? 0x0001 : 0x8001;
  return Buffer.concat([
    nameOf(owner),
    u16(TYPE[type]),
    u16(flush),
    u16(0),
    u16(ttl),
    u16(data.length),
    data,
  ]);
}

function addressBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [left = '', right = ''] = address.split('::');
  const groups = (text: string): Buffer[] =>
    text === '' ? [] : text.split(':').map((group) => u16(Number.parseInt(group, 16)));
  const [head, tail] = [Buffer.concat(groups(left)), Buffer.concat(groups(right))];
  return Buffer.concat([head, Buffer.alloc(16 - head.length - tail.length), tail]);
}

export function answer(service: {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
  readonly ttl?: number;
}): Buffer {
  const { name, host, port, addresses, ttl = 120 } = service;
  const instance = [name, ...SERVICE];
  const target = [host, 'local'];
  const records = [
    record(SERVICE, 'PTR', ttl, nameOf(instance)),
    record(instance, 'SRV', ttl, Buffer.concat([u16(0), u16(0), u16(port), nameOf(target)])),
    record(instance, 'TXT', ttl, label('v=1')),
    ...addresses.map((address) =>
      record(target, address.includes(':') ? 'AAAA' : 'A', ttl, addressBytes(address)),
    ),
  ];
  const head = Buffer.concat([u16(0), u16(0x8400), u16(0), u16(records.length), u16(0), u16(0)]);
  return Buffer.concat([head, ...records]);
}

/** A question for `_openmover._tcp.local`, with a compression pointer as the name of a second. */
export const QUERY = Buffer.concat([
  Buffer.from('000000000002000000000000', 'hex'),
  nameOf(SERVICE),
  Buffer.from('000c0001c00c000c0001', 'hex'),
]);
