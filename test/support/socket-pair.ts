/** Two ends of one connection over loopback, closed after the test. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

export async function socketPair(): Promise<[client: Socket, server: Socket]> {
  const listener = createServer();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const accepted = once(listener, 'connection') as Promise<[Socket]>;
  const client = connect((listener.address() as AddressInfo).port, '127.0.0.1');
  const [server] = await accepted;
  for (const socket of [client, server]) socket.on('error', () => undefined);
  listener.close();
  onTestFinished(() => {
    client.destroy();
    server.destroy();
  });
  return [client, server];
}
