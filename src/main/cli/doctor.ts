/** `mover doctor`: why two devices do not find or reach each other, and the one thing to do first. */
import { printable } from '../../transfer/privacy/escape.ts';
import { formatAddress, nameKey, parseTarget } from '../terminal/address.ts';
import type { Context } from '../terminal/context.ts';
import type { Finding, NetworkFacts } from '../terminal/engine.ts';
import { jsonLine } from '../terminal/json-line.ts';

export interface DoctorOptions {
  readonly to?: string;
  readonly json?: boolean;
}

/** mDNS answers within a second; phones asleep take longer. */
const LISTEN_SECONDS = 4;

/** @returns 0 when nothing is in the way, 1 when something is. @throws MoverError */
export async function runDoctor(options: DoctorOptions, context: Context): Promise<number> {
  const { io, engine, signal } = context;
  if (options.json !== true) io.errors.write('Looking at the network…\n');
  const [local, others] = await Promise.all([engine.examineLocal(signal), askOthers(options.to, context)]);
  signal.throwIfAborted();
  const findings = engine.diagnose({ ...local, ...others });
  const verdict = engine.verdictOf(findings);
  if (options.json === true) {
    for (const finding of findings) io.output.write(jsonLine({ event: 'check', ...finding }));
    io.output.write(jsonLine({ event: 'verdict', ...verdict }));
  } else io.output.write(asText(findings, verdict));
  return verdict.state === 'problem' ? 1 : 0;
}

async function askOthers(
  to: string | undefined,
  context: Context,
): Promise<Pick<NetworkFacts, 'receivers' | 'peer'>> {
  const { engine, signal } = context;
  const target = to === undefined ? undefined : parseTarget(to);
  if (target?.type === 'address') {
    return {
      peer: await engine.examinePeer({ ...target.address, shown: formatAddress(target.address) }, signal),
    };
  }
  let receivers = 0;
  for await (const { name, addresses } of engine.discover({ seconds: LISTEN_SECONDS, signal })) {
    receivers += 1;
    const [first] = addresses;
    if (target === undefined || nameKey(name) !== nameKey(target.name) || first === undefined) continue;
    return { peer: await engine.examinePeer({ ...first, shown: `"${name}"` }, signal) };
  }
  return target === undefined ? { receivers } : { peer: { address: undefined, state: 'not-found' } };
}

const MARKS = { ok: '✓', warning: '!', problem: '✗' } as const;

function asText(findings: readonly Finding[], verdict: Finding): string {
  const first = `${printable(verdict.message)}\n${verdict.action === undefined ? '' : `→ ${printable(verdict.action)}\n`}`;
  const rest = findings.map(({ state, message, action, code }) => {
    const toDo = action === undefined || code === verdict.code ? '' : ` ${action}`;
    return `  ${MARKS[state]} ${printable(message + toDo)}\n`;
  });
  return `${first}\nDetails:\n${rest.join('')}`;
}
