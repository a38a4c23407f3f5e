/**
 * One task from its first message to its last, as a function of a port: in the app the port leads to the main process, in
 * a test to the test.
 */
import { bonjour, MoverError, RateLimit, Retry, type Discovery } from '../../../transfer/index.ts';
import { toHostSchema, type FromHost, type Task } from './host-messages.ts';
import type { HostContext } from './context.ts';
import { inspect } from './inspect.ts';
import { keep } from './keep.ts';
import { Question } from './question.ts';
import { receiveMove } from './receive.ts';
import { sendMove } from './send.ts';
import { undo } from './undo.ts';
import { watch } from './watch.ts';

export interface HostPort {
  post(message: FromHost): void;
  /** Before anything else is done with the port. */
  onMessage(listener: (message: unknown) => void): void;
}

/** Works for main until the task has ended; `ended` is the last message. Never rejects. */
export async function runHost(port: HostPort, discovery: Discovery = bonjour): Promise<void> {
  const stopping = new AbortController();
  const question = new Question(stopping.signal);
  const limit = new RateLimit(null);
  const retry = new Retry();
  const started = new Promise<Task>((resolve, reject) => {
    port.onMessage((raw) => {
      const message = toHostSchema.safeParse(raw).data;
      switch (message?.type) {
        case 'start':
          resolve(message.task);
          break;
        case 'answer':
          question.answer(message.answer);
          break;
        case 'limit':
          limit.set(message.bytesPerSecond);
          break;
        case 'retry':
          retry.now();
          break;
        case 'stop':
          stopping.abort(new MoverError('CANCELLED'));
          break;
        case undefined: {
          const error = new MoverError('UNEXPECTED');
          stopping.abort(error);
          reject(error);
        }
      }
    });
  });
  const post = (message: FromHost): void => {
    port.post(message);
  };
  try {
    const task = await started;
    await perform(task, { post, question, limit, retry, discovery, signal: stopping.signal });
    post({ type: 'ended', code: undefined });
  } catch (error) {
    post({ type: 'ended', code: MoverError.from(error).code });
  }
}

function perform(task: Task, context: HostContext): Promise<void> {
  switch (task.type) {
    case 'receive':
      return receiveMove(task, context);
    case 'send':
      return sendMove(task, context);
    case 'keep':
      return keep(task, context);
    case 'inspect':
      return inspect(task, context);
    case 'watch':
      return watch(context);
    case 'undo':
      return undo(task, context);
  }
}
