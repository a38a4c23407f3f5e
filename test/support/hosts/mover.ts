/**
 * The built command on a host, spoken to by its contract: flags, JSON lines and exit codes.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { HostProcess, JsonLine } from './host-process.ts';
import type { Host } from './namespaces.ts';

const COMMAND = fileURLToPath(new URL('../../../dist/main/cli/index.js', import.meta.url));

export function mover(host: Host, ...args: string[]): HostProcess {
  if (!existsSync(COMMAND)) throw new Error('the command is not built: npm run build');
  return host.run(process.execPath, [COMMAND, ...args]);
}

/** A receiver that accepts, once it listens and shows its code. */
export async function receiver(
  host: Host,
  into: string,
): Promise<{ process: HostProcess; name: string; code: string; addresses: string[] }> {
  const process = mover(host, 'receive', '--into', into, '--yes', '--json');
  const listening = await process.event('listening');
  const { code } = await process.event('code');
  return {
    process,
    name: String(listening['name']),
    addresses: listening['addresses'] as string[],
    code: String(code),
  };
}

/** A sender that chooses everything and types the code. */
export function sender(host: Host, from: string, to: string, code: string): HostProcess {
  const process = mover(host, 'send', '--from', from, '--to', to, '--yes', '--json', '--secrets-stdin');
  process.say(`${JSON.stringify({ code })}\n`);
  return process;
}

export const receiptOf = (process: HostProcess): Promise<JsonLine> => process.event('receipt');
