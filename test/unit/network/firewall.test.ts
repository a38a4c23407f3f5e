/** Rules of firewalls as their programs list them: what is certainly kept out, and nothing else. */
import { describe, expect, it } from 'vitest';
import { readIptables, readNftables } from '../../../src/transfer/network/firewall.ts';

const chain = (policy: string) => ({
  chain: {
    family: 'inet',
    table: 'filter',
    name: 'input',
    handle: 1,
    type: 'filter',
    hook: 'input',
    prio: 0,
    policy,
  },
});
const rule = (...expr: object[]) => ({
  rule: { family: 'inet', table: 'filter', chain: 'input', handle: 2, expr },
});
const port = (protocol: string, right: unknown, op = '==') => ({
  match: { op, left: { payload: { protocol, field: 'dport' } }, right },
});
const state = (...states: string[]) => ({
  match: { op: 'in', left: { ct: { key: 'state' } }, right: states },
});
const nft = (...items: object[]): string =>
  JSON.stringify({ nftables: [{ metainfo: { version: '1' } }, ...items] });
const facts = (text: string): [boolean | undefined, boolean | undefined] => {
  const read = readNftables(text);
  return [read?.blocksDiscovery, read?.blocksPorts];
};

describe('nftables', () => {
  it('without a chain for what comes in is no firewall', () => {
    expect(readNftables(nft())).toBeUndefined();
    expect(readNftables('no JSON')).toBeUndefined();
  });

  it.each<[string, string, [boolean, boolean]]>([
    ['accepts by policy', nft(chain('accept')), [false, false]],
    [
      'drops by policy',
      nft(chain('drop'), rule(state('established', 'related'), { accept: null })),
      [true, true],
    ],
    ['lets mDNS in', nft(chain('drop'), rule(port('udp', 5_353), { accept: null })), [false, true]],
    [
      'lets a set of ports in',
      nft(chain('drop'), rule(port('tcp', { set: [22, { range: [40_000, 50_000] }] }), { accept: null })),
      [true, false],
    ],
    ['drops by a rule', nft(chain('accept'), rule(port('udp', 5_353), { drop: null })), [true, false]],
    [
      'rejects all but loopback',
      nft(
        chain('accept'),
        rule({ match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'lo' } }, { accept: null }),
        rule({ reject: null }),
      ),
      [true, true],
    ],
    [
      'drops of one address only',
      nft(
        chain('accept'),
        rule(
          { match: { op: '==', left: { payload: { protocol: 'ip', field: 'saddr' } }, right: '10.0.0.9' } },
          { drop: null },
        ),
      ),
      [false, false],
    ],
  ])('that %s', (_what, text, expected) => {
    expect(facts(text)).toEqual(expected);
  });

  it('is followed into the chains it jumps to', () => {
    const inner = {
      rule: {
        family: 'inet',
        table: 'filter',
        chain: 'services',
        handle: 3,
        expr: [port('udp', 5_353), { accept: null }],
      },
    };
    expect(facts(nft(chain('drop'), rule({ jump: { target: 'services' } }), inner))).toEqual([false, true]);
  });
});

describe('iptables', () => {
  const saved = (policy: string, ...rules: string[]): string =>
    ['*filter', `:INPUT ${policy} [0:0]`, ':mine - [0:0]', ...rules, 'COMMIT', ''].join('\n');
  const read = (text: string): [boolean | undefined, boolean | undefined] => {
    const found = readIptables(text);
    return [found?.blocksDiscovery, found?.blocksPorts];
  };

  it.each<[string, string, [boolean, boolean]]>([
    ['accepts by policy', saved('ACCEPT'), [false, false]],
    [
      'drops by policy',
      saved(
        'DROP',
        '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
        '-A INPUT -i lo -j ACCEPT',
      ),
      [true, true],
    ],
    [
      'lets mDNS in by a chain of its own',
      saved('DROP', '-A INPUT -j mine', '-A mine -p udp -m udp --dport 5353 -j ACCEPT'),
      [false, true],
    ],
    [
      'rejects at its end',
      saved(
        'ACCEPT',
        '-A INPUT -p tcp -m multiport --dports 22,40000:50000 -j ACCEPT',
        '-A INPUT -j REJECT --reject-with icmp-host-prohibited',
      ),
      [true, false],
    ],
    ['drops of one address only', saved('ACCEPT', '-A INPUT -s 10.0.0.9/32 -j DROP'), [false, false]],
  ])('that %s', (_what, text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});
