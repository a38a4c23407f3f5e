import type { Duplex } from 'node:stream';
import { deadline } from './deadline.ts';

/**
 * The next `length` bytes of a stream; what follows them stays in it, and nobody listens to it afterwards.
 * @throws Error when the stream ends or fails before, or nothing more comes in time; the signal's reason when aborted.
 */
export function readExactly(
  stream: Duplex,
  length: number,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Buffer> {
  const { timeoutMs, signal } = options;
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      callOff();
      stream.off('readable', take);
      stream.off('end', gone);
      stream.off('close', gone);
    };
    const take = (): void => {
      const bytes = stream.read(length) as Buffer | null;
      if (bytes === null) return;
      settle();
      // At its end a stream gives what it has, however little.
      if (bytes.length === length) resolve(bytes);
      else reject(new Error('the stream ended early'));
    };
    const gone = (): void => {
      settle();
      reject(new Error('the stream ended early'));
    };
    const callOff = deadline(signal, timeoutMs, () => {
      settle();
      reject(signal.aborted ? (signal.reason as Error) : new Error('nothing came in time'));
    });
    if (stream.destroyed) {
      gone();
      return;
    }
    stream.on('readable', take);
    stream.on('end', gone);
    stream.on('close', gone);
    take();
  });
}
