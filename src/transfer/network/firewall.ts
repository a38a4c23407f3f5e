/**
 * What the firewall of a Linux computer does to a move, by its rules as they are listed; nothing is changed. Only what is
 * certain counts: a base chain of the input hook that drops by its policy or its last rule, and no rule before that accepts.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { FirewallFacts } from './diagnosis.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 3_000;
const OUTPUT_BYTES = 16 * 1024 * 1024;
export const MDNS_PORT = 5_353;
/** Any port that a receiver may be given by the system. */
const SOME_PORT = 45_678;

/** Undefined where there is none, or none that may be read. */
export async function readFirewall(signal: AbortSignal): Promise<FirewallFacts | undefined> {
  if (process.platform !== 'linux') return undefined;
  const listed = await output('nft', ['-j', 'list', 'ruleset'], signal);
  if (listed !== undefined) {
    const facts = readNftables(listed);
    if (facts !== undefined) return facts;
  }
  const saved = await output('iptables-save', ['-t', 'filter'], signal);
  return saved === undefined ? undefined : readIptables(saved);
}

async function output(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  // These are for administrators, whose folders are not on everybody's path.
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
  try {
    const options = {
      timeout: TIMEOUT_MS,
      maxBuffer: OUTPUT_BYTES,
      signal,
      env: { PATH: path, LC_ALL: 'C' },
    };
    return (await run(program, args, options)).stdout;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

const nftSchema = z.object({ nftables: z.array(z.record(z.string(), z.unknown())) });
const chainSchema = z.object({
  ...{ family: z.string(), table: z.string(), name: z.string() },
  ...{ type: z.string().optional(), hook: z.string().optional(), policy: z.string().optional() },
});
const ruleSchema = z.object({
  ...{ family: z.string(), table: z.string(), chain: z.string() },
  expr: z.array(z.record(z.string(), z.unknown())),
});

/** A packet to this device, as far as rules look at it. */
interface Packet {
  readonly protocol: 'udp' | 'tcp';
  readonly port: number;
}

/** `nft -j list ruleset` (libnftables-json(5)). Undefined when no chain looks at what comes in. */
export function readNftables(text: string): FirewallFacts | undefined {
  let parsed;
  try {
    parsed = nftSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
  const chains = parsed.nftables.flatMap((item) => chainSchema.safeParse(item['chain']).data ?? []);
  const rules = parsed.nftables.flatMap((item) => ruleSchema.safeParse(item['rule']).data ?? []);
  const keyOf = (each: { family: string; table: string }, name: string): string =>
    `${each.family} ${each.table} ${name}`;
  const byChain = new Map<string, z.infer<typeof ruleSchema>[]>();
  for (const rule of rules) {
    const key = keyOf(rule, rule.chain);
    byChain.set(key, [...(byChain.get(key) ?? []), rule]);
  }
  const base = chains.filter(({ type, hook }) => type === 'filter' && hook === 'input');
  if (base.length === 0) return undefined;
  const blocks = (packet: Packet): boolean =>
    base.some((chain) => {
      const end = walk(keyOf(chain, chain.name), byChain, packet, 0);
      return end === 'drop' || (end === undefined && chain.policy === 'drop');
    });
  return {
    name: 'nftables',
    blocksDiscovery: blocks({ protocol: 'udp', port: MDNS_PORT }),
    blocksPorts: blocks({ protocol: 'tcp', port: SOME_PORT }),
  };
}

type Verdict = 'accept' | 'drop';
const DEEPEST = 16;

/** What a chain does to a packet; undefined when it comes out at its end. A rule that looks at anything else may not match. */
function walk(
  chain: string,
  rules: ReadonlyMap<string, z.infer<typeof ruleSchema>[]>,
  packet: Packet,
  depth: number,
): Verdict | undefined {
  if (depth > DEEPEST) return undefined;
  for (const { expr, family, table } of rules.get(chain) ?? []) {
    const match = expr.map((part) => matches(part, packet));
    if (match.includes('no')) continue;
    const certain = !match.includes('unknown');
    for (const part of expr) {
      if ('accept' in part) return 'accept';
      // A rule for packets of which nothing is known here keeps some out, not all.
      if (('drop' in part || 'reject' in part) && certain) return 'drop';
      const target = targetOf(part['jump']) ?? targetOf(part['goto']);
      if (target === undefined) continue;
      const end = walk(`${family} ${table} ${target}`, rules, packet, depth + 1);
      if (end !== undefined && (certain || end === 'accept')) return end;
    }
  }
  return undefined;
}

const targetOf = (part: unknown): string | undefined =>
  z.object({ target: z.string() }).safeParse(part).data?.target;

const matchSchema = z.object({
  match: z.object({
    op: z.string(),
    left: z.object({
      payload: z.object({ protocol: z.string(), field: z.string() }).optional(),
      meta: z.object({ key: z.string() }).optional(),
      ct: z.object({ key: z.string() }).optional(),
    }),
    right: z.unknown(),
  }),
});

/** Whether a part of a rule lets the packet through: a new one, from another device of the network. */
function matches(
  part: Readonly<Record<string, unknown>>,
  { protocol, port }: Packet,
): 'yes' | 'no' | 'unknown' {
  const parsed = matchSchema.safeParse(part).data?.match;
  if (parsed === undefined) return 'match' in part ? 'unknown' : 'yes';
  const { left, right, op } = parsed;
  const answer = (hit: boolean): 'yes' | 'no' => (hit === (op !== '!=') ? 'yes' : 'no');
  if (left.payload?.field === 'dport') {
    return left.payload.protocol === protocol || left.payload.protocol === 'th'
      ? answer(hasPort(right, port))
      : 'no';
  }
  // Answers to what this device began are let in by nearly every firewall, and a new packet is none.
  if (left.ct?.key === 'state') return answer(valuesOf(right).includes('new'));
  const key = left.meta?.key;
  if (key === 'iif' || key === 'iifname')
    return valuesOf(right).every((name) => name === 'lo') ? answer(false) : 'unknown';
  if (key === 'l4proto') return answer(valuesOf(right).includes(protocol));
  return 'unknown';
}

const valuesOf = (right: unknown): unknown[] => {
  const set = z.object({ set: z.array(z.unknown()) }).safeParse(right).data?.set;
  return set ?? (Array.isArray(right) ? (right as unknown[]) : [right]);
};

const hasPort = (right: unknown, port: number): boolean =>
  valuesOf(right).some((value) => {
    const range = z.object({ range: z.tuple([z.number(), z.number()]) }).safeParse(value).data?.range;
    return range === undefined ? value === port : range[0] <= port && port <= range[1];
  });

/** `iptables-save -t filter` (iptables-extensions(8)), its INPUT chain and those it jumps to. */
export function readIptables(text: string): FirewallFacts | undefined {
  const policy = /^:INPUT (\w+)/m.exec(text)?.[1];
  if (policy === undefined) return undefined;
  const chains = new Map<string, string[]>();
  for (const [, chain = '', rule = ''] of text.matchAll(/^-A (\S+) ?(.*)$/gm)) {
    chains.set(chain, [...(chains.get(chain) ?? []), rule]);
  }
  const end = (chain: string, packet: Packet, depth: number): Verdict | undefined => {
    if (depth > DEEPEST) return undefined;
    for (const rule of chains.get(chain) ?? []) {
      const match = iptablesMatch(rule, packet);
      if (match === 'no') continue;
      const target = /-[jg] (\S+)/.exec(rule)?.[1];
      if (target === 'ACCEPT') return 'accept';
      if (target === 'RETURN' && match === 'yes') return undefined;
      if (target === 'DROP' || target === 'REJECT') {
        if (match === 'yes') return 'drop';
        continue;
      }
      const inner = target === undefined || !chains.has(target) ? undefined : end(target, packet, depth + 1);
      if (inner !== undefined && (match === 'yes' || inner === 'accept')) return inner;
    }
    return undefined;
  };
  const blocks = (packet: Packet): boolean => (end('INPUT', packet, 0) ?? policy.toLowerCase()) === 'drop';
  return {
    name: text.includes('ufw-') ? 'ufw' : text.includes('FWD') ? 'firewalld' : 'iptables',
    blocksDiscovery: blocks({ protocol: 'udp', port: MDNS_PORT }),
    blocksPorts: blocks({ protocol: 'tcp', port: SOME_PORT }),
  };
}

function iptablesMatch(rule: string, { protocol, port }: Packet): 'yes' | 'no' | 'unknown' {
  const wanted = /-p (\S+)/.exec(rule)?.[1];
  if (wanted !== undefined && wanted !== protocol && wanted !== 'all') return 'no';
  const ports = /--dports? (\S+)/.exec(rule)?.[1];
  if (ports !== undefined) {
    const hit = ports.split(',').some((each) => {
      const [from = '', to = from] = each.split(':');
      return Number(from) <= port && port <= Number(to);
    });
    if (!hit) return 'no';
  }
  if (/-i lo\b/.test(rule)) return 'no';
  const states = /--(?:ctstate|state) (\S+)/.exec(rule)?.[1];
  if (states !== undefined && !states.split(',').includes('NEW')) return 'no';
  // Anything else that a rule looks at (addresses, limits, marks) may or may not be so.
  return /(?:^| )(?:!|-[sd]|-i|--(?:icmp|tcp-flags|limit|mark|src-type|dst-type|set|rcheck|comment-only))\b/.test(
    rule,
  )
    ? 'unknown'
    : 'yes';
}
