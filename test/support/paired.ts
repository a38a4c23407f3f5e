/** Two paired ends of a control channel over TLS on loopback, for tests of whatever rides on it. */
import { CodeBook } from '../../src/transfer/pairing/code.ts';
import { makeIdentity, type Identity } from '../../src/transfer/pairing/identity.ts';
import { Ephemeral } from '../../src/transfer/privacy/ephemeral.ts';
import type { PairedSession } from '../../src/transfer/wire/channel.ts';
import { listen, type Endpoint } from '../../src/transfer/wire/endpoint.ts';
import { pairAsSender } from '../../src/transfer/wire/pair-client.ts';
import { acceptSender } from '../../src/transfer/wire/pair-server.ts';
import { Retry } from '../../src/transfer/wire/retry.ts';
import { tcpProxy, type TcpProxy } from './tcp-proxy.ts';

export interface Paired {
  readonly identity: Identity;
  readonly endpoint: Endpoint;
  /** The sender reaches the receiver through it. */
  readonly proxy: TcpProxy;
  readonly sender: PairedSession;
  readonly receiver: PairedSession;
  /** Of the sender. */
  readonly retry: Retry;
  close(): Promise<void>;
}

export async function pairOverLoopback(): Promise<Paired> {
  const identity = await makeIdentity();
  const endpoint = await listen({ identity, host: '127.0.0.1' });
  const proxy = await tcpProxy(endpoint.port);
  const { signal } = new AbortController();
  const retry = new Retry();
  let code = '';
  const codeBook = new CodeBook({
    onCode: (shown) => {
      code = shown.use((digits) => digits);
    },
  });
  codeBook.renew();
  const [receiver, sender] = await Promise.all([
    acceptSender({ endpoint, identity, codeBook, onAttemptFailed: () => undefined, signal }),
    pairAsSender({ host: '127.0.0.1', port: proxy.port, secret: new Ephemeral(code), retry, signal }),
  ]);
  return {
    identity,
    endpoint,
    proxy,
    sender,
    receiver,
    retry,
    close: async () => {
      await Promise.all([sender.channel.close(), receiver.channel.close()]);
      await Promise.all([endpoint.close(), proxy.close()]);
    },
  };
}
