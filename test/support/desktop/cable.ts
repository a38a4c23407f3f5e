/** A receiving command at the other end of a cable that can be pulled: see `FaultyNetwork` for how it is laid. */
import { randomInt } from 'node:crypto';
import { FaultyNetwork } from '../../faults/faulty-network.ts';
import { Mover } from '../mover.ts';

/** The control port, and as many lanes as there can be. */
const PORTS = 17;

export interface Cable {
  readonly receiver: Mover;
  readonly network: FaultyNetwork;
  /** Where the sender reaches it, over the cable. */
  readonly address: string;
  readonly code: string;
}

/** Close `network` afterwards. */
export async function receiverOverCable(into: string): Promise<Cable> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const args = ['receive', '--into', into, '--host', '127.0.0.1', '--port', String(port), '--yes'];
    const receiver = new Mover(args);
    try {
      const { code } = await receiver.event('code');
      const network = await FaultyNetwork.open(Array.from({ length: PORTS }, (_, index) => port + index));
      return { receiver, network, address: `127.0.0.2:${String(port)}`, code: String(code) };
    } catch (error) {
      // Another program has one of the ports: the next ones.
      receiver.kill('SIGKILL');
      await receiver.exit;
      const taken = receiver.events.some((event) => event['code'] === 'PORT_IN_USE');
      if (!taken && (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

/** Pulls the cable the moment that many bytes have passed. @returns when it is pulled */
export function pullAfter(network: FaultyNetwork, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    network.onPass = () => {
      if (network.passed < bytes) return;
      network.onPass = undefined;
      network.away = true;
      network.cut();
      resolve();
    };
  });
}
